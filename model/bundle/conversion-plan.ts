/** What a conversion will make, down to the place of every tensor, known before a weight is read. */

import { scanJson } from '../checkpoint/json.ts';
import { recogniseModel } from '../checkpoint/recognise.ts';
import type { ByteSource, SourceFolder } from '../checkpoint/source.ts';
import type { TensorSource } from '../checkpoint/tensors.ts';
import { decodeUtf8 } from '../checkpoint/utf8.ts';
import { type NexusConfig, readNexusConfig } from '../config/nexus.ts';
import type { ClipConfig, T5Config } from '../config/text-encoders.ts';
import { fail } from '../failure.ts';
import type { WeightDeclaration } from '../onnx/types.ts';
import { type GenerationConfig, readGenerationConfig } from '../text/generation-config.ts';
import { filesFor, installedFiles } from './abilities.ts';
import { abilities, type Installable } from './installables.ts';
import type { Manifest } from './manifest.ts';
import { servedSchedules } from './modulation-tables.ts';
import { isNegativeText, negativeLayout, servesNegative } from './negative-text.ts';
import { constantNames, constantsPart, type DecoderName, decoderNames, hasDecoder, type WeightFile } from './parts.ts';
import { type PlannedGraph, type PlannedShard, planParts } from './planned-parts.ts';
import { type BundlePrecision, shardLimit } from './precision.ts';
import { inOrder, RecordedSources, type SourceRange } from './recorded-sources.ts';
import { layoutShards, storedWeights } from './shards.ts';
import { baseName, openWeights, SourceFolders, sourceFileNames } from './source-files.ts';
import { readClipFile, readT5File, t5ConfigOf } from './text-constants.ts';

/** What a checkpoint may lack; a bundle without it can do less. */
const optionalSources = ['generation', 'editing', 'autoencoder', 'clip', 't5', 'tokenizer'] as const;
export type OptionalSource = (typeof optionalSources)[number];

export type NegativeSource =
  | ({ readonly kind: 't5' } & TextEncoder<T5Config>)
  | { readonly kind: 'states'; readonly weights: TensorSource };

export interface TextEncoder<Config> {
  readonly config: Config;
  readonly weights: TensorSource;
}

/** How much of a checkpoint is converted. */
export interface ConversionScope {
  /** Only these, all of whose files must be there; null for whatever the checkpoint holds. */
  readonly only?: readonly Installable[] | null;
  /** The bundle that they are added to. Its parts are kept, and their files are not needed in the checkpoint. */
  readonly installed?: Manifest | null;
  /** `with a decoder`: needed too where `only` names it. `if named`: by itself, and left out where the checkpoint lacks it. */
  readonly negative?: 'with a decoder' | 'if named';
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
  /** T5, which computes the empty negative prompt, or the file of one who has; null where the bundle gets none. */
  readonly negative: NegativeSource | null;
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
  { only = null, installed = null, negative: rule = 'with a decoder', segmentLimit = shardLimit }: ConversionScope = {},
): Promise<ConversionPlan> {
  const sources = new RecordedSources(folders);
  const found = await SourceFolders.open(sources.folders);
  const config = await readConfig(found, installed);
  const wanted = wantedFiles(only, installed);
  const asked = new Set<WeightFile>([...wanted.whole, ...wanted.layers]);
  const weights = await openWeights(found, asked);
  const isAdded = (file: WeightFile) => wanted.whole.has(file) && weights.has(file);
  const keptConstants = installed?.shards.find(({ part }) => part === constantsPart)?.tensors.map(({ name }) => name);
  const encodes = decoderNames.some(isAdded) && keptConstants === undefined;
  const clip = encodes ? await openClip(found) : null;
  const lacksNegative = installed === null || !servesNegative(installed);
  const isNamed = only?.includes('negative') === true;
  const comesAlong = rule === 'with a decoder' && decoderNames.some(isAdded);
  const isNeeded = rule === 'with a decoder' && isNamed;
  const wantsNegative = lacksNegative && (isNamed || comesAlong);
  const negative = wantsNegative ? await negativeSource(found, config, isNeeded) : null;
  const hasPooled = clip !== null || keptConstants?.includes(constantNames.pooled) === true;
  const parts = planParts(config, weights, {
    precision,
    segmentLimit,
    whole: new Set([...weights.keys()].filter(isAdded)),
    layers: wanted.layers,
    schedules: hasPooled ? (config.nexus_gen.schedules ?? []) : [],
    hasFluxGraphs: hasDecoder(wanted.kept),
  });
  const tokenizer = installed?.tokenizer ? null : await found.tokenizer();
  const constants = planConstants(config, clip);
  const lacks = (file: WeightFile) => asked.has(file) && !weights.has(file);
  const absent: Readonly<Record<OptionalSource, boolean>> = {
    generation: lacks('generation'),
    editing: lacks('editing'),
    autoencoder: lacks('autoencoder'),
    clip: encodes && clip === null,
    t5: wantsNegative && negative === null,
    tokenizer: tokenizer === null && !installed?.tokenizer,
  };
  const missing = optionalSources.filter((source) => absent[source]);
  if (only !== null) requireSources(missing, isNeeded);
  return {
    config,
    precision,
    weights,
    sampling: await readSampling(found, installed),
    shards: [...constants, ...parts.shards, ...(negative === null ? [] : [negativeShard(config)])],
    graphs: parts.graphs,
    clip,
    negative,
    tokenizer,
    missing,
    installed,
    sources,
    planned: inOrder(sources.takeRanges()),
  };
}

