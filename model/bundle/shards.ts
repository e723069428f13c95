/** Where each weight lies in a bundle's shards: decided before the first byte is read, so that graphs can name places. */
import { rowCount, rowLength } from '../checkpoint/tensors.ts';
import { fail } from '../failure.ts';
import { type StoredTensor, storedBytes, storedTensors } from '../onnx/stored.ts';
import type { Precision, WeightDeclaration } from '../onnx/types.ts';
import type { ManifestShard, ManifestTensor } from './manifest.ts';
import { shardLimit } from './precision.ts';

/** Offsets are multiples of this: what GPU copies and typed arrays of any width ask for. */
const alignment = 64;

/** A run of rows of one checkpoint tensor, stored in one piece. Almost always all of its rows. */
export interface StoredWeight {
  /** Official name in the checkpoint. */
  readonly source: string;
  readonly precision: Precision;
  readonly firstRow: number;
  readonly rows: number;
  /** Values of a row. */
  readonly rowLength: number;
  readonly tensors: readonly StoredTensor[];
}

/** One shard: its weights in order, with their places. */
export interface ShardLayout extends ManifestShard {
  readonly weights: readonly StoredWeight[];
}

/** Name of a table's row block; only tables above `shardLimit` have them. */
export function rowBlockName(table: string, firstRow: number): string {
  return `${table}.rows.${firstRow}`;
}

/** A weight as it is stored: whole, or a table above the limit as blocks of rows. */
export function storedWeights(
  declaration: WeightDeclaration,
  precision: Precision,
  limit = shardLimit,
): readonly StoredWeight[] {
  const { name, shape, role } = declaration;
  const rows = rowCount(shape);
  const whole = { source: name, precision, firstRow: 0, rows, rowLength: rowLength(shape) };
  const tensors = storedTensors(declaration, precision);
  const bytes = alignedBytes(tensors);
  if (bytes <= limit) return [{ ...whole, tensors }];
  if (role !== 'table') fail('GRAPH_SHAPE', { at: name, expected: `${limit} bytes at most`, actual: `${bytes} bytes` });

  const blockRows = Math.max(1, Math.floor(((limit - 3 * alignment) * rows) / bytes));
  return Array.from({ length: Math.ceil(rows / blockRows) }, (_, index) => {
    const firstRow = index * blockRows;
    const count = Math.min(blockRows, rows - firstRow);
    const block = { name: rowBlockName(name, firstRow), shape: [count, ...shape.slice(1)], role };
    return { ...whole, firstRow, rows: count, tensors: storedTensors(block, precision) };
  });
}

/** Lays weights out in shards `PART-1.bin`, `PART-2.bin` … in the order given. */
export function layoutShards(
  part: string,
  weights: readonly StoredWeight[],
  limit = shardLimit,
): readonly ShardLayout[] {
  const shards: { weights: StoredWeight[]; tensors: ManifestTensor[]; bytes: number }[] = [];
  for (const weight of weights) {
    const size = alignedBytes(weight.tensors);
    let shard = shards.at(-1);
    if (shard === undefined || align(shard.bytes) + size > limit) {
      shard = { weights: [], tensors: [], bytes: 0 };
      shards.push(shard);
    }
    shard.weights.push(weight);
    for (const tensor of weight.tensors) {
      const offset = align(shard.bytes);
      const bytes = storedBytes(tensor);
      shard.tensors.push({ ...tensor, type: shardType(tensor), shape: [...tensor.shape], offset, bytes });
      shard.bytes = offset + bytes;
    }
  }
  return shards.map((shard, index) => ({ part, file: `${part}-${index + 1}.bin`, ...shard }));
}

function align(bytes: number): number {
  return Math.ceil(bytes / alignment) * alignment;
}

function alignedBytes(tensors: readonly StoredTensor[]): number {
  return tensors.reduce((sum, tensor) => sum + align(storedBytes(tensor)), 0);
}

function shardType({ name, type }: StoredTensor): ManifestTensor['type'] {
  if (type === 'float32' || type === 'float16' || type === 'uint8') return type;
  return fail('GRAPH_SHAPE', { at: name, expected: 'float32, float16 or uint8', actual: type });
}
