/**
 * One Qwen2.5-VL decoder layer: attention and SwiGLU feed-forward, each behind an RMS norm and added to the residual
 * stream. The transformer runs it causally over a key/value cache, the editing merger once and in both directions.
 *
 * The residual stream stays float32 in float16 graphs, for this family's residuals reach values float16 cannot hold, and
 * so does attention, whose large key biases overflow float16 scores (REFERENCE "Transformer", fp16 warning).
 */
import { type RotaryTables, rotary } from '../onnx/attention.ts';
import type { Graph } from '../onnx/graph.ts';
import { add, cast, multiply, reshape, scalar, silu } from '../onnx/operators.ts';
import type { Value } from '../onnx/types.ts';
import { linear, named, rmsNorm } from '../onnx/weighted.ts';

export interface QwenLayerSizes {
  readonly hiddenSize: number;
  /** Query heads. */
  readonly heads: number;
  readonly keyValueHeads: number;
  readonly headWidth: number;
  readonly intermediateSize: number;
  readonly normEpsilon: number;
}

/** Attends with rotated query [1, n, heads · width] and key, and value, all float32; answers the query's shape. */
export type Attend = (query: Value, key: Value, value: Value) => Value;

/** Hidden states [tokens, hiddenSize] (float32) after the layer whose weights are named `LAYER.…`. */
export function qwenLayer(
  graph: Graph,
  hidden: Value,
  layer: string,
  sizes: QwenLayerSizes,
  tables: RotaryTables,
  attend: Attend,
): Value {
  const attended = add(graph, hidden, selfAttention(graph, hidden, layer, sizes, tables, attend));
  return add(graph, attended, feedForward(graph, attended, layer, sizes));
}

function selfAttention(
  graph: Graph,
  hidden: Value,
  layer: string,
  sizes: QwenLayerSizes,
  tables: RotaryTables,
  attend: Attend,
): Value {
  const { hiddenSize, heads, keyValueHeads, headWidth } = sizes;
  const normal = cast(
    graph,
    rmsNorm(graph, hidden, `${layer}.input_layernorm.weight`, sizes.normEpsilon),
    graph.options.activations,
  );
  const tokens = hidden.shape[0] ?? 1;
  const batched = (value: Value, width: number) => reshape(graph, cast(graph, value, 'float32'), [1, tokens, width]);

  const queryWidth = heads * headWidth;
  const keyWidth = keyValueHeads * headWidth;
  const query = batched(linear(graph, normal, named(`${layer}.self_attn.q_proj`), queryWidth), queryWidth);
  // Keys and values are few and shared by several query heads, so that an error in one is felt in all.
  const key = batched(linear(graph, normal, named(`${layer}.self_attn.k_proj`), keyWidth, 'sensitive'), keyWidth);
  const value = batched(linear(graph, normal, named(`${layer}.self_attn.v_proj`), keyWidth, 'sensitive'), keyWidth);

  const mixed = attend(rotary(graph, query, heads, tables), rotary(graph, key, keyValueHeads, tables), value);
  const rows = cast(graph, reshape(graph, mixed, [tokens, queryWidth]), graph.options.activations);
  return cast(graph, linear(graph, rows, named(`${layer}.self_attn.o_proj`, 'no bias'), hiddenSize), 'float32');
}

/** Keeps the gated product inside float16; a power of two, so that nothing is rounded by it. */
const gatedScale = 1 / 32;

function feedForward(graph: Graph, hidden: Value, layer: string, sizes: QwenLayerSizes): Value {
  const { hiddenSize, intermediateSize, normEpsilon } = sizes;
  const normal = rmsNorm(graph, hidden, `${layer}.post_attention_layernorm.weight`, normEpsilon);
  const x = cast(graph, normal, graph.options.activations);
  const gate = silu(graph, linear(graph, x, named(`${layer}.mlp.gate_proj`, 'no bias'), intermediateSize));
  const up = linear(graph, x, named(`${layer}.mlp.up_proj`, 'no bias'), intermediateSize);
  const down = (gated: Value) =>
    cast(graph, linear(graph, gated, named(`${layer}.mlp.down_proj`, 'no bias'), hiddenSize), 'float32');
  if (x.type === 'float32') return down(multiply(graph, gate, up));
  const scaled = multiply(graph, gate, multiply(graph, up, scalar(graph, gatedScale, x.type)));
  return multiply(graph, down(scaled), scalar(graph, 1 / gatedScale, 'float32'));
}
