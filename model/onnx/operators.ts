/**
 * The operators our pieces are written in, as functions of values: each knows its result's type and shape and refuses operands
 * that do not fit. All of them run on the WebGPU provider without a fall-back to the CPU (opset 23 and com.microsoft).
 */
import { mapTuple, type SameLength } from '../tuple.ts';
import type { Graph, Value } from './graph.ts';
import { broadcast, knownSizeOf, sizeOf } from './shapes.ts';
import { type Dimension, type ElementType, elementTypeCode, type Shape } from './types.ts';

/** One operator whose result has the type of its first operand. */
function one(
  operator: string,
  operands: readonly [Value, ...Value[]],
  shape: Shape,
  attributes: Readonly<Record<string, number | string | readonly number[]>> = {},
): Value {
  const [{ graph, type }] = operands;
  return graph.single(operator, operands, { type, shape }, attributes);
}

export function bytesOf(array: ArrayBufferView): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}

function int64({ graph }: Value, values: readonly number[]): Value {
  return graph.constant('int64', [values.length], bytesOf(BigInt64Array.from(values, BigInt)));
}

export function int32(graph: Graph, values: readonly number[]): Value {
  return graph.constant('int32', [values.length], bytesOf(Int32Array.from(values)));
}

export function float32(graph: Graph, shape: readonly number[], values: Float32Array): Value {
  return graph.constant('float32', shape, bytesOf(values));
}

/** A number as a scalar of another value's type. */
export function scalarLike({ graph, type }: Value, value: number): Value {
  return cast(float32(graph, [], Float32Array.of(value)), type);
}

export function cast(value: Value, type: ElementType): Value {
  if (value.type === type) return value;
  return value.graph.single('Cast', [value], { type, shape: value.shape }, { to: elementTypeCode[type] });
}

/** An operator of two values of one type; a number is taken in the type of the value before it. */
function binary(operator: string) {
  return (left: Value, operand: Value | number): Value => {
    const right = typeof operand === 'number' ? scalarLike(left, operand) : operand;
    if (left.type !== right.type) {
      left.graph.refuse(`${operator} of ${left.name}`, left.type, `${right.type} ${right.name}`);
    }
    return one(operator, [left, right], broadcast(left, left.shape, right.shape));
  };
}

export const add = binary('Add');
export const subtract = binary('Sub');
export const multiply = binary('Mul');
export const divide = binary('Div');

function unary(operator: string, attributes = {}) {
  return (value: Value): Value => one(operator, [value], value.shape, attributes);
}

export const sigmoid = unary('Sigmoid');
export const relu = unary('Relu');
/** Gelu by the error function. */
export const geluExact = unary('Gelu', { approximate: 'none' });
/** Gelu by the hyperbolic tangent. */
export const geluTanh = unary('Gelu', { approximate: 'tanh' });
/** Over the last axis. */
export const softmax = unary('Softmax', { axis: -1 });

/** SiLU, also called Swish: x · sigmoid(x). */
export function silu(x: Value): Value {
  return multiply(x, sigmoid(x));
}

/** The same values in another shape; at most one size may be a name, which is inferred at run time. */
export function reshape(value: Value, shape: Shape): Value {
  const inferred = shape.filter((size) => typeof size === 'string');
  if (inferred.length > 1) value.graph.refuse(`Reshape of ${value.name}`, 'one unknown size', `[${shape}]`);
  const sizes = shape.map((size) => (typeof size === 'number' ? size : -1));
  return one('Reshape', [value, int64(value, sizes)], shape);
}

/**
 * The same values in another shape of the same rank and the same last size, which may be known at run time only, like one
 * size more. A Shape node would say it too, but those are computed on the CPU.
 */
export function reshapeBeforeLast(value: Value, shape: Shape): Value {
  const [inner, last] = [shape.slice(0, -1), shape.at(-1)];
  const fits = shape.length === value.shape.length && last === value.shape.at(-1);
  if (!fits || inner.filter((size) => typeof size === 'string').length > 1) {
    value.graph.refuse(`Reshape of ${value.name}`, `[…, one unknown size, ${value.shape.at(-1)}]`, `[${shape}]`);
  }
  // For Reshape, 0 keeps the size at its place and -1 is what is left.
  const sizes = [...inner.map((size) => (typeof size === 'number' ? size : -1)), 0];
  return one('Reshape', [value, int64(value, sizes)], shape);
}

