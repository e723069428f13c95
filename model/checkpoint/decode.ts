import type { WeightElementType } from './element-types.ts';

/**
 * Little-endian bytes of a checkpoint as float32 values; exact for all three types. Typed arrays read in the machine's
 * order, which is little-endian wherever WebAssembly runs.
 */
export function decodeWeights(type: WeightElementType, bytes: Uint8Array): Float32Array<ArrayBuffer> {
  switch (type) {
    case 'float32':
      return new Float32Array(copied(bytes));
    case 'bfloat16':
      return fromBfloat16(halves(bytes));
    case 'float16':
      return fromFloat16(halves(bytes));
  }
}

/** A bfloat16 is the upper half of a float32. */
function fromBfloat16(values: Uint16Array): Float32Array<ArrayBuffer> {
  const bits = new Uint32Array(values.length);
  for (let index = 0; index < values.length; index += 1) bits[index] = (values[index] ?? 0) << 16;
  return new Float32Array(bits.buffer);
}

/** IEEE 754 binary16 to binary32, by a table of all 65,536 values. */
export function fromFloat16(values: Uint16Array): Float32Array<ArrayBuffer> {
  const table = float16Table();
  const decoded = new Float32Array(values.length);
  for (let index = 0; index < values.length; index += 1) decoded[index] = table[values[index] ?? 0] ?? 0;
  return decoded;
}

let cachedTable: Float32Array | undefined;

function float16Table(): Float32Array {
  if (cachedTable !== undefined) return cachedTable;
  const table = new Float32Array(0x10000);
  for (let bits = 0; bits < table.length; bits += 1) table[bits] = computeFloat16(bits);
  cachedTable = table;
  return table;
}

/** The number of one binary16 pattern. */
export function float16Value(bits: number): number {
  return float16Table()[bits] ?? 0;
}

function computeFloat16(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** Bytes as 16-bit patterns, without a copy where their alignment allows it. */
export function halves(bytes: Uint8Array): Uint16Array {
  return bytes.byteOffset % 2 === 0
    ? new Uint16Array(bytes.buffer, bytes.byteOffset, bytes.byteLength >> 1)
    : new Uint16Array(copied(bytes));
}

function copied(bytes: Uint8Array): ArrayBuffer {
  const copy = new Uint8Array(bytes.byteLength);
  copy.set(bytes);
  return copy.buffer;
}
