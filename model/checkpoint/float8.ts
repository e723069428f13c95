/** Weights of 8-bit floats, as single-file text encoders are kept: read as the float32 values that they stand for. */

import { float16Value } from './decode.ts';
import type { StoredTensor, TensorInfo, TensorSource } from './tensors.ts';

/** OCP's E4M3 without infinities (`float8_e4m3fn`): bias 7, and only the two patterns with all bits set are no numbers. */
function e4m3(bits: number): number {
  const sign = bits & 0x80 ? -1 : 1;
  const exponent = (bits >> 3) & 0xf;
  const fraction = bits & 0x7;
  if (exponent === 0xf && fraction === 0x7) return Number.NaN;
  return exponent === 0 ? sign * fraction * 2 ** -9 : sign * (1 + fraction / 8) * 2 ** (exponent - 7);
}

/** E5M2 is the upper byte of a float16. */
function e5m2(bits: number): number {
  return float16Value(bits << 8);
}

function tableOf(value: (bits: number) => number): Float32Array {
  return Float32Array.from({ length: 256 }, (_, bits) => value(bits));
}

/** A tensor as its file has it; one of 8-bit floats reads as float32. */
export function float8Widened(tensor: StoredTensor): StoredTensor {
  const { type } = tensor.info;
  if (type !== 'float8_e4m3' && type !== 'float8_e5m2') return tensor;
  const table = tableOf(type === 'float8_e4m3' ? e4m3 : e5m2);
  return {
    info: { ...tensor.info, type: 'float32' },
    async readRows(firstRow, rows) {
      const bytes = await tensor.readRows(firstRow, rows);
      const values = new Float32Array(bytes.length);
      for (let index = 0; index < bytes.length; index += 1) values[index] = table[bytes[index] ?? 0] ?? 0;
      return new Uint8Array(values.buffer);
    },
  };
}

/**
 * Files whose name says `scaled` keep a factor beside each matrix, `LAYER.scale_weight` for `LAYER.weight`, which 8 bits alone have
 * no range for. The source reads the products; matrices without a factor as they are.
 */
export function withScales(source: TensorSource): TensorSource {
  const factorOf = (name: string) => name.replace(/\.weight$/, '.scale_weight');
  const scaled = async (name: string, values: Float32Array) => {
    const [by = 1] = await source.read(factorOf(name));
    return values.map((value) => value * by);
  };
  const isScaled = (name: string) => factorOf(name) !== name && source.find(factorOf(name)) !== undefined;
  const told = (info: TensorInfo): TensorInfo => (isScaled(info.name) ? { ...info, type: 'float32' } : info);
  return {
    ...source,
    list: () => source.list().map(told),
    find(name) {
      const info = source.find(name);
      return info && told(info);
    },
    read: async (name) => (isScaled(name) ? scaled(name, await source.read(name)) : source.read(name)),
    readRows: async (name, first, rows) =>
      isScaled(name) ? scaled(name, await source.readRows(name, first, rows)) : source.readRows(name, first, rows),
    async readStored(name, firstRow, rows) {
      if (!isScaled(name)) return source.readStored(name, firstRow, rows);
      const values = await scaled(name, await source.readRows(name, firstRow, rows));
      return { type: 'float32', bytes: new Uint8Array(values.buffer, values.byteOffset, values.byteLength) };
    },
  };
}
