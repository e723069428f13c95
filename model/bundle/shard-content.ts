/** The bytes of one shard, made from a checkpoint row block by row block, so that no large tensor is ever whole in memory. */
import type { TensorSource } from '../checkpoint/tensors.ts';
import { fail } from '../failure.ts';
import { toFloat16 } from './half.ts';
import type { ManifestTensor } from './manifest.ts';
import { quantiseRows } from './quantise.ts';
import type { ShardLayout, StoredWeight } from './shards.ts';

export type Write = (bytes: Uint8Array) => Promise<void>;

/** Values read at a time: 16 MB of float32. */
const valuesAtOnce = 2 ** 22;

/**
 * Writes a shard in order, with zeros between its tensors.
 *
 * @throws TENSOR_VALUES for weights that cannot be right, FLOAT16_OVERFLOW, and what the checkpoint's reader finds
 */
export async function writeShard(layout: ShardLayout, source: TensorSource, write: Write): Promise<void> {
  const places = new Map(layout.tensors.map((tensor) => [tensor.name, tensor]));
  let written = 0;
  const append = async (bytes: Uint8Array) => {
    written += bytes.length;
    await write(bytes);
  };
  const begin = async ({ offset }: ManifestTensor) => append(new Uint8Array(offset - written));
  for (const weight of layout.weights) {
    const tensors = weight.tensors.map(({ name }) => places.get(name));
    const [first, ...others] = tensors;
    if (first !== undefined) await begin(first);
    const behind = await writeRows(weight, source, append);
    for (const [index, tensor] of others.entries()) {
      if (tensor !== undefined) await begin(tensor);
      for (const bytes of behind[index] ?? []) await append(bytes);
    }
  }
}

/** Writes the weight's first tensor; answers with the pieces of those that stand behind it (scales, then zero points). */
async function writeRows(
  weight: StoredWeight,
  source: TensorSource,
  append: Write,
): Promise<readonly (readonly Uint8Array[])[]> {
  const { firstRow, rows, rowLength } = weight;
  const rowsAtOnce = Math.max(1, Math.floor(valuesAtOnce / Math.max(1, rowLength)));
  const check = new ValueCheck(source.name, weight);
  const scales: Uint8Array[] = [];
  const zeros: Uint8Array[] = [];
  for (let row = 0; row < rows; row += rowsAtOnce) {
    const count = Math.min(rowsAtOnce, rows - row);
    const values = await source.readRows(weight.source, firstRow + row, count);
    check.add(values);
    const stored = storeRows(weight, values, count);
    await append(stored.first);
    scales.push(stored.scales);
    zeros.push(stored.zeros);
  }
  check.end();
  return [scales, zeros];
}

const none = new Uint8Array(0);

function storeRows(weight: StoredWeight, values: Float32Array, rows: number) {
  const { precision, rowLength, source } = weight;
  if (precision === 'float32') return { first: bytesOf(values), scales: none, zeros: none };
  if (precision === 'float16') return { first: bytesOf(toFloat16(values, source)), scales: none, zeros: none };
  const { packed, scales, zeros } = quantiseRows(values, rows, rowLength, precision === 'q4' ? 4 : 8, source);
  return { first: packed, scales: bytesOf(scales), zeros };
}

export function bytesOf(values: Float32Array | Uint16Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}

/** A matrix of this many values that are all zero is a hole in a file, not a weight. */
const smallestHole = 1024;

/** Notices weights that cannot be right while they pass. */
class ValueCheck {
  private readonly file: string;
  private readonly weight: StoredWeight;
  private anyValue = false;

  constructor(file: string, weight: StoredWeight) {
    this.file = file;
    this.weight = weight;
  }

  add(values: Float32Array): void {
    // A sum is finite only if all its parts are (sums of float32 values cannot overflow a double).
    let sum = 0;
    for (let index = 0; index < values.length; index += 1) sum += Math.abs(values[index] ?? 0);
    if (!Number.isFinite(sum)) this.refuse(values.some(Number.isNaN) ? 'nan' : 'infinite');
    if (sum > 0) this.anyValue = true;
  }

  end(): void {
    const { rows, rowLength } = this.weight;
    if (!this.anyValue && rows > 1 && rowLength > 1 && rows * rowLength >= smallestHole) this.refuse('zeros');
  }

  private refuse(problem: 'nan' | 'infinite' | 'zeros'): never {
    return fail('TENSOR_VALUES', { file: this.file, tensor: this.weight.source, problem });
  }
}
