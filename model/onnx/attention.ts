/** Attention and rotary embedding, in the operators the WebGPU provider has kernels for. */
import type { Graph } from './graph.ts';
import type { Value } from './types.ts';

function only(graph: Graph, values: readonly Value[]): Value {
  const [value] = values;
  if (!value) return graph.refuse('node', 'one result', 'none');
  return value;
}

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
  return only(
    graph,
    graph.node('RotaryEmbedding', [x, tables.cosines, tables.sines], [{ type: x.type, shape: x.shape }], attributes),
  );
}

/**
 * Attention without a causal mask: query [1, n, heads · width], key and value [1, m, heads · width]; `bias` [1, 1, n, m] is
 * added to the scores (a large negative number closes a pair) or null.
 */
export function attention(graph: Graph, q: Value, k: Value, v: Value, heads: number, bias: Value | null): Value {
  const operands = bias ? [q, k, v, null, null, bias] : [q, k, v];
  const result = { type: q.type, shape: q.shape };
  return only(graph, graph.node('MultiHeadAttention', operands, [result], { num_heads: heads }, 'com.microsoft'));
}

export interface KeyValueCache {
  /** [1, key/value heads, slots, width]: past and present may be the same buffer. */
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

/** Causal grouped-query attention over a static key/value cache; answers the hidden rows and the present cache. */
export function causalAttention(
  graph: Graph,
  q: Value,
  k: Value,
  v: Value,
  { heads, keyValueHeads, cache, lastIndex, total }: CausalAttention,
): { readonly hidden: Value; readonly cache: KeyValueCache } {
  const [hidden, key, value] = graph.node(
    'GroupQueryAttention',
    [q, k, v, cache.key, cache.value, lastIndex, total],
    [
      { type: q.type, shape: q.shape },
      { type: cache.key.type, shape: cache.key.shape },
      { type: cache.value.type, shape: cache.value.shape },
    ],
    { num_heads: heads, kv_num_heads: keyValueHeads },
    'com.microsoft',
  );
  if (!hidden || !key || !value) return graph.refuse('GroupQueryAttention', 'three results', 'fewer');
  return { hidden, cache: { key, value } };
}
