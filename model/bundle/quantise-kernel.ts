/** quantise.wasm from the host's side. */
import type { WeightElementType } from '../checkpoint/element-types.ts';
import { blockSize } from '../onnx/stored.ts';
import type { Bits } from './quantise.ts';

/** What an instance of quantise.wasm exports. */
interface KernelExports {
  readonly memory: { readonly buffer: ArrayBuffer; grow(pages: number): number };
  /** See quantise.as.ts. */
  quantise(...numbers: readonly number[]): number;
}

const elementTypes: Readonly<Record<WeightElementType, number>> = { float32: 0, float16: 1, bfloat16: 2 };
const findings = ['weights', 'only-zeros', 'scale-overflow', 'infinite', 'nan'] as const;

export interface QuantisedBytes {
  readonly finding: (typeof findings)[number];
  /** As `QuantisedRows` of quantise.ts. */
  readonly packed: Uint8Array<ArrayBuffer>;
  readonly scales: Uint8Array<ArrayBuffer>;
  readonly zeros: Uint8Array<ArrayBuffer>;
}

const pageBytes = 2 ** 16;
/** Behind the page that the kernel keeps for itself. */
const sourceAt = pageBytes;
/** Vectors are loaded and stored fastest at multiples of this. */
const vectorBytes = 16;

/** One thread's kernel; its memory grows to the largest call and stays so. */
export class QuantiseKernel {
  private readonly exports: KernelExports;

  /** @param exports of an instance of quantise.wasm, which imports nothing */
  constructor(exports: object) {
    if (!isKernel(exports)) throw new Error('not an instance of quantise.wasm');
    this.exports = exports;
  }

  /**
   * `quantiseRows` of quantise.ts, bit for bit, on values as a checkpoint stores them.
   *
   * @param inputs a multiple of 32
   */
  quantise(type: WeightElementType, bytes: Uint8Array, rows: number, inputs: number, bits: Bits): QuantisedBytes {
    const blocks = inputs / blockSize;
    const packedAt = aligned(sourceAt + bytes.length);
    const packedBytes = (rows * inputs * bits) / 8;
    const scalesAt = packedAt + packedBytes;
    const scalesBytes = 2 * rows * blocks;
    const zerosAt = scalesAt + scalesBytes;
    const zerosBytes = rows * Math.ceil((blocks * bits) / 8);
    this.reserve(zerosAt + zerosBytes);
    const { memory, quantise } = this.exports;
    new Uint8Array(memory.buffer, sourceAt, bytes.length).set(bytes);
    const finding = quantise(elementTypes[type], bits, rows, inputs, sourceAt, packedAt, scalesAt, zerosAt);
    const copied = (begin: number, length: number) => new Uint8Array(memory.buffer.slice(begin, begin + length));
    return {
      finding: findings[finding] ?? 'nan',
      packed: copied(packedAt, packedBytes),
      scales: copied(scalesAt, scalesBytes),
      zeros: copied(zerosAt, zerosBytes),
    };
  }

  private reserve(bytes: number): void {
    const { memory } = this.exports;
    const lacking = bytes - memory.buffer.byteLength;
    if (lacking > 0) memory.grow(Math.ceil(lacking / pageBytes));
  }
}

function aligned(bytes: number): number {
  return Math.ceil(bytes / vectorBytes) * vectorBytes;
}

function isKernel(exports: object): exports is KernelExports {
  return 'quantise' in exports && typeof exports.quantise === 'function' && 'memory' in exports;
}
