/** Attention and rotary embedding, in the operators the WebGPU provider has kernels for. */
import type { Graph, Value } from './graph.ts';
import { padLast, reshape, slice } from './operators.ts';
import { knownSizeOf, sizeOf } from './shapes.ts';
import type { Dimension } from './types.ts';

export interface RotaryTables {
  /** Cosines [1, tokens, head width / 2], one row a token. */
  readonly cosines: Value;
  readonly sines: Value;
  /** Pairs (i, i + half) as in Qwen, or (2i, 2i + 1) as in FLUX. */
  readonly pairs: 'half-split' | 'interleaved';
}

/** Rotary tables as the float32 inputs `PREFIXcosines` and `PREFIXsines` [1, tokens, headWidth / 2]. */
export function rotaryInputs(
  graph: Graph,
  tokens: Dimension,
  headWidth: number,
  pairs: RotaryTables['pairs'],
  prefix = '',
): RotaryTables {
  const table = (name: string) => graph.input(`${prefix}${name}`, 'float32', [1, tokens, headWidth / 2]);
  return { cosines: table('cosines'), sines: table('sines'), pairs };
}

/** Rotates x [1, tokens, heads · width] by the angles of its tokens (RotaryEmbedding, opset 23). */
export function rotary(x: Value, heads: number, { cosines, sines, pairs }: RotaryTables): Value {
  const attributes = { num_heads: heads, interleaved: pairs === 'interleaved' ? 1 : 0 };
  return x.graph.single('RotaryEmbedding', [x, cosines, sines], x, attributes);
}

/**
 * Attention without a causal mask: query [1, n, heads · width], key and value [1, m, heads · width]; `bias` [1, 1, n, m] is
 * added to the scores (`maskedScore` takes a pair out) or null.
 */
export function attention(query: Value, key: Value, value: Value, heads: number, bias: Value | null = null): Value {
  const operands = bias ? [query, key, value, null, null, bias] : [query, key, value];
  return query.graph.single('MultiHeadAttention', operands, query, { num_heads: heads }, 'com.microsoft');
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
function changeHeadWidth(x: Value, heads: number, from: number, to: number): Value {
  if (from === to) return x;
  const tokens = sizeOf(x, 1);
  const separate = reshape(x, [1, tokens, heads, from]);
  const resized = from < to ? padLast(separate, to) : slice(separate, { axis: 3, start: 0, end: to, size: to });
  return reshape(resized, [1, tokens, heads * to]);
}

/**
 * Causal grouped-query attention over a static key/value cache of heads `cachedHeadWidth` wide; answers the hidden rows and
 * the present cache.
 */
export function causalAttention(
  query: Value,
  key: Value,
  value: Value,
  { heads, keyValueHeads, cache, lastIndex, total }: CausalAttention,
): { readonly hidden: Value; readonly cache: KeyValueCache } {
  const width = knownSizeOf(query, -1) / heads;
  const cached = cachedHeadWidth(width);
  const widened = (x: Value, count: number) => changeHeadWidth(x, count, width, cached);
  const queries = widened(query, heads);
  const [hidden, presentKey, presentValue] = query.graph.node(
    'GroupQueryAttention',
    [queries, widened(key, keyValueHeads), widened(value, keyValueHeads), cache.key, cache.value, lastIndex, total],
    [queries, cache.key, cache.value],
    { num_heads: heads, kv_num_heads: keyValueHeads, scale: { float: 1 / Math.sqrt(width) } },
    'com.microsoft',
  );
  return {
    hidden: changeHeadWidth(hidden, heads, cached, width),
    cache: { key: presentKey, value: presentValue },
  };
}
