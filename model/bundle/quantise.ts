import { fromFloat16 } from '../checkpoint/decode.ts';
import { blockSize } from '../onnx/stored.ts';
import { nearestFloat16, roundHalfEven, roundingShift, toFloat16 } from './half.ts';

/** Inputs that share one scale and one zero point. */
const blockInputs = blockSize;

export type Bits = 4 | 8;

/** Rows of a matrix as com.microsoft MatMulNBits reads them: value = (level − zero) · scale. */
export interface QuantisedRows {
  /** [rows, blocks, 16] for 4 bits, two levels a byte, low half first; [rows, blocks, 32] for 8 bits. */
  readonly packed: Uint8Array;
  /** float16 patterns [rows, blocks]. */
  readonly scales: Uint16Array;
  /** [rows, ceil(blocks / 2)] for 4 bits, low half first; [rows, blocks] for 8 bits. */
  readonly zeros: Uint8Array;
}

/**
 * How often a block's scale is fitted again, by least squares, to the levels it gave. On normal weights two fits take 3 %
 * off the error of 4 bits (`nexus bench --suite quantisation`); 8 bits have nothing to gain.
 */
const fits: Readonly<Record<Bits, number>> = { 4: 2, 8: 0 };

/**
 * Quantises `rows` rows of `inputs` values. Conversion runs the same in WebAssembly (quantise.as.ts), whose every bit is
 * compared with this.
 *
 * @param inputs a multiple of 32
 * @param tensor named where a scale overflows float16 (FLOAT16_OVERFLOW)
 */
export function quantiseRows(
  values: Float32Array,
  rows: number,
  inputs: number,
  bits: Bits,
  tensor: string,
): QuantisedRows {
  const blocks = inputs / blockInputs;
  const scales = new Float32Array(rows * blocks);
  const levels = new Uint8Array(rows * inputs);
  const zeros = new Uint8Array(rows * blocks);
  const block = new BlockQuantiser(values, levels, bits);
  for (let index = 0; index < rows * blocks; index += 1) {
    block.quantise(index * blockInputs);
    scales[index] = block.scale;
    zeros[index] = block.zero;
  }
  const packed = bits === 4 ? packHalves(levels, inputs, rows) : levels;
  const packedZeros = bits === 4 ? packHalves(zeros, blocks, rows) : zeros;
  return { packed, scales: toFloat16(scales, tensor), zeros: packedZeros };
}

/** Finds scale, zero point and levels of one block at a time; state in place of results keeps the loops free of garbage. */
class BlockQuantiser {
  scale = 0;
  zero = 0;
  private error = 0;
  private fitted = 0;
  private readonly values: Float32Array;
  private readonly levels: Uint8Array;
  private readonly highest: number;
  private readonly fits: number;
  /** A field, because reading another module's constant in a hot loop is slow where modules are not bundled. */
  private readonly shift = roundingShift;

  constructor(values: Float32Array, levels: Uint8Array, bits: Bits) {
    this.values = values;
    this.levels = levels;
    this.highest = 2 ** bits - 1;
    this.fits = fits[bits];
  }

  quantise(offset: number): void {
    this.coverRange(offset);
    if (this.scale > 0 && this.fits > 0) this.refine(offset);
    this.writeLevels(offset);
  }

  /** The range always holds zero, so that zero is exact. */
  private coverRange(offset: number): void {
    let low = 0;
    let high = 0;
    for (let index = offset; index < offset + blockInputs; index += 1) {
      const value = this.values[index] ?? 0;
      if (value < low) low = value;
      else if (value > high) high = value;
    }
    this.scale = nearestFloat16((high - low) / this.highest);
    this.zero = this.scale === 0 ? 0 : Math.min(this.highest, Math.max(0, roundHalfEven(-low / this.scale)));
  }

  private refine(offset: number): void {
    this.measure(offset, this.scale);
    for (let fit = 0; fit < this.fits; fit += 1) {
      const [before, error] = [this.scale, this.error];
      const scale = nearestFloat16(this.fitted);
      if (scale <= 0 || scale === before) return;
      this.measure(offset, scale);
      // The error of a scale beyond float16 is no number.
      if (!(this.error < error)) return;
      this.scale = scale;
    }
  }

  /** Sets the squared error of a scale, and the scale that fits its levels best. */
  private measure(offset: number, scale: number): void {
    const { values, zero, highest, shift } = this;
    const inverse = 1 / scale;
    let error = 0;
    let product = 0;
    let square = 0;
    for (let index = offset; index < offset + blockInputs; index += 1) {
      const value = values[index] ?? 0;
      const level = value * inverse + shift - shift;
      const step = Math.max(-zero, Math.min(highest - zero, level));
      const difference = step * scale - value;
      error += difference * difference;
      product += step * value;
      square += step * step;
    }
    this.error = error;
    this.fitted = square === 0 ? scale : product / square;
  }

  private writeLevels(offset: number): void {
    const { values, levels, zero, highest, shift } = this;
    const inverse = this.scale === 0 ? 0 : 1 / this.scale;
    for (let index = offset; index < offset + blockInputs; index += 1) {
      const level = (values[index] ?? 0) * inverse + shift - shift + zero;
      levels[index] = Math.max(0, Math.min(highest, level));
    }
  }
}

/** Two 4-bit numbers a byte, low half first; each row begins on a byte. */
function packHalves(numbers: Uint8Array, width: number, rows: number): Uint8Array {
  const bytes = Math.ceil(width / 2);
  const packed = new Uint8Array(rows * bytes);
  for (let row = 0; row < rows; row += 1) {
    for (let index = 0; index < width; index += 1) {
      const at = row * bytes + (index >> 1);
      packed[at] = (packed[at] ?? 0) | ((numbers[row * width + index] ?? 0) << (4 * (index & 1)));
    }
  }
  return packed;
}

/** The values that quantised rows stand for, as float32. */
export function dequantiseRows(quantised: QuantisedRows, rows: number, inputs: number, bits: Bits): Float32Array {
  const blocks = inputs / blockInputs;
  const scales = fromFloat16(quantised.scales);
  const values = new Float32Array(rows * inputs);
  const zeroBytes = bits === 4 ? Math.ceil(blocks / 2) : blocks;
  for (let row = 0; row < rows; row += 1) {
    for (let block = 0; block < blocks; block += 1) {
      const zero = numberAt(quantised.zeros, row * zeroBytes, block, bits);
      const scale = scales[row * blocks + block] ?? 0;
      const begin = row * inputs + block * blockInputs;
      for (let index = 0; index < blockInputs; index += 1) {
        values[begin + index] = (numberAt(quantised.packed, 0, begin + index, bits) - zero) * scale;
      }
    }
  }
  return values;
}

function numberAt(bytes: Uint8Array, offset: number, index: number, bits: Bits): number {
  if (bits === 8) return bytes[offset + index] ?? 0;
  return ((bytes[offset + (index >> 1)] ?? 0) >> (4 * (index & 1))) & 0xf;
}
