/** What a conversion will make, down to the place of every tensor, known before a weight is read. */

import { scanJson } from '../checkpoint/json.ts';
import type { ByteSource, SourceFolder } from '../checkpoint/source.ts';
import type { TensorSource } from '../checkpoint/tensors.ts';
import { decodeUtf8 } from '../checkpoint/utf8.ts';
import { type NexusConfig, readNexusConfig } from '../config/nexus.ts';
import type { ClipConfig, T5Config } from '../config/text-encoders.ts';
import { fail } from '../failure.ts';
import type { BuiltGraph, GraphOptions } from '../onnx/graph.ts';
import type { WeightDeclaration } from '../onnx/types.ts';
import { type Location, writeModel } from '../onnx/write.ts';
import { fluxGraph, fluxGraphNames } from '../pieces/flux-graphs.ts';
import { type GenerationConfig, readGenerationConfig } from '../text/generation-config.ts';
import { type Ability, abilities, filesFor, installedFiles } from './abilities.ts';
import type { Manifest, ManifestGraph } from './manifest.ts';
import {
  constantNames,
  constantsPart,
  fluxParts,
  fluxWeights,
  hasDecoder,
  piecesFrom,
  type WeightFile,
} from './parts.ts';
import { type BundlePrecision, precisionOf, shardLimit } from './precision.ts';
import { RecordedSources, type SourceRange } from './recorded-sources.ts';
import { planSegments } from './segments.ts';
import { layoutShards, type ShardLayout, storedWeights } from './shards.ts';
import { baseName, expectWeights, openWeights, SourceFolders, sourceFileNames } from './source-files.ts';
import { readClipFile, readT5File } from './text-constants.ts';

/** What a checkpoint may lack; a bundle without it can do less. */
const optionalSources = ['generation', 'editing', 'autoencoder', 'clip', 't5', 'tokenizer'] as const;
export type OptionalSource = (typeof optionalSources)[number];

export interface PlannedShard {
  readonly layout: ShardLayout;
  /** `constants` are computed, not copied. */
  readonly from: WeightFile | 'constants';
}

/** A graph's file, which serves both activations where it computes in the same types for both. */
export interface PlannedGraph {
  readonly file: string;
  readonly entries: readonly ManifestGraph[];
  readonly bytes: Uint8Array;
  /** Its bytes where its shards go by other names. */
  readonly withShards: (nameOf: (file: string) => string) => Uint8Array;
}

interface TextEncoder<Config> {
  readonly config: Config;
  readonly weights: TensorSource;
}

/** How much of a checkpoint is converted. */
export interface ConversionScope {
  /** Only these, all of whose files must be there; null for whatever the checkpoint holds. */
  readonly only?: readonly Ability[] | null;
  /** The bundle that they are added to. Its parts are kept, and their files are not needed in the checkpoint. */
  readonly installed?: Manifest | null;
  /** Bytes of a segment of the transformer, at most. */
  readonly segmentLimit?: number | undefined;
}

export interface ConversionPlan {
  readonly config: NexusConfig;
  readonly precision: BundlePrecision;
  readonly sampling: GenerationConfig;
  readonly weights: ReadonlyMap<WeightFile, TensorSource>;
  readonly shards: readonly PlannedShard[];
  readonly graphs: readonly PlannedGraph[];
  readonly clip: TextEncoder<ClipConfig> | null;
  readonly t5: TextEncoder<T5Config> | null;
  readonly tokenizer: readonly ByteSource[] | null;
  readonly missing: readonly OptionalSource[];
  readonly installed: Manifest | null;
  /** Where weights are read from, and what of it was read to plan: configurations, headers, directories. */
  readonly sources: RecordedSources;
  readonly planned: readonly SourceRange[];
}

/**
 * Looks through the given folders and checks every tensor's name, shape and type.
 *
 * @throws SOURCE_MISSING, CONFIG_INVALID, MODEL_MISMATCH, and what the readers of the files find
 */
