/**
 * The image autoencoder of FLUX.1 (docs/reference.md, "Autoencoder"): pictures to latents and back. Everything is
 * float32, because its activations overflow float16 and the picture turns black.
 */
import type { AutoencoderConfig } from '../config/painter.ts';
import { doublingConvolution } from '../onnx/doubling-convolution.ts';
import { type BuiltGraph, Graph, type GraphOptions, type Value } from '../onnx/graph.ts';
import {
  add,
  divide,
  matmul,
  multiply,
  reshape,
  scalarLike,
  silu,
  slice,
  softmax,
  subtract,
  transpose,
} from '../onnx/operators.ts';
import { knownSizeOf, sizeOf } from '../onnx/shapes.ts';
import type { Dimension } from '../onnx/types.ts';
import { convolution, groupNorm } from '../onnx/weighted.ts';

function channelsOf(x: Value): number {
  return knownSizeOf(x, 1);
}

/** A convolution that keeps height and width. */
function sameSize(x: Value, layer: string, kernel: 1 | 3, outputs: number): Value {
  const padding = kernel === 3 ? ([1, 1, 1, 1] as const) : ([0, 0, 0, 0] as const);
  return convolution(x, layer, { kernel, stride: 1, padding, outputs, size: [sizeOf(x, 2), sizeOf(x, 3)] });
}

function normedSilu(x: Value, layer: string, { groups, eps }: AutoencoderConfig): Value {
  return silu(groupNorm(x, layer, groups, eps));
}

function residualBlock(x: Value, layer: string, outputs: number, config: AutoencoderConfig): Value {
  const first = sameSize(normedSilu(x, `${layer}.norm1`, config), `${layer}.conv1`, 3, outputs);
  const second = sameSize(normedSilu(first, `${layer}.norm2`, config), `${layer}.conv2`, 3, outputs);
  const shortcut = channelsOf(x) === outputs ? x : sameSize(x, `${layer}.nin_shortcut`, 1, outputs);
  return add(shortcut, second);
}

/**
 * Attention of every position to every other, one head as wide as the channels. Queries stay row by row, [1, H, W, C], so that
 * the result's height and width need no Shape node; scores are [1, H, W, H · W].
 */
function selfAttention(x: Value, layer: string, { groups, eps }: AutoencoderConfig): Value {
  const channels = channelsOf(x);
  const normed = groupNorm(x, `${layer}.norm`, groups, eps);
  const project = (name: string) => sameSize(normed, `${layer}.${name}`, 1, channels);
  const flat = (value: Value) => reshape(value, [1, 1, channels, 'positions']);
  const query = transpose(project('q'), [0, 2, 3, 1]);
  const scale = scalarLike(query, channels ** -0.5);
  const scores = multiply(matmul(query, flat(project('k'))), scale);
  const value = transpose(flat(project('v')), [0, 1, 3, 2]);
  const attended = transpose(matmul(softmax(scores), value), [0, 3, 1, 2]);
  return add(x, sameSize(attended, `${layer}.proj_out`, 1, channels));
}

function middle(x: Value, half: 'encoder' | 'decoder', config: AutoencoderConfig): Value {
  const channels = channelsOf(x);
  const before = residualBlock(x, `${half}.mid.block_1`, channels, config);
  const attended = selfAttention(before, `${half}.mid.attn_1`, config);
  return residualBlock(attended, `${half}.mid.block_2`, channels, config);
}

/** The names of a size times or over a power of two. */
const larger = (name: string, factor: number): Dimension => (factor === 1 ? name : `${factor} ${name}`);
const smaller = (name: string, factor: number): Dimension => (factor === 1 ? name : `${name} / ${factor}`);

/** latents [1, latent, height, width], as the sampler leaves them → image [1, 3, height · f, width · f], about −1 … 1. */
export function autoencoderDecode(config: AutoencoderConfig, options: GraphOptions): BuiltGraph {
  const graph = new Graph('autoencoder_decode', { ...options, activations: 'float32' });
  const { base, mult, latent, scale, shift, resBlocksPerLevel } = config;
  const latents = graph.input('latents', 'float32', [1, latent, 'height', 'width']);
  const unscaled = add(divide(latents, scale), shift);
  const deepest = base * (mult.at(-1) ?? 1);
  let x = middle(sameSize(unscaled, 'decoder.conv_in', 3, deepest), 'decoder', config);
  for (const [level, factor] of [...mult.entries()].reverse()) {
    const outputs = base * factor;
    for (let block = 0; block < resBlocksPerLevel.decoder; block++) {
      x = residualBlock(x, `decoder.up.${level}.block.${block}`, outputs, config);
    }
    if (level > 0) {
      const enlargement = 2 ** (mult.length - level);
      const size = [larger('height', enlargement), larger('width', enlargement)] as const;
      x = doublingConvolution(x, `decoder.up.${level}.upsample.conv`, outputs, size);
    }
  }
  const ready = normedSilu(x, 'decoder.norm_out', config);
  graph.output('image', sameSize(ready, 'decoder.conv_out', 3, 3));
  return graph.build();
}

/** image [1, 3, height, width] in −1 … 1 → latents [1, latent, height / f, width / f]: the mean, never a sample. */
export function autoencoderEncode(config: AutoencoderConfig, options: GraphOptions): BuiltGraph {
  const graph = new Graph('autoencoder_encode', { ...options, activations: 'float32' });
  const { base, mult, latent, scale, shift, resBlocksPerLevel } = config;
  const image = graph.input('image', 'float32', [1, 3, 'height', 'width']);
  let x = sameSize(image, 'encoder.conv_in', 3, base);
  for (const [level, factor] of mult.entries()) {
    const outputs = base * factor;
    for (let block = 0; block < resBlocksPerLevel.encoder; block++) {
      x = residualBlock(x, `encoder.down.${level}.block.${block}`, outputs, config);
    }
    if (level < mult.length - 1) {
      const part = 2 ** (level + 1);
      const size = [smaller('height', part), smaller('width', part)] as const;
      // One row below and one column right, none above or left.
      const halving = { kernel: 3, stride: 2, padding: [0, 0, 1, 1], outputs, size } as const;
      x = convolution(x, `encoder.down.${level}.downsample.conv`, halving);
    }
  }
  const ready = normedSilu(middle(x, 'encoder', config), 'encoder.norm_out', config);
  const moments = sameSize(ready, 'encoder.conv_out', 3, 2 * latent);
  const mean = slice(moments, { axis: 1, start: 0, end: latent, size: latent });
  graph.output('latents', multiply(subtract(mean, shift), scale));
  return graph.build();
}

/** Pixels a latent row or column stands for. */
export function autoencoderFactor(config: AutoencoderConfig): number {
  return 2 ** (config.mult.length - 1);
}
