/**
 * Operators that carry weights. They hide how a weight is stored: a product with a 4-bit matrix, with a float16 one that
 * is widened, or with float32 itself reads the same in a piece.
 */
import type { Graph, UsedWeight } from './graph.ts';
import { add, cast, multiply, reshape, reshapeBeforeLast } from './operators.ts';
import { blockSize } from './stored.ts';
import type { Dimension, Shape, Value, WeightRole } from './types.ts';

/** A weight that is not quantised, as a value of the given type (the activations' type by default). */
export function parameter(
  graph: Graph,
  name: string,
  shape: readonly number[],
  type: 'float32' | 'float16' = graph.options.activations,
  role: WeightRole = 'vector',
): Value {
  const weight = graph.weight(name, shape, role);
  const [tensor] = weight.stored;
  if (!tensor || weight.stored.length > 1) return graph.refuse(name, 'a weight of 16 or 32 bits', weight.precision);
  return cast(graph, graph.stored(tensor), type);
}

/** [m, inputs] · transposed quantised [outputs, inputs]; accumulates in the activations' type or wider. */
function quantisedProduct(graph: Graph, x: Value, weight: UsedWeight): Value {
  const [packed, scales, zeros] = weight.stored;
  const [outputs, inputs] = weight.declaration.shape;
  if (!packed || !scales || !zeros || !outputs || !inputs)
    return graph.refuse(weight.declaration.name, 'a quantised matrix', 'none');
  const operands = [x, graph.stored(packed), cast(graph, graph.stored(scales), x.type), graph.stored(zeros)];
  const shape: Shape = [...x.shape.slice(0, -1), outputs];
  const attributes = { K: inputs, N: outputs, bits: weight.precision === 'q4' ? 4 : 8, block_size: blockSize };
  return graph.single('MatMulNBits', operands, { type: x.type, shape }, attributes, 'com.microsoft');
}

export interface LinearNames {
  /** Official name of the [outputs, inputs] matrix, for instance `model.layers.0.self_attn.q_proj.weight`. */
  readonly weight: string;
  /** Official name of the [outputs] bias, or null for none. */
  readonly bias: string | null;
}

/** The usual names of a layer: `NAME.weight` and, unless left out, `NAME.bias`. */
export function named(layer: string, bias: 'bias' | 'no bias' = 'bias'): LinearNames {
  return { weight: `${layer}.weight`, bias: bias === 'bias' ? `${layer}.bias` : null };
}

/** y = x Wᵀ + b for x [n, inputs]; the result is [n, outputs] in x's type. */
export function linear(
  graph: Graph,
  x: Value,
  names: LinearNames,
  outputs: number,
  role: WeightRole = 'matrix',
): Value {
  const inputs = x.shape.at(-1);
  if (x.shape.length !== 2 || typeof inputs !== 'number')
    return graph.refuse(names.weight, '[n, inputs]', `[${x.shape}]`);
  if (x.type !== 'float32' && x.type !== 'float16') return graph.refuse(names.weight, 'floating input', x.type);
  const weight = graph.weight(names.weight, [outputs, inputs], role);
  const bias = names.bias === null ? null : parameter(graph, names.bias, [outputs], x.type);
  if (weight.precision === 'q4' || weight.precision === 'q8') {
    const product = quantisedProduct(graph, x, weight);
    return bias ? add(graph, product, bias) : product;
  }
  const matrix = parameter(graph, names.weight, [outputs, inputs], x.type, role);
  const operands = bias ? [x, matrix, bias] : [x, matrix];
  return graph.single('Gemm', operands, { type: x.type, shape: [x.shape[0] ?? 1, outputs] }, { transB: 1 });
}

/** Root-mean-square norm over the last axis, computed in float32 whatever x's type. */
export function rmsNorm(graph: Graph, x: Value, weight: string, epsilon: number): Value {
  const size = x.shape.at(-1);
  if (typeof size !== 'number') return graph.refuse(weight, 'a known last size', `[${x.shape}]`);
  const type = x.type === 'float16' ? 'float16' : 'float32';
  const scale = parameter(graph, weight, [size], type);
  const attributes = { axis: -1, epsilon: { float: epsilon }, stash_type: 1 };
  return graph.single('RMSNormalization', [x, scale], { type: x.type, shape: x.shape }, attributes);
}