export function transpose(value: Value, order: readonly number[]): Value {
  if (order.length !== value.shape.length) {
    value.graph.refuse(`Transpose of ${value.name}`, `[${value.shape}]`, `[${order}]`);
  }
  const shape = order.map((axis) => sizeOf(value, axis));
  return one('Transpose', [value], shape, { perm: order });
}

/** Joins along an axis; `size` names the joined size where a part's size is only known at run time. */
export function concat(values: readonly [Value, ...Value[]], axis: number, size?: string): Value {
  const [first] = values;
  const sizes = values.map((value) => sizeOf(value, axis));
  const total = sizes.every((part) => typeof part === 'number') ? sizes.reduce((sum, part) => sum + part, 0) : size;
  if (total === undefined) {
    return first.graph.refuse(`Concat of ${first.name}`, 'a name for the joined size', `[${sizes}]`);
  }
  const shape = first.shape.map((part, index) => (index === axis ? total : part));
  return one('Concat', values, shape, { axis });
}

/** Splits the last axis into parts of the given sizes. */
export function split<const Sizes extends readonly number[]>(value: Value, sizes: Sizes): SameLength<Sizes, Value> {
  const { graph, name, type, shape } = value;
  const axis = shape.length - 1;
  const total = sizes.reduce((sum, size) => sum + size, 0);
  if (shape[axis] !== total) graph.refuse(`Split of ${name}`, sizes.join(' + '), `[${shape}]`);
  const parts = mapTuple(sizes, (size) => ({ type, shape: [...shape.slice(0, axis), size] }));
  return graph.node('Split', [value, int64(value, sizes)], parts, { axis });
}

/** Rows `start` … `end` of an axis; `end` may be past the end, or negative and counted from it. */
export interface AxisSlice {
  readonly axis: number;
  readonly start: number;
  readonly end: number;
  /** The result's size there. */
  readonly size: Dimension;
}

export function slice(value: Value, ...slices: readonly AxisSlice[]): Value {
  const shape = value.shape.map((part, index) => slices.find(({ axis }) => axis === index)?.size ?? part);
  const starts = slices.map(({ start }) => start);
  const ends = slices.map(({ end }) => end);
  const axes = slices.map(({ axis }) => axis);
  return one('Slice', [value, int64(value, starts), int64(value, ends), int64(value, axes)], shape);
}

/** Entries of an axis by int32 index. */
export function gather(value: Value, indices: Value, axis: number): Value {
  const shape = [...value.shape.slice(0, axis), ...indices.shape, ...value.shape.slice(axis + 1)];
  return one('Gather', [value, indices], shape, { axis });
}

/** Matrix product over the last two axes: [..., n, k] · [..., k, m]. */
export function matmul(left: Value, right: Value): Value {
  const inner = sizeOf(left, -1);
  if (inner !== sizeOf(right, -2)) {
    left.graph.refuse(`MatMul of ${left.name}`, `[…, ${inner}, m]`, `[${right.shape}]`);
  }
  const batch = broadcast(left, left.shape.slice(0, -2), right.shape.slice(0, -2));
  return one('MatMul', [left, right], [...batch, sizeOf(left, -2), sizeOf(right, -1)]);
}

/** Zeros behind the values of the last axis, up to `size`. */
export function padLast(value: Value, size: number): Value {
  const zeros = value.shape.map(() => 0);
  const behind = [...zeros.slice(1), size - knownSizeOf(value, -1)];
  return one('Pad', [value, int64(value, [...zeros, ...behind])], [...value.shape.slice(0, -1), size]);
}

/** Parts of the channels of [1, C, H, W] side by side: each block of `block`² channels becomes a square, row by row. */
export function depthToSpace(value: Value, block: number, [height, width]: readonly [Dimension, Dimension]): Value {
  const channels = knownSizeOf(value, 1);
  if (channels % block ** 2 !== 0) {
    value.graph.refuse(`DepthToSpace of ${value.name}`, `channels that ${block ** 2} divides`, `[${value.shape}]`);
  }
  const shape = [sizeOf(value, 0), channels / block ** 2, height, width];
  return one('DepthToSpace', [value], shape, { blocksize: block, mode: 'DCR' });
}
