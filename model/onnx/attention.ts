/** Attention and rotary embedding, in the operators the WebGPU provider has kernels for. */
import type { Graph } from './graph.ts';
import { int64, reshape, slice } from './operators.ts';
import type { Value } from './types.ts';

export interface RotaryTables {
  /** Cosines [1, tokens, head width / 2], one row a token. */
  readonly cosines: Value;
  readonly sines: Value;
  /** Pairs (i, i + half) as in Qwen, or (2i, 2i + 1) as in FLUX. */
  readonly pairs: 'half-split' | 'interleaved';
}

/** Rotates x [1, tokens, heads · width] by the angles of its tokens (RotaryEmbedding, opset 23). */
export function rotary(graph: Graph, x: Value, heads: number, tables: RotaryTables): Value {
  const attributes = { num_heads: heads, interleaved: tables.pairs === 'interleaved' ? 1 : 0 };
  return graph.single(
    'RotaryEmbedding',
    [x, tables.cosines, tables.sines],
    { type: x.type, shape: x.shape },
    attributes,
  );
}

/**
 * Attention without a causal mask: query [1, n, heads · width], key and value [1, m, heads · width]; `bias` [1, 1, n, m] is
 * added to the scores (a large negative number closes a pair) or null.
 */
export function attention(graph: Graph, q: Value, k: Value, v: Value, heads: number, bias: Value | null): Value {
  const operands = bias ? [q, k, v, null, null, bias] : [q, k, v];
  const result = { type: q.type, shape: q.shape };
  return graph.single('MultiHeadAttention', operands, result, { num_heads: heads }, 'com.microsoft');
}

export interface KeyValueCache {
  /** [1, key/value heads, slots, cached width]: past and present may be the same buffer. */
  readonly key: Value;
  readonly value: Value;
}

export interface CausalAttention {
  readonly heads: number;
  readonly keyValueHeads: number;
  readonly cache: KeyValueCache;
  /** int32 [1]: tokens in the cache after this pass, less one. */
  readonly lastIndex: Value;
  /** int32 scalar: tokens in the cache after this pass. */
  readonly total: Value;
}

/** GroupQueryAttention takes heads of multiples of 8; narrower ones are widened with zeros, which weigh nothing. */
export function cachedHeadWidth(headWidth: number): number {
  return Math.ceil(headWidth / 8) * 8;
}

/** [1, tokens, heads · from] → [1, tokens, heads · to], each head cut or widened with zeros behind. */
function changeHeadWidth(graph: Graph, x: Value, heads: number, from: number, to: number): Value {
  if (from === to) return x;
  const tokens = x.shape[1] ?? 1;
  const separate = reshape(graph, x, [1, tokens, heads, from]);
  const shape = [1, tokens, heads, to];
  const resized =
    from < to
      ? graph.single('Pad', [separate, int64(graph, [0, 0, 0, 0, 0, 0, 0, to - from])], { type: x.type, shape })
      : slice(graph, separate, 3, 0, to, to);
  return reshape(graph, resized, [1, tokens, heads * to]);
}

/**
 * Causal grouped-query attention over a static key/value cache of heads `cachedHeadWidth` wide; answers the hidden rows and
 * the present cache.
 */
export function causalAttention(
  graph: Graph,
  q: Value,
  k: Value,
  v: Value,
  { heads, keyValueHeads, cache, lastIndex, total }: CausalAttention,
): { readonly hidden: Value; readonly cache: KeyValueCache } {
  const queryWidth = q.shape.at(-1);
  if (typeof queryWidth !== 'number') return graph.refuse('GroupQueryAttention', 'a known width', `[${q.shape}]`);
  const width = queryWidth / heads;
  const cached = cachedHeadWidth(width);
  const query = changeHeadWidth(graph, q, heads, width, cached);
  const widened = (x: Value) => changeHeadWidth(graph, x, keyValueHeads, width, cached);
  const [hidden, key, value] = graph.node(
    'GroupQueryAttention',
    [query, widened(k), widened(v), cache.key, cache.value, lastIndex, total],
    [
      { type: q.type, shape: query.shape },
      { type: cache.key.type, shape: cache.key.shape },
      { type: cache.value.type, shape: cache.value.shape },
    ],
    { num_heads: heads, kv_num_heads: keyValueHeads, scale: { float: 1 / Math.sqrt(width) } },
    'com.microsoft',
  );
  if (!hidden || !key || !value) return graph.refuse('GroupQueryAttention', 'three results', 'fewer');
  return { hidden: changeHeadWidth(graph, hidden, heads, cached, width), cache: { key, value } };
}
