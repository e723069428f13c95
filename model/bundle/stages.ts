/**
 * What a model does one after the other: each stage runs with weights of its own, which stay on the device, or are loaded for its
 * run and released behind it. Their bytes follow from the bundle's own numbers, before anything is loaded.
 */
import type { NexusConfig } from '../config/nexus.ts';
import { mergedTokens } from '../config/vision.ts';
import { exactOptions, type GraphOptions } from '../onnx/graph.ts';
import { fluxLayers, fluxModulationLayers } from '../pieces/flux.ts';
import { fluxGraph } from '../pieces/flux-graphs.ts';
import { isSegment } from '../pieces/transformer.ts';
import { type Ability, abilities } from './installables.ts';
import type { Manifest, ManifestTensor } from './manifest.ts';
import { decoderNames, decoderParts, graphParts, pieceOf } from './parts.ts';

export interface Stage {
  /** Its part in the bundle; of FLUX the prefix of the layer's weights, where `pipe.dit.` stands for what is outside the blocks. */
  readonly name: string;
  readonly side: 'language' | 'painter';
  /** What needs it. */
  readonly for: readonly Ability[];
  /** `graph`: its weights are a graph's own. `inputs`: they are fed to a graph that others share, so two layers can be there at once. */
  readonly weightPlacement: 'graph' | 'inputs';
  /** `picture`: once for each. `pass`: for every token, or every step. `passing`: once a schedule, and never kept. */
  readonly runs: 'picture' | 'pass' | 'passing';
  /** Bytes on the device. */
  readonly weights: number;
  /** Bytes in the bundle, which its loader holds while it loads. */
  readonly stored: number;
  /** Values that its operators hold at their worst moment: an estimate. */
  readonly values: number;
  /** Values of its largest quantised matrix: where no kernel multiplies with blocks, a run widens the whole of it. */
  readonly widened: number;
}

/** All that a plan reads of a manifest; the converter has it before there is one. */
export type Shards = Pick<Manifest, 'shards'>;

type Activations = GraphOptions['activations'];

/** The stages of a bundle, in the order they run in. */
export function stagesOf(manifest: Shards, config: NexusConfig, activations: Activations): readonly Stage[] {
  const parts = new Map<string, ManifestTensor[]>();
  for (const { part, tensors } of manifest.shards) parts.set(part, [...(parts.get(part) ?? []), ...tensors]);
  const graphs = [...parts].flatMap(([part, tensors]) => graphStage(part, tensors, config, activations) ?? []);
  return [...graphs, ...fluxStages(parts, config, activations)];
}

const drawing: readonly Ability[] = ['draw', 'edit'];

function graphStage(part: string, tensors: readonly ManifestTensor[], config: NexusConfig, activations: Activations) {
  const piece = pieceOf(part);
  const isLanguage = graphParts.language.includes(piece);
  if (!isLanguage && !graphParts.painter.includes(piece)) return null;
  const stage: Stage = {
    name: part,
    side: isLanguage ? 'language' : 'painter',
    for: usersOf(part) ?? (isLanguage ? abilities : drawing),
    weightPlacement: 'graph',
    runs: isSegment(part) || part === 'text_projector' ? 'pass' : 'picture',
    weights: sum(tensors, (tensor) => loadedBytes(tensor, activations)),
    stored: sum(tensors, ({ bytes }) => bytes),
    values: valuesOf(part, config),
    widened: widenedValues(tensors),
  };
  return stage;
}

function widenedValues(tensors: readonly ManifestTensor[]): number {
  return Math.max(
    0,
    ...tensors.map(({ name, bytes }) => (name.endsWith('.q4') ? 2 * bytes : name.endsWith('.q8') ? bytes : 0)),
  );
}

/** Where not all abilities of its side need a part. */
function usersOf(part: string): readonly Ability[] | null {
  if (part === 'vision_projector') return drawing;
  if (part === 'generation_adapter') return ['draw'];
  return part === 'editing_merger' ? ['edit'] : null;
}

/** Scales of quantised weights included: onnxruntime widens them when it loads a graph, and inputs are fed as wide. */
function loadedBytes({ type, bytes }: ManifestTensor, activations: Activations): number {
  return type === 'float16' && activations === 'float32' ? 2 * bytes : bytes;
}

