/** Sizes of a value's axes, and the shape of two together. */
import type { Value } from './graph.ts';
import type { Dimension, Shape } from './types.ts';

/** The size of an axis, counted from the end where it is negative. Throws GRAPH_SHAPE where there is no such axis. */
export function sizeOf({ graph, name, shape }: Value, axis: number): Dimension {
  return shape.at(axis) ?? graph.refuse(name, `an axis ${axis}`, `[${shape}]`);
}

/** As `sizeOf`, for an axis whose size must be known while the graph is built. */
export function knownSizeOf(value: Value, axis: number): number {
  const size = sizeOf(value, axis);
  return typeof size === 'number' ? size : value.graph.refuse(value.name, `a known size ${axis}`, `[${value.shape}]`);
}

/** The shape that two shapes broadcast to, by the ONNX rule; `at` names whose shapes they are. */
export function broadcast({ graph, name }: Value, left: Shape, right: Shape): Shape {
  const rank = Math.max(left.length, right.length);
  return Array.from({ length: rank }, (_, index): Dimension => {
    const a = left[index - rank + left.length] ?? 1;
    const b = right[index - rank + right.length] ?? 1;
    if (a === b || b === 1) return a;
    if (a === 1) return b;
    return graph.refuse(name, `shapes that broadcast with [${left}]`, `[${right}]`);
  });
}
