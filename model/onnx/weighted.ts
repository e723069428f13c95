/**
 * Operators that carry weights. They hide how a weight is stored: a product with a 4-bit matrix, with a float16 one that
 * is widened, or with float32 itself reads the same in a piece. A layer's weights are named `LAYER.weight` and `LAYER.bias`.
 */
import type { Graph, UsedWeight, Value } from './graph.ts';
import { add, cast, concat, float32, multiply, reshape, reshapeBeforeLast } from './operators.ts';
import { knownSizeOf, sizeOf } from './shapes.ts';
import { blockSize, storedRowBlocks } from './stored.ts';
import type { Dimension, WeightRole } from './types.ts';

/** A weight that is not quantised, as a value of the given type (the activations' type by default). */
export function parameter(
  graph: Graph,
  name: string,
  shape: readonly number[],
  type: 'float32' | 'float16' = graph.activations,
  role: WeightRole = 'vector',
): Value {
  const weight = graph.weight(name, shape, role);
  const [tensor] = weight.stored;
  if (!tensor || weight.stored.length > 1) return graph.refuse(name, 'a weight of 16 or 32 bits', weight.precision);
  return cast(graph.stored(tensor), type);
}

/** The type of weights that meet x: its own. */
function floatTypeOf({ graph, name, type }: Value): 'float32' | 'float16' {
  return type === 'float32' || type === 'float16' ? type : graph.refuse(name, 'floating values', type);
}

/** x [m, inputs] · transposed quantised [outputs, inputs]; accumulates in the activations' type or wider. */
function quantisedProduct(x: Value, { declaration, precision }: UsedWeight): Value {
  const { graph, type } = x;
  const inputs = knownSizeOf(x, -1);
  const products = storedRowBlocks(declaration, precision).map(({ rows, tensors: [packed, scales, zeros] }) => {
    if (!packed || !scales || !zeros) return graph.refuse(declaration.name, 'a quantised matrix', 'none');
    const operands = [x, graph.stored(packed), cast(graph.stored(scales), type), graph.stored(zeros)];
    const attributes = { K: inputs, N: rows, bits: precision === 'q4' ? 4 : 8, block_size: blockSize };
    const shape = [...x.shape.slice(0, -1), rows];
    return graph.single('MatMulNBits', operands, { type, shape }, attributes, 'com.microsoft');
  });
  const [first, ...others] = products;
  if (!first) return graph.refuse(declaration.name, 'a quantised matrix', 'none');
  return others.length === 0 ? first : concat([first, ...others], x.shape.length - 1);
}

export interface LinearOptions {
  /** What the matrix is for: `matrix` unless said otherwise. */
  readonly role?: WeightRole;
  /** False where the checkpoint has none. */
  readonly bias?: boolean;
  /** See `WeightDeclaration`. */
  readonly blockRows?: number | undefined;
}

/** y = x Wᵀ + b for x [n, inputs] and W [outputs, inputs]; the result is [n, outputs] in x's type. */
export function linear(
  x: Value,
  layer: string,
  outputs: number,
  { role = 'matrix', bias: biased = true, blockRows }: LinearOptions = {},
): Value {
  const { graph, shape } = x;
  const name = `${layer}.weight`;
  if (shape.length !== 2) graph.refuse(name, '[n, inputs]', `[${shape}]`);
  const inputs = knownSizeOf(x, 1);
  const type = floatTypeOf(x);
  const weight = graph.weight(name, [outputs, inputs], role, blockRows);
  const bias = biased ? parameter(graph, `${layer}.bias`, [outputs], type) : null;
  if (weight.precision === 'q4' || weight.precision === 'q8') {
    const product = quantisedProduct(x, weight);
    return bias ? add(product, bias) : product;
  }
  const matrix = parameter(graph, name, [outputs, inputs], type, role);
  const operands = bias ? [x, matrix, bias] : [x, matrix];
  return graph.single('Gemm', operands, { type, shape: [sizeOf(x, 0), outputs] }, { transB: 1 });
}

/** Root-mean-square norm over the last axis, computed in float32 whatever x's type. */
export function rmsNorm(x: Value, layer: string, epsilon: number): Value {
  const scale = parameter(x.graph, `${layer}.weight`, [knownSizeOf(x, -1)], floatTypeOf(x));
  return x.graph.single('RMSNormalization', [x, scale], x, { axis: -1, epsilon: { float: epsilon }, stash_type: 1 });
}

/** Layer norm over the last axis with weight and bias from the checkpoint. */
export function layerNorm(x: Value, layer: string, epsilon: number): Value {
  const shape = [knownSizeOf(x, -1)];
  const scale = parameter(x.graph, `${layer}.weight`, shape, floatTypeOf(x));
  const bias = parameter(x.graph, `${layer}.bias`, shape, floatTypeOf(x));
  return x.graph.single('LayerNormalization', [x, scale, bias], x, { axis: -1, epsilon: { float: epsilon } });
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
export function convolution(x: Value, layer: string, { kernel, stride, padding, outputs, size }: Convolution): Value {
  if (x.shape.length !== 4) x.graph.refuse(layer, '[1, C, H, W]', `[${x.shape}]`);
  const type = floatTypeOf(x);
  const weight = parameter(x.graph, `${layer}.weight`, [outputs, knownSizeOf(x, 1), kernel, kernel], type);
  const bias = parameter(x.graph, `${layer}.bias`, [outputs], type);
  const attributes = { kernel_shape: [kernel, kernel], strides: [stride, stride], pads: padding };
  return x.graph.single('Conv', [x, weight, bias], { type, shape: [sizeOf(x, 0), outputs, ...size] }, attributes);
}

/** Group norm of [1, C, H, W] as an instance norm over the groups, because GroupNormalization falls back to the CPU. */
export function groupNorm(x: Value, layer: string, groups: number, epsilon: number): Value {
  const { graph } = x;
  const channels = knownSizeOf(x, 1);
  if (channels % groups !== 0) graph.refuse(layer, `channels that ${groups} divides`, `[${x.shape}]`);
  const [height, width] = [sizeOf(x, 2), sizeOf(x, 3)];
  const grouped = reshapeBeforeLast(x, [1, groups, `${channels / groups} ${height}`, width]);
  const ones = cast(float32(graph, [groups], new Float32Array(groups).fill(1)), x.type);
  const zeros = cast(float32(graph, [groups], new Float32Array(groups)), x.type);
  const normed = graph.single('InstanceNormalization', [grouped, ones, zeros], grouped, {
    epsilon: { float: epsilon },
  });
  return perChannelAffine(reshapeBeforeLast(normed, [1, channels, height, width]), layer, channels);
}

/** x · weight + bias for x [1, C, H, W] and one weight and bias a channel. */
function perChannelAffine(x: Value, layer: string, channels: number): Value {
  const perChannel = (name: string) =>
    reshape(parameter(x.graph, `${layer}.${name}`, [channels], floatTypeOf(x)), [channels, 1, 1]);
  const [weight, bias] = [perChannel('weight'), perChannel('bias')];
  return add(multiply(x, weight), bias);
}
