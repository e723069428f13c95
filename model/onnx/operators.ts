/**
 * The operators our pieces are written in: each knows its result's type and shape and refuses operands that do not fit.
 * All of them run on the WebGPU provider without a fall-back to the CPU (opset 23 and com.microsoft).
 */
import type { Graph } from './graph.ts';
import { type Dimension, type ElementType, elementTypeCode, type Shape, type Value } from './types.ts';

/** One operator whose result has the type of its first input. */
function one(
  graph: Graph,
  operator: string,
  inputs: readonly [Value, ...(Value | null)[]],
  shape: Shape,
  attributes = {},
): Value {
  return graph.single(operator, inputs, { type: inputs[0].type, shape }, attributes);
}

export function bytesOf(array: ArrayBufferView): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}

export function int64(graph: Graph, values: readonly number[]): Value {
  return graph.constant('int64', [values.length], bytesOf(BigInt64Array.from(values, BigInt)));
}

export function int32(graph: Graph, values: readonly number[], shape: readonly number[] = [values.length]): Value {
  return graph.constant('int32', shape, bytesOf(Int32Array.from(values)));
}

/** A number as a scalar of the given type. */
export function scalar(graph: Graph, value: number, type: ElementType): Value {
  return cast(graph, graph.constant('float32', [], bytesOf(Float32Array.of(value))), type);
}

export function cast(graph: Graph, value: Value, type: ElementType): Value {
  if (value.type === type) return value;
  return graph.single('Cast', [value], { type, shape: value.shape }, { to: elementTypeCode[type] });
}

function broadcast(graph: Graph, at: string, left: Shape, right: Shape): Shape {
  const rank = Math.max(left.length, right.length);
  return Array.from({ length: rank }, (_, index): Dimension => {
    const a = left[index - rank + left.length] ?? 1;
    const b = right[index - rank + right.length] ?? 1;
    if (a === b || b === 1) return a;
    if (a === 1) return b;
    return graph.refuse(at, `shapes that broadcast with [${left}]`, `[${right}]`);
  });
}

function binary(operator: string) {
  return (graph: Graph, left: Value, right: Value): Value => {
    if (left.type !== right.type) graph.refuse(`${operator} of ${left.name}`, left.type, `${right.type} ${right.name}`);
    return one(
      graph,
      operator,
      [left, right],
      broadcast(graph, `${operator} of ${left.name}`, left.shape, right.shape),
    );
  };
}

export const add = binary('Add');
export const subtract = binary('Sub');
export const multiply = binary('Mul');
export const divide = binary('Div');

function unary(operator: string, attributes = {}) {
  return (graph: Graph, value: Value): Value => one(graph, operator, [value], value.shape, attributes);
}

export const sigmoid = unary('Sigmoid');
export const relu = unary('Relu');
/** Gelu by the error function. */
export const geluExact = unary('Gelu', { approximate: 'none' });
/** Gelu by the hyperbolic tangent. */
export const geluTanh = unary('Gelu', { approximate: 'tanh' });

/** SiLU, also called Swish: x · sigmoid(x). */
export function silu(graph: Graph, value: Value): Value {
  return multiply(graph, value, sigmoid(graph, value));
}

/** The same values in another shape; at most one size may be a name, which is inferred at run time. */
export function reshape(graph: Graph, value: Value, shape: Shape): Value {
  const named = shape.filter((size) => typeof size === 'string');
  if (named.length > 1) graph.refuse(`Reshape of ${value.name}`, 'one unknown size', `[${shape}]`);
  const sizes = int64(
    graph,
    shape.map((size) => (typeof size === 'number' ? size : -1)),
  );
  return one(graph, 'Reshape', [value, sizes], shape);
}

/**
 * The same values in another shape of the same rank and the same last size, which may be known at run time only, like one
 * size more. A Shape node would say it too, but those are computed on the CPU.
 */
export function reshapeBeforeLast(graph: Graph, value: Value, shape: Shape): Value {
  const [inner, last] = [shape.slice(0, -1), shape.at(-1)];
  const fits = shape.length === value.shape.length && last === value.shape.at(-1);
  if (!fits || inner.filter((size) => typeof size === 'string').length > 1) {
    graph.refuse(`Reshape of ${value.name}`, `[…, one unknown size, ${value.shape.at(-1)}]`, `[${shape}]`);
  }
  // For Reshape, 0 keeps the size at its place and -1 is what is left.
  const sizes = [...inner.map((size) => (typeof size === 'number' ? size : -1)), 0];
  return one(graph, 'Reshape', [value, int64(graph, sizes)], shape);
}

