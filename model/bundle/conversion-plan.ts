/** What a conversion will make, down to the place of every tensor, known before a weight is read. */

import type { ByteSource, SourceFolder } from '../checkpoint/source.ts';
import type { TensorSource } from '../checkpoint/tensors.ts';
import { type NexusConfig, readNexusConfig } from '../config/nexus.ts';
import type { ClipConfig } from '../config/text-encoders.ts';
import { fail } from '../failure.ts';
import type { WeightDeclaration } from '../onnx/types.ts';
import { type GenerationConfig, readGenerationConfig } from '../text/generation-config.ts';
import { filesFor, installedFiles } from './abilities.ts';
import { abilities, type Installable } from './installables.ts';
import type { Manifest, NegativeTextOfBundle } from './manifest.ts';
import { servedSchedules } from './modulation-tables.ts';
import { emptyNegativeSource, type NegativeSource, openClip, requireEqual, wordsSource } from './negative-source.ts';
import { listedWords, negativeLayout, servesNegative } from './negative-text.ts';
import {
  constantNames,
  constantsPart,
  type DecoderName,
  decoderNames,
  hasDecoder,
  negativePart,
  type WeightFile,
} from './parts.ts';
import { type PlannedGraph, type PlannedShard, planParts } from './planned-parts.ts';
import { type BundlePrecision, shardLimit } from './precision.ts';
import { inOrder, RecordedSources, type SourceRange } from './recorded-sources.ts';
import { layoutShards, storedWeights } from './shards.ts';
import { baseName, openWeights, SourceFolders, sourceFileNames } from './source-files.ts';
import { readJson } from './source-json.ts';
import type { TextEncoder } from './text-constants.ts';

/** What a checkpoint may lack; a bundle without it can do less. */
const optionalSources = ['generation', 'editing', 'autoencoder', 'clip', 't5', 'tokenizer'] as const;
export type OptionalSource = (typeof optionalSources)[number];

/** How much of a checkpoint is converted. */
export interface ConversionScope {
  /** Only these, all of whose files must be there; null for whatever the checkpoint holds. */
  readonly only?: readonly Installable[] | null;
  /** The bundle that they are added to. Its parts are kept, and their files are not needed in the checkpoint. */
  readonly installed?: Manifest | null;
  /** `with a decoder`: needed too where `only` names it. `if named`: by itself, and left out where the checkpoint lacks it. */
  readonly negative?: 'with a decoder' | 'if named';
  /** Negative prompts that are added beside the empty one; those that are there already are kept. */
  readonly negativeTexts?: readonly string[];
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
  scope: ConversionScope = {},
): Promise<ConversionPlan> {
  const { only = null, installed = null, segmentLimit = shardLimit } = scope;
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
  const negatives = await planNegatives(found, config, scope, decoderNames.some(isAdded));
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
    t5: negatives.lacksEmpty,
    tokenizer: tokenizer === null && !installed?.tokenizer,
  };
  const missing = optionalSources.filter((source) => absent[source]);
  if (only !== null) requireSources(missing, negatives.isNeeded);
  return {
    config,
    precision,
    weights,
    sampling: await readSampling(found, installed),
    shards: [...constants, ...parts.shards, ...negatives.shards],
    graphs: parts.graphs,
    clip,
    tokenizer,
    missing,
    installed,
    sources,
    planned: inOrder(sources.takeRanges()),
  };
}

/** What the negative branch reads: of the empty text where that is lacking, and of the words that are asked for. */
async function planNegatives(
  found: SourceFolders,
  config: NexusConfig,
  { only, installed = null, negative: rule = 'with a decoder', negativeTexts = [] }: ConversionScope,
  addsDecoder: boolean,
) {
  const words = listedWords(negativeTexts, installed);
  const isNamed = only?.includes('negative') === true;
  const isNeeded = words.length > 0 || (rule === 'with a decoder' && isNamed);
  const comesAlong = rule === 'with a decoder' && addsDecoder;
  const isWanted = (installed === null || !servesNegative(installed)) && (isNamed || comesAlong);
  const empty = isWanted ? await emptyNegativeSource(found, config, isNeeded) : null;
  const ofEmpty = empty === null ? [] : [emptyNegativeShard(config, empty)];
  const ofWords = await wordsShards(found, config, words);
  return { shards: [...ofEmpty, ...ofWords], isNeeded, lacksEmpty: isWanted && empty === null };
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

export function emptyNegativeShard(config: NexusConfig, source: NegativeSource): PlannedShard {
  return negativeShard(config, { text: '', part: negativePart }, source);
}

/** @throws SOURCE_MISSING where words can be made of nothing that is there, and what an unreadable file fails with */
export async function wordsShards(
  found: SourceFolders,
  config: NexusConfig,
  words: readonly NegativeTextOfBundle[],
): Promise<readonly PlannedShard[]> {
  const shards: PlannedShard[] = [];
  for (const each of words) shards.push(negativeShard(config, each, await wordsSource(found, config, each.text)));
  return shards;
}

function negativeShard(config: NexusConfig, listed: NegativeTextOfBundle, source: NegativeSource): PlannedShard {
  return { kind: 'negative', layout: negativeLayout(config, listed), text: listed.text, source };
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