/** Files of which a bundle gets every piece, decoders of which it gets the layers of other schedules, and what it has. */
function wantedFiles(only: readonly Installable[] | null, installed: Manifest | null) {
  const kept = installed === null ? new Set<WeightFile>() : installedFiles(installed);
  const whole = new Set([...filesFor(only ?? abilities)].filter((file) => !kept.has(file)));
  const asksForLayers = only === null || only.includes('other-schedules');
  const lacksLayers = (decoder: DecoderName) =>
    whole.has(decoder) || (installed !== null && kept.has(decoder) && servedSchedules(installed, decoder) !== null);
  const layers: ReadonlySet<DecoderName> = new Set(asksForLayers ? decoderNames.filter(lacksLayers) : []);
  return { kept, whole, layers };
}

export function negativeShard(config: NexusConfig): PlannedShard {
  return { kind: 'negative', layout: negativeLayout(config) };
}

/**
 * T5 in FLUX's own folder, or what is recognised by its tensors: T5 in a single file, or the states that one computed.
 *
 * @throws where it was asked for, what an unreadable file in its place fails with
 */
export async function negativeSource(
  found: SourceFolders,
  config: NexusConfig,
  isAsked: boolean,
): Promise<NegativeSource | null> {
  const kindOf = (tensors: TensorSource) => {
    if (isNegativeText(tensors, config)) return 'states';
    return recogniseModel(tensors.list().map(({ name }) => name)) === 't5' ? 't5' : null;
  };
  const published = await textEncoder(found, sourceFileNames.t5, readT5File);
  const single = await found.recognised(kindOf).catch((thrown: unknown) => {
    if (isAsked && published === null) throw thrown;
    return null;
  });
  // States that are there already cost nothing.
  if (single?.kind === 'states') return { kind: 'states', weights: single.tensors };
  const encoder = published ?? (single && { config: t5ConfigOf(single.tensors), weights: single.tensors });
  if (encoder === null) return null;
  requireEqual('text_encoder_2 d_model', config.dit.context, encoder.config.model);
  return { kind: 't5', ...encoder };
}

function requireEqual(key: string, expected: number, actual: number): void {
  if (expected !== actual) fail('CONFIG_INVALID', { key, expected: String(expected), actual: String(actual) });
}

/** What was asked for by name is not left out with a remark, as T5's states and a tokenizer may be. */
function requireSources(missing: readonly OptionalSource[], asksNegative: boolean): void {
  const needed = missing.flatMap((source) =>
    source === 'tokenizer' || (source === 't5' && !asksNegative) ? [] : [sourceFileNames[source]],
  );
  if (needed.length > 0) fail('SOURCE_MISSING', { files: needed });
}

/** What a plan of these folders would say that the model is. Throws SOURCE_MISSING, CONFIG_INVALID, CONFIG_JSON. */
export async function readModelConfig(folders: readonly SourceFolder[]): Promise<NexusConfig> {
  return readConfig(await SourceFolders.open(folders), null);
}

/** CLIP in FLUX's own folder; null where there is none. */
export function openClip(found: SourceFolders): Promise<TextEncoder<ClipConfig> | null> {
  return textEncoder(found, sourceFileNames.clip, readClipFile);
}

/** Several config.json count as one, the first of each key: a decoder's sizes may lie beside the decoder. T5's is not one of them. */
async function readConfig(found: SourceFolders, installed: Manifest | null): Promise<NexusConfig> {
  const files: Record<string, unknown>[] = [];
  for (const file of await found.all(sourceFileNames.config)) files.push(await readJson(file));
  const own = files.filter((json) => json.model_type !== 't5');
  if (own.length === 0 && installed !== null) return readNexusConfig(installed.config);
  if (own.length === 0) fail('SOURCE_MISSING', { files: [sourceFileNames.config] });
  let merged: Record<string, unknown> = {};
  for (const json of own) merged = { ...json, ...merged };
  const config = readNexusConfig(merged);
  if (installed === null) return config;
  // What is added is made as what is there was, also where that was before the model offered any schedules.
  const { schedules } = readNexusConfig(installed.config).nexus_gen;
  return { ...config, nexus_gen: { ...config.nexus_gen, schedules } };
}

async function readSampling(found: SourceFolders, installed: Manifest | null): Promise<GenerationConfig> {
  const file = await found.file(sourceFileNames.sampling);
  if (file === null && installed !== null) return installed.defaults.sampling;
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

export function planConstants({ dit }: NexusConfig, clip: TextEncoder<ClipConfig> | null): readonly PlannedShard[] {
  if (clip === null) return [];
  requireEqual('text_encoder hidden_size', dit.pooled, clip.config.hidden);
  const declaration: WeightDeclaration = { name: constantNames.pooled, shape: [dit.pooled], role: 'vector' };
  const layouts = layoutShards(constantsPart, storedWeights(declaration, 'float32'));
  return layouts.map((layout) => ({ kind: 'constants', layout }));
}

/** The tokenizer's files by the names they have in the bundle. */
export function tokenizerFileNames(plan: ConversionPlan): readonly string[] | null {
  return plan.tokenizer?.map(({ name }) => baseName(name)) ?? null;
}
