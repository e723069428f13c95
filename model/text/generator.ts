import { parseSeed } from '../seed.ts';

/**
 * Uniforms in [0, 1) for sampled text, 32 bits each: xoshiro128** (Blackman and Vigna 2021), its state filled by splitmix64.
 * Separate from the generator of the noise, so that the same seed draws the same picture whatever was said.
 *
 * @throws SEED_INVALID
 */
export function uniformGenerator(seed: string): () => number {
  const [first, second] = splitmix64(parseSeed(seed));
  const state = Uint32Array.of(
    Number(first >> 32n),
    Number(first & mask32),
    Number(second >> 32n),
    Number(second & mask32),
  );
  return () => nextBits(state) / 2 ** 32;
}

const mask32 = 0xffff_ffffn;

function splitmix64(seed: bigint): readonly [bigint, bigint] {
  const mix = (state: bigint) => {
    let z = BigInt.asUintN(64, state);
    z = BigInt.asUintN(64, (z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n);
    z = BigInt.asUintN(64, (z ^ (z >> 27n)) * 0x94d049bb133111ebn);
    return z ^ (z >> 31n);
  };
  const step = 0x9e3779b97f4a7c15n;
  return [mix(seed + step), mix(seed + 2n * step)];
}

function nextBits(state: Uint32Array): number {
  const [s0 = 0, s1 = 0, s2 = 0, s3 = 0] = state;
  const result = Math.imul(rotateLeft(Math.imul(s1, 5), 7), 9) >>> 0;
  const t2 = s2 ^ s0;
  const t3 = s3 ^ s1;
  state[0] = s0 ^ t3;
  state[1] = s1 ^ t2;
  state[2] = t2 ^ (s1 << 9);
  state[3] = rotateLeft(t3, 11);
  return result;
}

function rotateLeft(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits));
}
