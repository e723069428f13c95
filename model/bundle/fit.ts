/** Whether a bundle fits a device, and how it would run there: from its own numbers, before anything is loaded. */
import type { NexusConfig } from '../config/nexus.ts';
import { headWidth } from '../config/transformer.ts';
import { mergedTokens } from '../config/vision.ts';
import type { GraphOptions } from '../onnx/graph.ts';
import { fluxLayers, fluxModulationLayers } from '../pieces/flux.ts';
import type { Manifest, ManifestShard, ManifestTensor } from './manifest.ts';
import { fluxParts, graphParts, pieceOf } from './parts.ts';

/** Bytes of one side while it works. */
export interface MemoryNeed {
  readonly weights: number;
  /** Key/value cache; the painter has none. */
  readonly cache: number;
  /** What operators hold at their worst moment: an estimate. */
  readonly activations: number;
  readonly total: number;
}

/**
 * `both`: language and painter stay on the device together. `one at a time`: the language side is released before the
 * painter is loaded. `streamed`: FLUX's layers are read again for every use. `too small`: not even that fits.
 */
export type Residency = 'both' | 'one at a time' | 'streamed' | 'too small';

export interface FitPlan {
  readonly residency: Residency;
  readonly language: MemoryNeed;
  /** Null where the bundle cannot draw. */
  readonly painter: MemoryNeed | null;
  readonly streamedPainter: MemoryNeed | null;
}

/** All that a plan reads of a manifest; the converter has it before there is one. */
type Shards = Pick<Manifest, 'shards'>;

const float32Bytes = 4;
/** Bytes that stay in use as upload buffers for each byte loaded, until a worker ends (measured with onnxruntime-web). */
const uploadShare = 0.2;
/**
 * What operators leave in onnxruntime's cache of GPU buffers, which rounds sizes up and gives nothing back: this many times
 * what they need at their worst moment (measured with nano: 1.6 for language, 2.3 for the painter).
 */
const bufferCache: Readonly<Record<FitDevice['device'], number>> = { webgpu: 2.5, wasm: 1 };
/** A prompt with two pictures; longer ones are read in more than one pass's memory only by the cache, which is counted whole. */
const promptTokens = 1024;

export interface FitDevice {
  readonly device: 'webgpu' | 'wasm';
  /** What it has for us; a browser does not tell, so whoever asks decides or guesses. */
  readonly memoryBytes: number;
  /** Values stored in 16 bits are widened where graphs compute in float32. */
  readonly activations: GraphOptions['activations'];
}

export function planFit(manifest: Shards, config: NexusConfig, fitted: FitDevice): FitPlan {
  const { memoryBytes } = fitted;
  const language = languageNeed(manifest, config, fitted);
  const painter = painterNeed(manifest, config, fitted, 'resident');
  const streamedPainter = painterNeed(manifest, config, fitted, 'streamed');
  const fits = (...needs: readonly (MemoryNeed | null)[]) =>
    needs.reduce((sum, need) => sum + (need?.total ?? 0), 0) <= memoryBytes;
  return { residency: residency(), language, painter, streamedPainter };

  function residency(): Residency {
    if (fits(language, painter)) return 'both';
    if (!fits(language)) return 'too small';
    if (fits(painter)) return 'one at a time';
    return fits(streamedPainter) ? 'streamed' : 'too small';
  }
}

function need(device: FitDevice['device'], weights: number, cache: number, values: number): MemoryNeed {
  const loaded = Math.ceil(weights * (1 + uploadShare));
  const activations = Math.ceil(values * float32Bytes * bufferCache[device]);
  return { weights, cache, activations, total: loaded + cache + activations };
}

type Activations = FitDevice['activations'];

function bytesOfParts(shards: readonly ManifestShard[], parts: readonly string[], activations: Activations): number {
  const tensors = shards.flatMap(({ part, tensors }) => (parts.includes(pieceOf(part)) ? tensors : []));
  return tensors.reduce((sum, tensor) => sum + loadedBytes(tensor, activations), 0);
}

/** Scales of quantised weights included: onnxruntime widens them when it loads a graph. */
function loadedBytes({ type, bytes }: ManifestTensor, activations: Activations): number {
  return type === 'float16' && activations === 'float32' ? 2 * bytes : bytes;
}

function languageNeed({ shards }: Shards, config: NexusConfig, { device, activations }: FitDevice): MemoryNeed {
  const { num_hidden_layers: layers, num_key_value_heads: heads, nexus_gen: settings } = config;
  const cache = 2 * layers * heads * headWidth(config) * settings.context_length * float32Bytes;
  const perToken = 2 * config.intermediate_size + 4 * config.hidden_size;
  const prompt = Math.min(promptTokens, settings.context_length) * perToken;
  const { patch_size: side, hidden_size: width, intermediate_size: middle } = config.vision_config;
  const patches = settings.image.max_pixels / side ** 2;
  const seeing = patches * (4 * width + 2 * middle) + patches ** 2;
  const values = Math.max(prompt, seeing) + config.vocab_size;
  return need(device, bytesOfParts(shards, graphParts.language, activations), cache, values);
}

type FluxPlacement = 'resident' | 'streamed';

function painterNeed(
  manifest: Shards,
  config: NexusConfig,
  { device, activations }: FitDevice,
  placement: FluxPlacement,
): MemoryNeed | null {
  const decoders = (['generation', 'editing'] as const).filter((decoder) =>
    manifest.shards.some(({ part }) => part === fluxParts[decoder]),
  );
  if (decoders.length === 0) return null;
  const fluxes = decoders.map((decoder) => {
    const part = manifest.shards.filter((shard) => shard.part === fluxParts[decoder]);
    return fluxBytes(part, config, activations, placement);
  });
  const weights = Math.max(...fluxes) + bytesOfParts(manifest.shards, graphParts.painter, activations);
  return need(device, weights, 0, Math.max(drawingValues(config), developingValues(config)));
}

/** FLUX without its modulation, whose layers are never resident; streamed, its ends and the two largest blocks in turn. */
function fluxBytes(
  part: readonly ManifestShard[],
  config: NexusConfig,
  activations: Activations,
  placement: FluxPlacement,
): number {
  const layers = fluxLayers(config.dit);
  const blocks = new Map([...layers.joint, ...layers.single].map(({ block }) => [block.prefix, 0]));
  const modulation = fluxModulationLayers(layers).map(({ prefix }) => prefix);
  let ends = 0;
  for (const tensor of part.flatMap(({ tensors }) => tensors)) {
    const { name } = tensor;
    // Scales are inputs here, which stay as they are.
    const bytes = name.endsWith('.scales') ? tensor.bytes : loadedBytes(tensor, activations);
    if (modulation.some((prefix) => name.startsWith(prefix))) continue;
    const [block] = [...blocks.keys()].filter((prefix) => name.startsWith(prefix));
    if (block === undefined) ends += bytes;
    else blocks.set(block, (blocks.get(block) ?? 0) + bytes);
  }
  const ordered = [...blocks.values()].sort((left, right) => right - left);
  return (placement === 'resident' ? ordered : ordered.slice(0, 2)).reduce((sum, bytes) => sum + bytes, ends);
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
