/** torch.randn on a CPU generator, number for number: MT19937 and torch's two ways to normals. */
import { parseSeed } from '../seed.ts';

const words = 624;
const middle = 397;

/** The Mersenne Twister MT19937 with the classic 32-bit initialiser (Matsumoto and Nishimura 1998). */
class MersenneTwister {
  readonly #state = new Uint32Array(words);
  #next = words;

  constructor(seed: number) {
    this.#state[0] = seed;
    for (let index = 1; index < words; index += 1) {
      const previous = this.#state[index - 1] ?? 0;
      this.#state[index] = Math.imul(1812433253, previous ^ (previous >>> 30)) + index;
    }
  }

  /** 32 uniform bits. */
  bits(): number {
    if (this.#next === words) this.#twist();
    let bits = this.#state[this.#next] ?? 0;
    this.#next += 1;
    bits ^= bits >>> 11;
    bits ^= (bits << 7) & 0x9d2c5680;
    bits ^= (bits << 15) & 0xefc60000;
    bits ^= bits >>> 18;
    return bits >>> 0;
  }

  /** A float32 uniform of 24 bits in [0, 1). */
  uniform24(): number {
    return (this.bits() & 0xffffff) / 2 ** 24;
  }

  /** A float64 uniform of 53 bits in [0, 1): two outputs, the high word first. */
  uniform53(): number {
    const high = this.bits() & (2 ** 21 - 1);
    return (high * 2 ** 32 + this.bits()) / 2 ** 53;
  }

  #twist(): void {
    const state = this.#state;
    for (let index = 0; index < words; index += 1) {
      const joined = ((state[index] ?? 0) & 0x80000000) | ((state[(index + 1) % words] ?? 0) & 0x7fffffff);
      const mixed = (joined >>> 1) ^ (joined & 1 ? 0x9908b0df : 0);
      state[index] = (state[(index + middle) % words] ?? 0) ^ mixed;
    }
    this.#next = 0;
  }
}

const block = 16;
const half = block / 2;

/** Turns 16 uniforms, in place, into 16 normals: element j and j + 8 share a radius and an angle. */
function normalBlock(values: Float32Array): void {
  for (let index = 0; index < half; index += 1) {
    const radius = Math.sqrt(-2 * Math.log(1 - (values[index] ?? 0)));
    const angle = 2 * Math.PI * (values[index + half] ?? 0);
    values[index] = radius * Math.cos(angle);
    values[index + half] = radius * Math.sin(angle);
  }
}

function longNormals(generator: MersenneTwister, count: number): Float32Array {
  const values = Float32Array.from({ length: count }, () => generator.uniform24());
  for (let start = 0; start + block <= count; start += block) normalBlock(values.subarray(start, start + block));
  if (count % block !== 0) {
    // torch draws the last sixteen anew where the count is no multiple of sixteen.
    const last = values.subarray(count - block);
    for (const index of last.keys()) last[index] = generator.uniform24();
    normalBlock(last);
  }
  return values;
}

function shortNormals(generator: MersenneTwister, count: number): Float32Array {
  const values = new Float32Array(count);
  for (let index = 0; index < count; index += 2) {
    const angle = 2 * Math.PI * generator.uniform53();
    const radius = Math.sqrt(-2 * Math.log(1 - generator.uniform53()));
    values[index] = radius * Math.cos(angle);
    if (index + 1 < count) values[index + 1] = radius * Math.sin(angle);
  }
  return values;
}

/**
 * `count` standard normals in memory order, for a seed in decimal digits; torch uses its low 32 bits alone (golden
 * README-painter "Normals from a seed").
 *
 * @throws SEED_INVALID
 */
export function normals(seed: string, count: number): Float32Array {
  const generator = new MersenneTwister(Number(BigInt.asUintN(32, parseSeed(seed))));
  return count < block ? shortNormals(generator, count) : longNormals(generator, count);
}