export async function planConversion(
  folders: readonly SourceFolder[],
  precision: BundlePrecision,
  { only = null, installed = null, segmentLimit = shardLimit }: ConversionScope = {},
): Promise<ConversionPlan> {
  const sources = new RecordedSources(folders);
  const found = await SourceFolders.open(sources.folders);
  const config = await readConfig(found);
  const kept = installed === null ? new Set<WeightFile>() : installedFiles(installed);
  const wanted = new Set([...filesFor(only ?? abilities)].filter((file) => !kept.has(file)));
  const weights = await openWeights(found, wanted);
  const parts = planParts(config, weights, precision, { segmentLimit, hasFluxGraphs: hasDecoder(kept) });
  const constantsKept = installed?.shards.some(({ part }) => part === constantsPart) ?? false;
  const encodes = hasDecoder(new Set(weights.keys())) && !constantsKept;
  const clip = encodes ? await textEncoder(found, sourceFileNames.clip, readClipFile) : null;
  const t5 = encodes ? await textEncoder(found, sourceFileNames.t5, readT5File) : null;
  const tokenizer = installed?.tokenizer ? null : await found.tokenizer();
  const constants = planConstants(config, clip, t5);
  const absent: Readonly<Record<OptionalSource, boolean>> = {
    generation: wanted.has('generation') && !weights.has('generation'),
    editing: wanted.has('editing') && !weights.has('editing'),
    autoencoder: wanted.has('autoencoder') && !weights.has('autoencoder'),
    clip: encodes && clip === null,
    t5: encodes && t5 === null,
    tokenizer: tokenizer === null && !installed?.tokenizer,
  };
  const missing = optionalSources.filter((source) => absent[source]);
  if (only !== null) requireSources(missing);
  const sampling = await readSampling(found);
  return {
    config,
    precision,
    weights,
    sampling,
    shards: [...parts.shards, ...constants],
    graphs: parts.graphs,
    clip,
    t5,
    tokenizer,
    missing,
    installed,
    sources,
    planned: sources.takeRanges(),
  };
}

/** What was asked for by name is not left out with a remark, as T5's states and a tokenizer may be. */
function requireSources(missing: readonly OptionalSource[]): void {
  const needed = missing.filter((source) => source !== 't5' && source !== 'tokenizer');
  if (needed.length > 0) fail('SOURCE_MISSING', { files: needed.map((source) => sourceFileNames[source]) });
}

/** Several config.json count as one, the first of each key: a decoder's sizes may lie beside the decoder. */
async function readConfig(found: SourceFolders): Promise<NexusConfig> {
  const files = await found.all(sourceFileNames.config);
  if (files.length === 0) fail('SOURCE_MISSING', { files: [sourceFileNames.config] });
  let merged: Record<string, unknown> = {};
  for (const file of files) merged = { ...(await readJson(file)), ...merged };
  return readNexusConfig(merged);
}

async function readSampling(found: SourceFolders): Promise<GenerationConfig> {
  const file = await found.file(sourceFileNames.sampling);
  return readGenerationConfig(file === null ? {} : await readJson(file));
}

const jsonLimit = 2 ** 20;
const jsonLimits = { depth: 64, values: 100_000 } as const;

async function readJson(file: ByteSource): Promise<Record<string, unknown>> {
  const invalid = (actual: string) => fail('CONFIG_INVALID', { key: file.name, expected: 'a JSON object', actual });
  if (file.size > jsonLimit) return invalid(`${file.size} bytes`);
  const text = decodeUtf8(await file.read(0, file.size)) ?? invalid('bytes that are no UTF-8');
  const { mistake } = scanJson(text, jsonLimits);
  if (mistake !== null) fail('CONFIG_JSON', { file: file.name, ...mistake });
  const json: unknown = JSON.parse(text);
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return invalid(text.slice(0, 40));
  return { ...json };
}

async function textEncoder<Config>(
  found: SourceFolders,
  folder: string,
  readFile: (json: unknown) => Config,
): Promise<TextEncoder<Config> | null> {
  const file = await found.file(folder + sourceFileNames.config);
  const weights = await found.shards(folder);
  return file === null || weights === null ? null : { config: readFile(await readJson(file)), weights };
}

const activationTypes = ['float32', 'float16'] as const;

