/** The bytes of a planned tensor, a block of rows at a time. */
import type { RandomWeights } from '../bench/random-weights.ts';
import type { PlannedTensor } from './plan.ts';
import { tensorBytes } from './plan.ts';

export type Content =
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  | { readonly kind: 'hole'; readonly bytes: number };

/** Values made at a time: 4 MB of float32. */
const valuesAtOnce = 2 ** 20;

export function* tensorContent(tensor: PlannedTensor, random: RandomWeights): Iterable<Content> {
  const { type, width, filledRows } = tensor;
  const rowsAtOnce = Math.max(1, Math.floor(valuesAtOnce / width));
  let filled = 0;
  for (let first = 0; first < filledRows; first += rowsAtOnce) {
    const rows = Math.min(rowsAtOnce, filledRows - first);
    const values = rowsOf(tensor, first, rows, random);
    for (let row = 0; tensor.edit !== null && row < rows; row += 1) {
      tensor.edit(values.subarray(row * width, (row + 1) * width), first + row);
    }
    const bytes = type === 'float32' ? new Uint8Array(values.buffer) : bfloat16Bytes(values);
    filled += bytes.length;
    yield { kind: 'bytes', bytes };
  }
  const hole = tensorBytes(tensor) - filled;
  if (hole > 0) yield { kind: 'hole', bytes: hole };
}

function rowsOf({ name, width, deviation }: PlannedTensor, first: number, rows: number, random: RandomWeights) {
  if (deviation === null) return new Float32Array(rows * width).fill(1);
  return random.rows(`${name} ${first}`, rows, width, deviation);
}

/** float32 to bfloat16, ties to even. */
export function bfloat16Bytes(values: Float32Array): Uint8Array {
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  const halves = new Uint16Array(values.length);
  for (let index = 0; index < halves.length; index += 1) {
    const value = bits[index] ?? 0;
    halves[index] = (value + 0x7fff + ((value >>> 16) & 1)) >>> 16;
  }
  return new Uint8Array(halves.buffer);
}
