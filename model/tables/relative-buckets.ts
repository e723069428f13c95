import type { T5Config } from '../config/text-encoders.ts';

/**
 * Which row of the bias table each pair of tokens reads, int32 [tokens, tokens] (query by key). Half of the buckets serve
 * keys behind the query, half keys before it; in each half small distances have a bucket of their own, larger ones share by
 * logarithm, and from `maxDistance` on all share the last.
 */
export function relativeBuckets(
  tokens: number,
  { buckets, maxDistance }: Pick<T5Config, 'buckets' | 'maxDistance'>,
): Int32Array {
  const half = buckets / 2;
  const exact = half / 2;
  const bucketOf = (distance: number): number => {
    if (distance < exact) return distance;
    const share = Math.fround(Math.fround(Math.log(distance / exact)) / Math.fround(Math.log(maxDistance / exact)));
    return Math.min(half - 1, exact + Math.floor(Math.fround(share * (half - exact))));
  };
  return Int32Array.from({ length: tokens * tokens }, (_, index) => {
    const offset = (index % tokens) - Math.floor(index / tokens);
    return bucketOf(Math.abs(offset)) + (offset > 0 ? half : 0);
  });
}
