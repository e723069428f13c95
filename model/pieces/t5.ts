/**
 * T5 v1.1's encoder, whose hidden states stand for the negative prompt; run at conversion only (docs/reference.md, "Text
 * encoders").
 */
import type { T5Config } from '../config/text-encoders.ts';
import { attention } from '../onnx/attention.ts';
import { type BuiltGraph, exactOptions, Graph, type GraphOptions, type Value } from '../onnx/graph.ts';
import { add, gather, geluTanh, multiply, reshape, transpose } from '../onnx/operators.ts';
import { linear, parameter, rmsNorm } from '../onnx/weighted.ts';
import { mapTuple } from '../tuple.ts';

/** The token embeddings. */
export const t5Table = 'shared.weight';

/**
 * Inputs: `input_ids` int32 [tokens]; `buckets` int32 [tokens, tokens], see `relativeBuckets`. Padding is attended to.
 * Output: `hidden` [tokens, model] after the final norm. Always float32: it runs once, and its residuals overflow float16.
 */
export function t5(config: T5Config, tokens: number, options: GraphOptions): BuiltGraph {
  const graph = new Graph('t5', { ...options, activations: 'float32' });
  const ids = graph.input('input_ids', 'int32', [tokens]);
  const buckets = graph.input('buckets', 'int32', [tokens, tokens]);
  const table = parameter(graph, t5Table, [config.vocab, config.model], 'float32', 'table');
  let hidden = gather(table, ids, 0);
  for (let index = 0; index < config.layers; index += 1) {
    const block = { at: blockName(index), config };
    const [query, key, value] = mapTuple(['q', 'k', 'v'], (matrix) => projected(hidden, matrix, block));
    const middle = afterAttention(hidden, attended(query, key, value, buckets, block), block);
    const product = gated(middle, gate(middle, block), block);
    hidden = afterFeedForward(middle, product, block);
  }
  graph.output('hidden', rmsNorm(hidden, finalNorm, config.eps));
  return graph.build();
}

/**
 * One block as graphs that run one after the other, with one matrix at most, which is an input: T5-XXL whole is larger than a
 * wasm memory. The other inputs of each are `hidden` [tokens, model], `buckets`, or what one before it answered; the last one
 * answers `hidden_after`, the encoder's own answer behind the last block.
 */
export function t5Stages(config: T5Config, tokens: number, index: number): readonly BuiltGraph[] {
  const { model, heads, kv, ff, eps, layers } = config;
  const block = { at: blockName(index), config };
  const inner = heads * kv;
  const widths = { hidden: model, q: inner, k: inner, v: inner, attended: inner, middle: model, gate: ff, gated: ff };
  const stage = (output: string, build: (input: (name: keyof typeof widths) => Value, graph: Graph) => Value) => {
    const graph = new Graph(`t5_${output}`, { ...exactOptions, weights: 'input' });
    const input = (name: keyof typeof widths) => graph.input(name, 'float32', [tokens, widths[name]]);
    graph.output(output, build(input, graph));
    return graph.build();
  };
  return [
    ...(['q', 'k', 'v'] as const).map((matrix) => stage(matrix, (input) => projected(input('hidden'), matrix, block))),
    stage('attended', (input, graph) => {
      const buckets = graph.input('buckets', 'int32', [tokens, tokens]);
      return attended(input('q'), input('k'), input('v'), buckets, block);
    }),
    stage('middle', (input) => afterAttention(input('hidden'), input('attended'), block)),
    stage('gate', (input) => gate(input('middle'), block)),
    stage('gated', (input) => gated(input('middle'), input('gate'), block)),
    stage('hidden_after', (input) => {
      const hidden = afterFeedForward(input('middle'), input('gated'), block);
      return index === layers - 1 ? rmsNorm(hidden, finalNorm, eps) : hidden;
    }),
  ];
}

const finalNorm = 'encoder.final_layer_norm';

function blockName(index: number): string {
  return `encoder.block.${index}.layer`;
}

/** A block: what its weights' names begin with, and its sizes. */
interface Block {
  readonly at: string;
  readonly config: T5Config;
}

const withoutBias = { bias: false };

/** Block 0's table, shared by all blocks: [buckets, heads] looked up by distance → [1, heads, tokens, tokens]. */
function positionBias(buckets: Value, config: T5Config): Value {
  const name = 'encoder.block.0.layer.0.SelfAttention.relative_attention_bias.weight';
  const table = parameter(buckets.graph, name, [config.buckets, config.heads]);
  const byHead = transpose(gather(table, buckets, 0), [2, 0, 1]);
  return reshape(byHead, [1, ...byHead.shape]);
}

/** hidden [tokens, model] → [tokens, heads · kv] */
function projected(hidden: Value, matrix: 'q' | 'k' | 'v', { at, config }: Block): Value {
  const normed = rmsNorm(hidden, `${at}.0.layer_norm`, config.eps);
  return linear(normed, `${at}.0.SelfAttention.${matrix}`, config.heads * config.kv, withoutBias);
}

/** query, key and value [tokens, heads · kv] → the same */
function attended(query: Value, key: Value, value: Value, buckets: Value, { config }: Block): Value {
  const { heads, kv } = config;
  const { shape } = query;
  const batched = (x: Value) => reshape(x, [1, ...shape]);
  // T5 does not scale its scores: the attention operator's 1 / √width is taken back on the query.
  const unscaled = multiply(batched(query), Math.sqrt(kv));
  return reshape(attention(unscaled, batched(key), batched(value), heads, positionBias(buckets, config)), shape);
}

/** → [tokens, model] */
function afterAttention(hidden: Value, heard: Value, { at, config }: Block): Value {
  return add(hidden, linear(heard, `${at}.0.SelfAttention.o`, config.model, withoutBias));
}

/** middle [tokens, model] → [tokens, ff] */
function gate(middle: Value, block: Block): Value {
  return geluTanh(expanded(middle, 'wi_0', block));
}

/** → [tokens, ff] */
function gated(middle: Value, open: Value, block: Block): Value {
  return multiply(open, expanded(middle, 'wi_1', block));
}

function expanded(middle: Value, matrix: 'wi_0' | 'wi_1', { at, config }: Block): Value {
  const normed = rmsNorm(middle, `${at}.1.layer_norm`, config.eps);
  return linear(normed, `${at}.1.DenseReluDense.${matrix}`, config.ff, withoutBias);
}

/** → [tokens, model] */
function afterFeedForward(middle: Value, product: Value, { at, config }: Block): Value {
  return add(middle, linear(product, `${at}.1.DenseReluDense.wo`, config.model, withoutBias));
}
