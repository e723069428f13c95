import { fail } from './failure.ts';

const largest = 2n ** 64n - 1n;

/**
 * The number a person wrote as a seed: decimal digits, 0 … 2^64 − 1, which a JavaScript number cannot hold.
 *
 * @throws SEED_INVALID for anything else, a sign, a fraction or an exponent included
 */
export function parseSeed(text: string): bigint {
  return isSeed(text) ? BigInt(text) : fail('SEED_INVALID', { seed: text.slice(0, 40) });
}

export function isSeed(text: string): boolean {
  return /^\d{1,20}$/.test(text) && BigInt(text) <= largest;
}
