/** Where each weight lies in a bundle's shards: decided before the first byte is read, so that graphs can name places. */
import { rowCount, rowLength } from '../checkpoint/tensors.ts';
import { fail } from '../failure.ts';
import { type StoredTensor, storedBytes, storedTensors } from '../onnx/stored.ts';
import type { Precision, WeightDeclaration } from '../onnx/types.ts';
import { alignedOffset, type ManifestShard, type ManifestTensor } from './manifest.ts';
import { shardLimit } from './precision.ts';

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
  if (role !== 'table') fail('GRAPH_SHAPE', tooLarge(name, limit, bytes));

  const blockRows = Math.max(1, Math.floor(((limit - 3 * alignedOffset(1)) * rows) / bytes));
  return Array.from({ length: Math.ceil(rows / blockRows) }, (_, index) => {
    const firstRow = index * blockRows;
    const count = Math.min(blockRows, rows - firstRow);
    const block = { name: rowBlockName(name, firstRow), shape: [count, ...shape.slice(1)], role };
    return { ...whole, firstRow, rows: count, tensors: storedTensors(block, precision) };
  });
}

/**
 * Lays weights out in shards `PART-1.bin`, `PART-2.bin` … in the order given. A layer is never divided, so that it can be
 * read as one range; a shard begins where a layer or a weight outside the layers does.
 */
export function layoutShards(
  part: string,
  weights: readonly StoredWeight[],
  limit = shardLimit,
): readonly ShardLayout[] {
  const shards: { weights: StoredWeight[]; tensors: ManifestTensor[]; bytes: number }[] = [];
  for (const layer of layers(weights)) {
    const tensors = layer.flatMap((weight) => weight.tensors);
    const size = alignedBytes(tensors);
    let shard = shards.at(-1);
    if (shard === undefined || alignedOffset(shard.bytes) + size > limit) {
      shard = { weights: [], tensors: [], bytes: 0 };
      shards.push(shard);
    }
    shard.weights.push(...layer);
    for (const tensor of tensors) {
      const offset = alignedOffset(shard.bytes);
      const bytes = storedBytes(tensor);
      shard.tensors.push({ ...tensor, type: shardType(tensor), shape: [...tensor.shape], offset, bytes });
      shard.bytes = offset + bytes;
    }
    if (shard.bytes > limit) fail('GRAPH_SHAPE', tooLarge(layer[0]?.source ?? part, limit, shard.bytes));
  }
  return shards.map((shard, index) => ({ part, file: `${part}-${index + 1}.bin`, ...shard }));
}

/** Weights in the order given, those of one layer together where its first stands, any other alone. */
function layers(weights: readonly StoredWeight[]): Iterable<readonly StoredWeight[]> {
  const found = new Map<string | StoredWeight, StoredWeight[]>();
  for (const weight of weights) {
    const layer = layerOf(weight.source) ?? weight;
    const known = found.get(layer);
    if (known === undefined) found.set(layer, [weight]);
    else known.push(weight);
  }
  return found.values();
}

/** What the names of a layer's weights begin with, for instance `model.layers.3.`; null outside the layers. */
function layerOf(name: string): string | null {
  return /^.*?\b(?:layers|blocks|single_blocks)\.\d+\./.exec(name)?.[0] ?? null;
}

function alignedBytes(tensors: readonly StoredTensor[]): number {
  return tensors.reduce((sum, tensor) => sum + alignedOffset(storedBytes(tensor)), 0);
}

function tooLarge(at: string, limit: number, bytes: number) {
  return { at, expected: `${limit} bytes at most`, actual: `${bytes} bytes` };
}

function shardType({ name, type }: StoredTensor): ManifestTensor['type'] {
  if (type === 'float32' || type === 'float16' || type === 'uint8') return type;
  return fail('GRAPH_SHAPE', { at: name, expected: 'float32, float16 or uint8', actual: type });
}