function planParts(
  config: NexusConfig,
  weights: ReadonlyMap<WeightFile, TensorSource>,
  precision: BundlePrecision,
  { segmentLimit, hasFluxGraphs }: { readonly segmentLimit: number; readonly hasFluxGraphs: boolean },
) {
  const files = new Set(weights.keys());
  const precisionFor = precisionOf(precision);
  const options = (activations: GraphOptions['activations']): GraphOptions => ({
    activations,
    precision: precisionFor,
    weights: 'file',
  });
  const shards: PlannedShard[] = [];
  const graphs: PlannedGraph[] = [];
  const declared = new Map<WeightFile, WeightDeclaration[]>();
  const addPart = (part: string, from: WeightFile, declarations: readonly WeightDeclaration[]) => {
    const stored = declarations.flatMap((declaration) => storedWeights(declaration, precisionFor(declaration)));
    const layouts = layoutShards(part, stored);
    shards.push(...layouts.map((layout) => ({ layout, from })));
    declared.set(from, [...(declared.get(from) ?? []), ...declarations]);
    return layouts;
  };

  const segments = planSegments(config, options('float32'), segmentLimit);
  for (const { part, from, build, kind } of piecesFrom(files, config, segments)) {
    const layouts = addPart(part, from, declarationsOf(build(config, options('float32'))));
    if (kind === 'table') continue;
    graphs.push(...plannedGraphs((type) => build(config, options(type)), part, layouts));
  }
  if (hasDecoder(files)) {
    for (const name of hasFluxGraphs ? [] : fluxGraphNames) {
      graphs.push(...plannedGraphs((type) => fluxGraph(name, config.dit, options(type)), null, []));
    }
    const declarations = fluxWeights(config, options('float32')).map(({ declaration }) => declaration);
    for (const decoder of ['generation', 'editing'] as const) {
      if (files.has(decoder)) addPart(fluxParts[decoder], decoder, declarations);
    }
  }
  for (const [file, source] of weights) expectWeights(file, source, declared.get(file) ?? []);
  return { shards, graphs };
}

function declarationsOf(graph: BuiltGraph): readonly WeightDeclaration[] {
  return graph.weights.map(({ declaration }) => declaration);
}

/** The files of a graph: one where its activations make no difference to it, else one for each type. */
function plannedGraphs(
  build: (activations: GraphOptions['activations']) => BuiltGraph,
  part: string | null,
  layouts: readonly ShardLayout[],
): readonly PlannedGraph[] {
  const planned = activationTypes.map((activations): PlannedGraph => {
    const graph = build(activations);
    const file = `${graph.name}.${activations}.onnx`;
    const withShards = (nameOf: (shard: string) => string) => writeModel(graph, locator(layouts, nameOf));
    return {
      file,
      entries: [{ name: graph.name, activations, file, part }],
      bytes: withShards((shard) => shard),
      withShards,
    };
  });
  const [first] = planned;
  if (first === undefined || !planned.every(({ bytes }) => equalBytes(bytes, first.bytes))) return planned;
  const entries = planned.flatMap((graph) => graph.entries);
  const file = `${entries[0]?.name}.onnx`;
  return [{ ...first, file, entries: entries.map((entry) => ({ ...entry, file })) }];
}

function equalBytes(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && left.every((byte, at) => byte === right[at]);
}

function locator(layouts: readonly ShardLayout[], nameOf: (shard: string) => string): (tensor: string) => Location {
  const places = new Map(
    layouts.flatMap(({ file, tensors }) =>
      tensors.map(({ name, offset, bytes }) => [name, { file: nameOf(file), offset, bytes }]),
    ),
  );
  return (name) => places.get(name) ?? fail('BUNDLE_LACKS', { part: layouts[0]?.part ?? '', name });
}

function planConstants(
  { dit, nexus_gen: settings }: NexusConfig,
  clip: TextEncoder<ClipConfig> | null,
  t5: TextEncoder<T5Config> | null,
): readonly PlannedShard[] {
  const agree = (key: string, expected: number, actual: number) => {
    if (expected !== actual) fail('CONFIG_INVALID', { key, expected: String(expected), actual: String(actual) });
  };
  const declarations: WeightDeclaration[] = [];
  if (clip !== null) {
    agree('text_encoder hidden_size', dit.pooled, clip.config.hidden);
    declarations.push({ name: constantNames.pooled, shape: [dit.pooled], role: 'vector' });
  }
  if (t5 !== null) {
    agree('text_encoder_2 d_model', dit.context, t5.config.model);
    const shape = [settings.negative_length, dit.context];
    declarations.push({ name: constantNames.negative, shape, role: 'vector' });
  }
  const stored = declarations.flatMap((declaration) => storedWeights(declaration, 'float32'));
  return layoutShards(constantsPart, stored).map((layout) => ({ layout, from: 'constants' }));
}

/** The tokenizer's files by the names they have in the bundle. */
export function tokenizerFileNames(plan: ConversionPlan): readonly string[] | null {
  return plan.tokenizer?.map(({ name }) => baseName(name)) ?? null;
}
