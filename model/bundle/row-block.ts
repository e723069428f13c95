/** The converter's arithmetic: rows of a checkpoint in, the bytes of a shard out. It runs in whatever thread it is called in. */
import { decodeWeights } from '../checkpoint/decode.ts';
import type { WeightElementType } from '../checkpoint/element-types.ts';
import { type FailureData, fail } from '../failure.ts';
import { blockSize } from '../onnx/stored.ts';
import type { Precision } from '../onnx/types.ts';
import { toFloat16 } from './half.ts';
import type { QuantiseKernel } from './quantise-kernel.ts';

/** Rows of one checkpoint tensor, and how a shard stores them. Plain data, so that it can go to another thread. */
export interface RowBlock {
  /** File and tensor, named by failures. */
  readonly file: string;
  readonly tensor: string;
  readonly type: WeightElementType;
  /** [rows, rowLength] in that type, little-endian. */
  readonly bytes: Uint8Array;
  readonly rows: number;
  readonly rowLength: number;
  readonly precision: Precision;
}

/** Each tensor's bytes of these rows, in memory of their own. */
export interface StoredRows {
  /** Values or levels. */
  readonly first: Uint8Array<ArrayBuffer>;
  /** float16 patterns and zero points; empty where the rows are not quantised. */
  readonly scales: Uint8Array<ArrayBuffer>;
  readonly zeros: Uint8Array<ArrayBuffer>;
  /** Whether every value is zero. */
  readonly onlyZeros: boolean;
}

/** Where rows are stored as a bundle has them: in this thread or in several. */
export interface QuantiserPool {
  /** So many blocks at a time keep all of it busy. */
  readonly atOnce: number;
  /**
   * Stores one block, whose bytes are no longer the caller's where they fill their memory: that may move to another thread.
   * Blocks may end in another order than they were begun.
   *
   * @throws TENSOR_VALUES for values that cannot be right, FLOAT16_OVERFLOW
   */
  store(block: RowBlock): Promise<StoredRows>;
}

const none = new Uint8Array(0);

/** @throws TENSOR_VALUES for values that cannot be right, FLOAT16_OVERFLOW */
export function storeRows(kernel: QuantiseKernel, block: RowBlock): StoredRows {
  const { precision } = block;
  if (precision === 'q4' || precision === 'q8') return quantised(kernel, block, precision === 'q4' ? 4 : 8);
  const values = decodeWeights(block.type, block.bytes);
  // A sum is finite only if all its parts are (sums of float32 values cannot overflow a double).
  let sum = 0;
  for (let index = 0; index < values.length; index += 1) sum += Math.abs(values[index] ?? 0);
  if (!Number.isFinite(sum)) refuse(block, values.some(Number.isNaN) ? 'nan' : 'infinite');
  const stored = precision === 'float32' ? values : toFloat16(values, block.tensor);
  return { first: bytesOf(stored), scales: none, zeros: none, onlyZeros: sum === 0 };
}

function quantised(kernel: QuantiseKernel, block: RowBlock, bits: 4 | 8): StoredRows {
  const { type, bytes, rows, rowLength, tensor } = block;
  if (rowLength % blockSize !== 0)
    fail('GRAPH_SHAPE', { at: tensor, expected: 'blocks of 32', actual: `${rowLength}` });
  const { finding, packed, scales, zeros } = kernel.quantise(type, bytes, rows, rowLength, bits);
  if (finding === 'nan' || finding === 'infinite') refuse(block, finding);
  if (finding === 'scale-overflow') fail('FLOAT16_OVERFLOW', { tensor, value: Number.POSITIVE_INFINITY });
  return { first: packed, scales, zeros, onlyZeros: finding === 'only-zeros' };
}

function refuse({ file, tensor }: RowBlock, problem: FailureData['TENSOR_VALUES']['problem']): never {
  return fail('TENSOR_VALUES', { file, tensor, problem });
}

export function bytesOf<Memory extends ArrayBufferLike>(
  values: Float32Array<Memory> | Uint16Array<Memory> | Uint8Array<Memory>,
): Uint8Array<Memory> {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}