/** Layer norm over the last axis with weight and bias from the checkpoint. */
export function layerNorm(graph: Graph, x: Value, layer: string, epsilon: number): Value {
  const size = x.shape.at(-1);
  if (typeof size !== 'number') return graph.refuse(layer, 'a known last size', `[${x.shape}]`);
  const type = x.type === 'float16' ? 'float16' : 'float32';
  const scale = parameter(graph, `${layer}.weight`, [size], type);
  const bias = parameter(graph, `${layer}.bias`, [size], type);
  const attributes = { axis: -1, epsilon: { float: epsilon } };
  return graph.single('LayerNormalization', [x, scale, bias], { type: x.type, shape: x.shape }, attributes);
}

export interface Convolution {
  readonly kernel: number;
  readonly stride: number;
  /** Rows and columns added at [top, left, bottom, right]. */
  readonly padding: readonly [number, number, number, number];
  readonly outputs: number;
  /** Height and width of the result. */
  readonly size: readonly [Dimension, Dimension];
}

/** Two-dimensional convolution of [1, C, H, W]; weights are never below 16 bits. */
export function convolution(graph: Graph, x: Value, layer: string, shape: Convolution): Value {
  const channels = x.shape[1];
  if (x.shape.length !== 4 || typeof channels !== 'number') return graph.refuse(layer, '[1, C, H, W]', `[${x.shape}]`);
  const type = x.type === 'float16' ? 'float16' : 'float32';
  const { kernel, stride, padding, outputs, size } = shape;
  const weight = parameter(graph, `${layer}.weight`, [outputs, channels, kernel, kernel], type);
  const bias = parameter(graph, `${layer}.bias`, [outputs], type);
  const attributes = { kernel_shape: [kernel, kernel], strides: [stride, stride], pads: padding };
  const result = { type: x.type, shape: [x.shape[0] ?? 1, outputs, ...size] };
  return graph.single('Conv', [x, weight, bias], result, attributes);
}

/** Group norm of [1, C, H, W] as an instance norm over the groups, because GroupNormalization falls back to the CPU. */
export function groupNorm(graph: Graph, x: Value, layer: string, groups: number, epsilon: number): Value {
  const channels = x.shape[1];
  if (typeof channels !== 'number' || channels % groups !== 0) {
    return graph.refuse(layer, `channels that ${groups} divides`, `[${x.shape}]`);
  }
  const type = x.type === 'float16' ? 'float16' : 'float32';
  const [height = 1, width = 1] = x.shape.slice(2);
  const grouped = reshapeBeforeLast(graph, x, [1, groups, `${channels / groups} ${height}`, width]);
  const ones = cast(
    graph,
    graph.constant('float32', [groups], new Uint8Array(Float32Array.from({ length: groups }, () => 1).buffer)),
    type,
  );
  const zeros = cast(graph, graph.constant('float32', [groups], new Uint8Array(4 * groups)), type);
  const attributes = { epsilon: { float: epsilon } };
  const result = { type: x.type, shape: grouped.shape };
  const normal = graph.single('InstanceNormalization', [grouped, ones, zeros], result, attributes);
  return affine(graph, reshapeBeforeLast(graph, normal, [1, channels, height, width]), layer, channels);
}

function affine(graph: Graph, x: Value, layer: string, channels: number): Value {
  const type = x.type === 'float16' ? 'float16' : 'float32';
  const weight = reshape(graph, parameter(graph, `${layer}.weight`, [channels], type), [channels, 1, 1]);
  const bias = reshape(graph, parameter(graph, `${layer}.bias`, [channels], type), [channels, 1, 1]);
  return add(graph, multiply(graph, x, weight), bias);
}
