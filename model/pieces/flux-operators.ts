/** What FLUX's blocks have in common: modulation of a norm, gated residuals, queries and keys with a norm per head. */
import type { FluxConfig } from '../config.ts';
import { type RotaryTables, rotary } from '../onnx/attention.ts';
import type { Graph } from '../onnx/graph.ts';
import { add, cast, multiply, reshape, scalar } from '../onnx/operators.ts';
import type { Dimension, Value } from '../onnx/types.ts';
import { rmsNorm } from '../onnx/weighted.ts';

/** LayerNorm(x) · (1 + scale) + shift in float32 for x [n, hidden] and rows [1, hidden]; the result has the activations' type. */
export function modulatedNorm(graph: Graph, x: Value, shift: Value, scale: Value, epsilon: number): Value {
  const width = x.shape.at(-1) ?? 1;
  const factor = reshape(graph, add(graph, scale, scalar(graph, 1, 'float32')), [width]);
  const operands = [x, factor, reshape(graph, shift, [width])];
  const attributes = { axis: -1, epsilon: { float: epsilon } };
  const normed = graph.single('LayerNormalization', operands, { type: 'float32', shape: x.shape }, attributes);
  return cast(graph, normed, graph.options.activations);
}

/** stream + gate · update: the residual stream stays float32, because float16 overflows there. */
export function gatedResidual(graph: Graph, stream: Value, gate: Value, update: Value): Value {
  return add(graph, stream, multiply(graph, cast(graph, update, 'float32'), gate));
}

/** Queries or keys [n, heads · width] after RMSNorm per head and rotation, as [1, n, heads · width]. */
export function positioned(
  graph: Graph,
  x: Value,
  norm: string,
  tables: RotaryTables,
  { heads, headDim, eps }: FluxConfig,
): Value {
  const tokens = x.shape[0] ?? 1;
  const normed = rmsNorm(graph, reshape(graph, x, [tokens, heads, headDim]), norm, eps);
  return rotary(graph, reshape(graph, normed, [1, tokens, heads * headDim]), heads, tables);
}

/** Rotary tables as graph inputs `PREFIXcosines` and `PREFIXsines` [1, tokens, headDim / 2]. */
export function rotaryInputs(graph: Graph, prefix: string, tokens: Dimension, headDim: number): RotaryTables {
  const table = (name: string) => {
    const input = graph.input(`${prefix}${name}`, 'float32', [1, tokens, headDim / 2]);
    return cast(graph, input, graph.options.activations);
  };
  return { cosines: table('cosines'), sines: table('sines'), pairs: 'interleaved' };
}
