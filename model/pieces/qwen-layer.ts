/**
 * One Qwen2.5-VL decoder layer: attention and SwiGLU feed-forward, each behind an RMS norm and added to the residual
 * stream. The transformer runs it causally over a key/value cache, the editing merger once and in both directions.
 *
 * The residual stream stays float32 in float16 graphs, for this family's residuals reach values float16 cannot hold, and
 * so does attention, whose large key biases overflow float16 scores (docs/reference.md, "Transformer").
 */
import { type RotaryTables, rotary } from '../onnx/attention.ts';
import type { Value } from '../onnx/graph.ts';
import { add, cast, multiply, reshape, silu } from '../onnx/operators.ts';
import { sizeOf } from '../onnx/shapes.ts';
import { linear, rmsNorm } from '../onnx/weighted.ts';

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
  hidden: Value,
  layer: string,
  sizes: QwenLayerSizes,
  tables: RotaryTables,
  attend: Attend,
): Value {
  const middle = add(hidden, selfAttention(hidden, layer, sizes, tables, attend));
  return add(middle, feedForward(middle, layer, sizes));
}

function selfAttention(...[hidden, layer, sizes, tables, attend]: Parameters<typeof qwenLayer>): Value {
  const { activations } = hidden.graph;
  const { hiddenSize, heads, keyValueHeads, headWidth, normEpsilon } = sizes;
  const normed = cast(rmsNorm(hidden, `${layer}.input_layernorm`, normEpsilon), activations);
  const tokens = sizeOf(hidden, 0);
  const projected = (name: string, width: number, role: 'matrix' | 'sensitive') =>
    reshape(cast(linear(normed, `${layer}.self_attn.${name}`, width, { role }), 'float32'), [1, tokens, width]);

  const query = projected('q_proj', heads * headWidth, 'matrix');
  // Keys and values are few and shared by several query heads, so that an error in one is felt in all.
  const key = projected('k_proj', keyValueHeads * headWidth, 'sensitive');
  const value = projected('v_proj', keyValueHeads * headWidth, 'sensitive');

  const attended = attend(rotary(query, heads, tables), rotary(key, keyValueHeads, tables), value);
  const rows = cast(reshape(attended, [tokens, heads * headWidth]), activations);
  return cast(linear(rows, `${layer}.self_attn.o_proj`, hiddenSize, { bias: false }), 'float32');
}

/** Keeps the gated product inside float16; a power of two, so that nothing is rounded by it. */
const gatedScale = 1 / 32;

function feedForward(hidden: Value, layer: string, sizes: QwenLayerSizes): Value {
  const { hiddenSize, intermediateSize, normEpsilon } = sizes;
  const x = cast(rmsNorm(hidden, `${layer}.post_attention_layernorm`, normEpsilon), hidden.graph.activations);
  const gate = silu(linear(x, `${layer}.mlp.gate_proj`, intermediateSize, { bias: false }));
  const up = linear(x, `${layer}.mlp.up_proj`, intermediateSize, { bias: false });
  const down = (gated: Value) => cast(linear(gated, `${layer}.mlp.down_proj`, hiddenSize, { bias: false }), 'float32');
  if (x.type === 'float32') return down(multiply(gate, up));
  return multiply(down(multiply(gate, multiply(up, gatedScale))), 1 / gatedScale);
}
