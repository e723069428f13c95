/**
 * The image autoencoder of FLUX.1 (REFERENCE "Sampling", last paragraph): pictures to latents and back. Everything is
 * float32, because its activations overflow float16 and the picture turns black.
 */
import type { AutoencoderConfig } from '../config.ts';
import { doublingConvolution } from '../onnx/doubling-convolution.ts';
import { type BuiltGraph, Graph, type GraphOptions } from '../onnx/graph.ts';
import {
  add,
  divide,
  matmul,
  multiply,
  reshape,
  scalar,
  silu,
  slice,
  softmax,
  subtract,
  transpose,
} from '../onnx/operators.ts';
import type { Dimension, Value } from '../onnx/types.ts';
import { convolution, groupNorm } from '../onnx/weighted.ts';

function channelsOf(graph: Graph, x: Value): number {
  const channels = x.shape[1];
  return typeof channels === 'number' ? channels : graph.refuse(x.name, '[1, C, H, W]', `[${x.shape}]`);
}

function sizeOf(x: Value): [Dimension, Dimension] {
  return [x.shape[2] ?? 1, x.shape[3] ?? 1];
}

/** A convolution that keeps height and width. */
function sameSize(graph: Graph, x: Value, layer: string, kernel: 1 | 3, outputs: number): Value {
  const rim = kernel === 3 ? 1 : 0;
  return convolution(graph, x, layer, { kernel, stride: 1, padding: [rim, rim, rim, rim], outputs, size: sizeOf(x) });
}

function normedSilu(graph: Graph, x: Value, layer: string, config: AutoencoderConfig): Value {
  return silu(graph, groupNorm(graph, x, layer, config.groups, config.eps));
}

function residualBlock(graph: Graph, x: Value, layer: string, outputs: number, config: AutoencoderConfig): Value {
  const first = sameSize(graph, normedSilu(graph, x, `${layer}.norm1`, config), `${layer}.conv1`, 3, outputs);
  const second = sameSize(graph, normedSilu(graph, first, `${layer}.norm2`, config), `${layer}.conv2`, 3, outputs);
  const shortcut = channelsOf(graph, x) === outputs ? x : sameSize(graph, x, `${layer}.nin_shortcut`, 1, outputs);
  return add(graph, shortcut, second);
}

/**
 * Attention of every position to every other, one head as wide as the channels. Queries stay row by row, [1, H, W, C], so that
 * the result's height and width need no Shape node; scores are [1, H, W, H · W].
 */
function selfAttention(graph: Graph, x: Value, layer: string, config: AutoencoderConfig): Value {
  const channels = channelsOf(graph, x);
  const normed = groupNorm(graph, x, `${layer}.norm`, config.groups, config.eps);
  const project = (name: string) => sameSize(graph, normed, `${layer}.${name}`, 1, channels);
  const flat = (value: Value) => reshape(graph, value, [1, 1, channels, 'positions']);
  const queries = transpose(graph, project('q'), [0, 2, 3, 1]);
  const scale = scalar(graph, channels ** -0.5, 'float32');
  const scores = multiply(graph, matmul(graph, queries, flat(project('k'))), scale);
  const values = transpose(graph, flat(project('v')), [0, 1, 3, 2]);
  const attended = transpose(graph, matmul(graph, softmax(graph, scores), values), [0, 3, 1, 2]);
  return add(graph, x, sameSize(graph, attended, `${layer}.proj_out`, 1, channels));
}

function middle(graph: Graph, x: Value, half: 'encoder' | 'decoder', config: AutoencoderConfig): Value {
  const channels = channelsOf(graph, x);
  const before = residualBlock(graph, x, `${half}.mid.block_1`, channels, config);
  const attended = selfAttention(graph, before, `${half}.mid.attn_1`, config);
  return residualBlock(graph, attended, `${half}.mid.block_2`, channels, config);
}

/** The names of a size times or over a power of two. */
const larger = (name: string, factor: number): Dimension => (factor === 1 ? name : `${factor} ${name}`);
const smaller = (name: string, factor: number): Dimension => (factor === 1 ? name : `${name} / ${factor}`);

/** latents [1, latent, height, width], as the sampler leaves them → image [1, 3, height · f, width · f], about −1 … 1. */
export function autoencoderDecode(config: AutoencoderConfig, options: GraphOptions): BuiltGraph {
  const graph = new Graph('autoencoder_decode', { ...options, activations: 'float32' });
  const { base, mult, latent, scale, shift, resBlocksPerLevel } = config;
  const latents = graph.input('latents', 'float32', [1, latent, 'height', 'width']);
  const unscaled = add(graph, divide(graph, latents, scalar(graph, scale, 'float32')), scalar(graph, shift, 'float32'));
  const deepest = base * (mult.at(-1) ?? 1);
  let x = middle(graph, sameSize(graph, unscaled, 'decoder.conv_in', 3, deepest), 'decoder', config);
  for (const level of [...mult.keys()].reverse()) {
    const outputs = base * (mult[level] ?? 1);
    for (let block = 0; block < resBlocksPerLevel.decoder; block++) {
      x = residualBlock(graph, x, `decoder.up.${level}.block.${block}`, outputs, config);
    }
    if (level > 0) {
      const factor = 2 ** (mult.length - level);
      const size = [larger('height', factor), larger('width', factor)] as const;
      x = doublingConvolution(graph, x, `decoder.up.${level}.upsample.conv`, outputs, size);
    }
  }
  const ready = normedSilu(graph, x, 'decoder.norm_out', config);
  graph.output('image', sameSize(graph, ready, 'decoder.conv_out', 3, 3));
  return graph.build();
}

/** image [1, 3, height, width] in −1 … 1 → latents [1, latent, height / f, width / f]: the mean, never a sample. */
export function autoencoderEncode(config: AutoencoderConfig, options: GraphOptions): BuiltGraph {
  const graph = new Graph('autoencoder_encode', { ...options, activations: 'float32' });
  const { base, mult, latent, scale, shift, resBlocksPerLevel } = config;
  const image = graph.input('image', 'float32', [1, 3, 'height', 'width']);
  let x = sameSize(graph, image, 'encoder.conv_in', 3, base);
  for (const [level, factor] of mult.entries()) {
    const outputs = base * factor;
    for (let block = 0; block < resBlocksPerLevel.encoder; block++) {
      x = residualBlock(graph, x, `encoder.down.${level}.block.${block}`, outputs, config);
    }
    if (level < mult.length - 1) {
      const part = 2 ** (level + 1);
      const size = [smaller('height', part), smaller('width', part)] as const;
      // One row below and one column right, none above or left.
      const halving = { kernel: 3, stride: 2, padding: [0, 0, 1, 1], outputs, size } as const;
      x = convolution(graph, x, `encoder.down.${level}.downsample.conv`, halving);
    }
  }
  const ready = normedSilu(graph, middle(graph, x, 'encoder', config), 'encoder.norm_out', config);
  const moments = sameSize(graph, ready, 'encoder.conv_out', 3, 2 * latent);
  const mean = slice(graph, moments, 1, 0, latent, latent);
  const centred = subtract(graph, mean, scalar(graph, shift, 'float32'));
  graph.output('latents', multiply(graph, centred, scalar(graph, scale, 'float32')));
  return graph.build();
}

/** Pixels a latent row or column stands for. */
export function autoencoderFactor(config: AutoencoderConfig): number {
  return 2 ** (config.mult.length - 1);
}
