/** What is added to attention scores to mask a pair: no weight is left of it, and no infinity arises. */
export const maskedScore = -1e9;

/** Attention bias [tokens, tokens] of query by key: what lies behind a token is masked. */
export function causalBias(tokens: number): Float32Array {
  return Float32Array.from({ length: tokens * tokens }, (_, index) =>
    index % tokens > Math.floor(index / tokens) ? maskedScore : 0,
  );
}
