/**
 * T5 v1.1's encoder, whose hidden states stand for the negative prompt; run at conversion only (docs/reference.md, "Text
 * encoders").
 */
import type { T5Config } from '../config/text-encoders.ts';
import { attention } from '../onnx/attention.ts';
import { type BuiltGraph, Graph, type GraphOptions, type Value } from '../onnx/graph.ts';
import { add, gather, geluTanh, multiply, reshape, transpose } from '../onnx/operators.ts';
import { sizeOf } from '../onnx/shapes.ts';
import { linear, parameter, rmsNorm } from '../onnx/weighted.ts';

/** A run of the encoder's blocks [first, end). */
export interface T5Segment {
  readonly first: number;
  readonly end: number;
}

/**
 * Inputs: `input_ids` int32 [tokens]; `buckets` int32 [tokens, tokens], see `relativeBuckets`. Padding is attended to.
 * Output: `hidden` [tokens, model] after the final norm. Always float32: it runs once, and its residuals overflow float16.
 *
 * A segment that does not begin with block 0 takes `hidden_before` in place of `input_ids`, and only the last one ends in the
 * final norm: T5-XXL whole is larger than a wasm memory.
 */
export function t5(
  config: T5Config,
  tokens: number,
  options: GraphOptions,
  segment: T5Segment = { first: 0, end: config.layers },
): BuiltGraph {
  const graph = new Graph('t5', { ...options, activations: 'float32' });
  let hidden = segment.first === 0 ? embeddedIds(graph, config, tokens) : hiddenInput(graph, config, tokens);
  const buckets = graph.input('buckets', 'int32', [tokens, tokens]);
  const bias = positionBias(buckets, config);
  for (let block = segment.first; block < segment.end; block += 1) {
    hidden = t5Block(hidden, `encoder.block.${block}.layer`, config, bias);
  }
  const last = segment.end === config.layers;
  graph.output('hidden', last ? rmsNorm(hidden, 'encoder.final_layer_norm', config.eps) : hidden);
  return graph.build();
}

function embeddedIds(graph: Graph, config: T5Config, tokens: number): Value {
  const ids = graph.input('input_ids', 'int32', [tokens]);
  const table = parameter(graph, 'shared.weight', [config.vocab, config.model], 'float32', 'table');
  return gather(table, ids, 0);
}

/** Named apart from the output: a graph's names are unique. */
function hiddenInput(graph: Graph, config: T5Config, tokens: number): Value {
  return graph.input('hidden_before', 'float32', [tokens, config.model]);
}

/** Block 0's table, shared by all blocks: [buckets, heads] looked up by distance → [1, heads, tokens, tokens]. */
function positionBias(buckets: Value, config: T5Config): Value {
  const name = 'encoder.block.0.layer.0.SelfAttention.relative_attention_bias.weight';
  const table = parameter(buckets.graph, name, [config.buckets, config.heads]);
  const byHead = transpose(gather(table, buckets, 0), [2, 0, 1]);
  return reshape(byHead, [1, ...byHead.shape]);
}

function t5Block(hidden: Value, block: string, config: T5Config, bias: Value): Value {
  const { model, heads, kv, ff, eps } = config;
  const tokens = sizeOf(hidden, 0);
  const inner = heads * kv;
  const withoutBias = { bias: false };
  const attentionLayer = `${block}.0.SelfAttention`;
  const normed = rmsNorm(hidden, `${block}.0.layer_norm`, eps);
  const projected = (name: string) =>
    reshape(linear(normed, `${attentionLayer}.${name}`, inner, withoutBias), [1, tokens, inner]);
  // T5 does not scale its scores: the attention operator's 1 / √width is taken back on the query.
  const query = multiply(projected('q'), Math.sqrt(kv));
  const attended = reshape(attention(query, projected('k'), projected('v'), heads, bias), [tokens, inner]);
  const middle = add(hidden, linear(attended, `${attentionLayer}.o`, model, withoutBias));

  const feedForward = `${block}.1.DenseReluDense`;
  const x = rmsNorm(middle, `${block}.1.layer_norm`, eps);
  const gate = geluTanh(linear(x, `${feedForward}.wi_0`, ff, withoutBias));
  const gated = multiply(gate, linear(x, `${feedForward}.wi_1`, ff, withoutBias));
  return add(middle, linear(gated, `${feedForward}.wo`, model, withoutBias));
}