/** FLUX's layers. Both decoders are run by the same stages, one of them at a time. */
function fluxStages(
  parts: ReadonlyMap<string, readonly ManifestTensor[]>,
  config: NexusConfig,
  activations: Activations,
): readonly Stage[] {
  const decoders = decoderNames.map((decoder) => {
    const { flux, layers } = decoderParts[decoder];
    const blocks = parts.get(flux);
    return blocks && [...blocks, ...(parts.get(layers) ?? [])];
  });
  const users = drawing.filter((_, at) => decoders[at] !== undefined);
  if (users.length === 0) return [];
  const layers = fluxLayers(config.dit);
  const ends = layers.embedLatents.prefix;
  const blocks = [...layers.joint, ...layers.single].map(({ block }) => block.prefix);
  const modulation = fluxModulationLayers(layers).map(({ prefix }) => prefix);
  const conditioning = fluxGraph('flux_conditioning', config.dit, exactOptions).weights;
  const once = [...modulation, ...conditioning.map(({ declaration }) => ends + declaration.name)];
  const owned = decoders.map((tensors) => grouped(tensors ?? [], [...once, ...blocks], ends));
  const isInstalled = (name: string) => owned.some((groups) => groups.has(name));
  const values = drawingValues(config);
  const stage = (name: string, runs: Stage['runs']): Stage => {
    const most = (bytesOf: (tensor: ManifestTensor) => number) =>
      Math.max(...owned.map((groups) => sum(groups.get(name) ?? [], bytesOf)));
    const weights = most((tensor) => loadedBytes(tensor, activations));
    const widened = Math.max(...owned.map((groups) => widenedValues(groups.get(name) ?? [])));
    const stored = most(({ bytes }) => bytes);
    const placed = { side: 'painter', for: users, weightPlacement: 'inputs' } as const;
    return { name, ...placed, runs, weights, stored, values, widened };
  };
  return [
    ...once.filter(isInstalled).map((name) => stage(name, 'passing')),
    stage(ends, 'pass'),
    ...blocks.map((prefix) => stage(prefix, 'pass')),
  ];
}

/** Tensors by the first of the prefixes that their names begin with, else `rest`. */
function grouped(
  tensors: readonly ManifestTensor[],
  prefixes: readonly string[],
  rest: string,
): ReadonlyMap<string, readonly ManifestTensor[]> {
  const groups = new Map<string, ManifestTensor[]>();
  for (const tensor of tensors) {
    const owner = prefixes.find((prefix) => tensor.name.startsWith(prefix)) ?? rest;
    const group = groups.get(owner) ?? [];
    group.push(tensor);
    groups.set(owner, group);
  }
  return groups;
}

/** A prompt with two pictures; longer ones are read in more than one pass's memory only by the cache, which is counted whole. */
const promptTokens = 1024;

function valuesOf(part: string, config: NexusConfig): number {
  const { vision_config: vision, nexus_gen: settings } = config;
  if (part === 'vision_encoder') {
    const patches = settings.image.max_pixels / vision.patch_size ** 2;
    return patches * (4 * vision.hidden_size + 2 * vision.intermediate_size) + patches ** 2;
  }
  if (isSegment(part)) {
    const perToken = 2 * config.intermediate_size + 4 * config.hidden_size;
    return Math.min(promptTokens, settings.context_length) * perToken;
  }
  if (part === 'text_projector') return config.vocab_size;
  return part.startsWith('autoencoder') ? developingValues(config) : 0;
}

/** A single block at its widest: the fused projection, its activated half, and what is joined of both. */
function drawingValues({ dit, vae, nexus_gen: settings, vision_config: vision }: NexusConfig): number {
  const { width, height } = settings.defaults;
  const pixelsPerToken = (dit.patch * 2 ** (vae.mult.length - 1)) ** 2;
  const target = mergedTokens(settings.image.drawn_grid, vision.spatial_merge_size);
  const reference = (settings.image.reference_side / (vision.patch_size * vision.spatial_merge_size)) ** 2;
  const conditioning = Math.max(target + reference, settings.negative_length);
  const tokens = (width * height) / pixelsPerToken + conditioning;
  return tokens * dit.hidden * (2 * (3 + dit.mlpRatio) + 2 * dit.mlpRatio);
}

/** Three maps at full size with the channels of the second level, which the decoder's last stage begins with. */
function developingValues({ vae, nexus_gen: settings }: NexusConfig): number {
  const { width, height } = settings.defaults;
  const channels = vae.base * (vae.mult[1] ?? vae.mult[0] ?? 1);
  return 3 * width * height * channels;
}

function sum<Item>(items: readonly Item[], bytesOf: (item: Item) => number): number {
  return items.reduce((total, item) => total + bytesOf(item), 0);
}