export function transpose(graph: Graph, value: Value, order: readonly number[]): Value {
  if (order.length !== value.shape.length) graph.refuse(`Transpose of ${value.name}`, `[${value.shape}]`, `[${order}]`);
  const shape = order.map((axis) => value.shape[axis] ?? 1);
  return one(graph, 'Transpose', [value], shape, { perm: order });
}

/** Joins along an axis; `size` names the joined size where a part's size is only known at run time. */
export function concat(graph: Graph, values: readonly Value[], axis: number, size?: string): Value {
  const [first] = values;
  if (!first) return graph.refuse('Concat', 'one value at least', 'none');
  const sizes = values.map((value) => value.shape[axis]);
  const total = sizes.every((part) => typeof part === 'number') ? sizes.reduce((sum, part) => sum + part, 0) : size;
  if (total === undefined) return graph.refuse(`Concat of ${first.name}`, 'a name for the joined size', `[${sizes}]`);
  const shape = first.shape.map((part, index) => (index === axis ? total : part));
  return graph.single('Concat', values, { type: first.type, shape }, { axis });
}

/** Splits the last axis into parts of the given sizes. */
export function split(graph: Graph, value: Value, sizes: readonly number[]): Value[] {
  const axis = value.shape.length - 1;
  const total = sizes.reduce((sum, size) => sum + size, 0);
  if (value.shape[axis] !== total) graph.refuse(`Split of ${value.name}`, `${sizes.join(' + ')}`, `[${value.shape}]`);
  const outputs = sizes.map((size) => ({ type: value.type, shape: [...value.shape.slice(0, axis), size] }));
  return graph.node('Split', [value, int64(graph, sizes)], outputs, { axis });
}

/** Rows `start` … `end` of an axis; `end` may be past the end, or negative and counted from it. */
export interface AxisSlice {
  readonly axis: number;
  readonly start: number;
  readonly end: number;
  /** The result's size there. */
  readonly size: Dimension;
}

export function sliceAxes(graph: Graph, value: Value, slices: readonly AxisSlice[]): Value {
  const shape = value.shape.map((part, index) => slices.find(({ axis }) => axis === index)?.size ?? part);
  const starts = slices.map(({ start }) => start);
  const ends = slices.map(({ end }) => end);
  const axes = slices.map(({ axis }) => axis);
  return one(graph, 'Slice', [value, int64(graph, starts), int64(graph, ends), int64(graph, axes)], shape);
}

export function slice(graph: Graph, value: Value, axis: number, start: number, end: number, size: Dimension): Value {
  return sliceAxes(graph, value, [{ axis, start, end, size }]);
}

/** Entries of an axis by int32 index. */
export function gather(graph: Graph, value: Value, indices: Value, axis: number): Value {
  const shape = [...value.shape.slice(0, axis), ...indices.shape, ...value.shape.slice(axis + 1)];
  return one(graph, 'Gather', [value, indices], shape, { axis });
}

/** Matrix product over the last two axes: [..., n, k] · [..., k, m]. */
export function matmul(graph: Graph, left: Value, right: Value): Value {
  const inner = left.shape.at(-1);
  if (inner !== right.shape.at(-2)) graph.refuse(`MatMul of ${left.name}`, `[…, ${inner}, m]`, `[${right.shape}]`);
  const batch = broadcast(graph, `MatMul of ${left.name}`, left.shape.slice(0, -2), right.shape.slice(0, -2));
  return one(graph, 'MatMul', [left, right], [...batch, left.shape.at(-2) ?? 1, right.shape.at(-1) ?? 1]);
}

export function softmax(graph: Graph, value: Value): Value {
  return one(graph, 'Softmax', [value], value.shape, { axis: -1 });
}

/** Parts of the channels of [1, C, H, W] side by side: each block of `block`² channels becomes a square, row by row. */
export function depthToSpace(
  graph: Graph,
  value: Value,
  block: number,
  [height, width]: readonly [Dimension, Dimension],
): Value {
  const channels = value.shape[1];
  if (typeof channels !== 'number' || channels % block ** 2 !== 0) {
    return graph.refuse(`DepthToSpace of ${value.name}`, `channels that ${block ** 2} divides`, `[${value.shape}]`);
  }
  const shape = [value.shape[0] ?? 1, channels / block ** 2, height, width];
  return one(graph, 'DepthToSpace', [value], shape, { blocksize: block, mode: 'DCR' });
}
