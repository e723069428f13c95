import { float16Value } from '../checkpoint/decode.ts';
import { fail } from '../failure.ts';

/** Half of the smallest step above 65504: from here on a value rounds to infinity. */
const overflow = 65520;

/**
 * float32 to IEEE 754 binary16, correctly rounded (ties to even), as 16-bit patterns.
 *
 * @param tensor named by the failure
 * @throws FLOAT16_OVERFLOW where a value is beyond float16, infinite or not a number
 */
export function toFloat16(values: Float32Array, tensor: string): Uint16Array<ArrayBuffer> {
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  const halves = new Uint16Array(values.length);
  for (let index = 0; index < values.length; index += 1) {
    const pattern = bits[index] ?? 0;
    const magnitude = pattern & 0x7fffffff;
    if (magnitude >= overflowBits) fail('FLOAT16_OVERFLOW', { tensor, value: values[index] ?? Number.NaN });
    halves[index] = ((pattern >>> 16) & 0x8000) | roundedMagnitude(magnitude);
  }
  return halves;
}

const scratch = new Float32Array(1);
const scratchBits = new Uint32Array(scratch.buffer);
const scratchHalf = new Uint16Array(1);

/** The float16 nearest to a number, as a number; infinity beyond float16's range. */
export function nearestFloat16(value: number): number {
  scratch[0] = value;
  const pattern = scratchBits[0] ?? 0;
  if ((pattern & 0x7fffffff) >= overflowBits) return value * Number.POSITIVE_INFINITY;
  scratchHalf[0] = ((pattern >>> 16) & 0x8000) | roundedMagnitude(pattern & 0x7fffffff);
  return float16Value(scratchHalf[0]);
}

/** Added to a number below 2^51 and taken away again, it leaves the nearest whole number: no fraction bits fit beside it. */
export const roundingShift = 1.5 * 2 ** 52;

/** Rounds to the nearest whole number, ties to even, for |value| < 2^51. */
export function roundHalfEven(value: number): number {
  return value + roundingShift - roundingShift;
}

const overflowBits = bitsOf(overflow);
const smallestNormalBits = bitsOf(2 ** -14);

function bitsOf(value: number): number {
  return new Uint32Array(Float32Array.of(value).buffer)[0] ?? 0;
}

/** Rebias the exponent and round 13 bits away; below 2^-14 count steps of 2^-24. */
function roundedMagnitude(magnitude: number): number {
  if (magnitude < smallestNormalBits) {
    const shift = 126 - (magnitude >>> 23);
    return shift > 24 ? 0 : roundedShift((magnitude & 0x7fffff) | 0x800000, shift);
  }
  return roundedShift(magnitude - (112 << 23), 13);
}

function roundedShift(value: number, shift: number): number {
  const kept = value >>> shift;
  const half = 1 << (shift - 1);
  const rest = value & ((1 << shift) - 1);
  return rest > half || (rest === half && (kept & 1) === 1) ? kept + 1 : kept;
}
