/** What FLUX's blocks have in common: modulation of a norm, gated residuals, queries and keys with a norm per head. */
import type { FluxConfig } from '../config/painter.ts';
import { type RotaryTables, rotary, rotaryInputs } from '../onnx/attention.ts';
import type { Graph, Value } from '../onnx/graph.ts';
import { add, cast, multiply, reshape } from '../onnx/operators.ts';
import { knownSizeOf, sizeOf } from '../onnx/shapes.ts';
import { rmsNorm } from '../onnx/weighted.ts';

/** LayerNorm(x) · (1 + scale) + shift in float32 for x [n, hidden] and rows [1, hidden]; the result has the activations' type. */
export function modulatedNorm(x: Value, shift: Value, scale: Value, epsilon: number): Value {
  const { graph } = x;
  const width = knownSizeOf(x, -1);
  const operands = [x, reshape(add(scale, 1), [width]), reshape(shift, [width])];
  const normed = graph.single('LayerNormalization', operands, x, { axis: -1, epsilon: { float: epsilon } });
  return cast(normed, graph.activations);
}

/** stream + gate · update: the residual stream stays float32, because float16 overflows there. */
export function gatedResidual(stream: Value, gate: Value, update: Value): Value {
  return add(stream, multiply(cast(update, 'float32'), gate));
}

/** Queries or keys [n, heads · width] after RMSNorm per head and rotation, as [1, n, heads · width]. */
export function normedAndRotated(
  x: Value,
  norm: string,
  tables: RotaryTables,
  { heads, headDim, eps }: FluxConfig,
): Value {
  const tokens = sizeOf(x, 0);
  const normed = rmsNorm(reshape(x, [tokens, heads, headDim]), norm, eps);
  return rotary(reshape(normed, [1, tokens, heads * headDim]), heads, tables);
}

/** Rotary tables as graph inputs `PREFIXcosines` and `PREFIXsines` [1, tokens, headDim / 2], in the activations' type. */
export function fluxRotaryInputs(graph: Graph, tokens: string, headDim: number, prefix = ''): RotaryTables {
  const { cosines, sines, pairs } = rotaryInputs(graph, tokens, headDim, 'interleaved', prefix);
  return { cosines: cast(cosines, graph.activations), sines: cast(sines, graph.activations), pairs };
}
