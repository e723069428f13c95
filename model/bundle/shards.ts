/** Where each weight lies in a bundle's shards: decided before the first byte is read, so that graphs can name places. */
import { rowCount, rowLength } from '../checkpoint/tensors.ts';
import { fail } from '../failure.ts';
import { rowBlocks, type StoredRowBlock, type StoredTensor, storedBytes, storedRowBlocks } from '../onnx/stored.ts';
import type { Precision, WeightDeclaration } from '../onnx/types.ts';
import { alignedOffset, type ManifestShard, type ManifestTensor } from './manifest.ts';
import { shardLimit } from './precision.ts';

/** A run of rows of one checkpoint tensor, stored in one piece. Almost always all of its rows. */
export interface StoredWeight extends StoredRowBlock {
  /** Official name in the checkpoint. */
  readonly source: string;
  readonly precision: Precision;
  /** Values of a row. */
  readonly rowLength: number;
}

/** One shard: its weights in order, with their places. */
export interface ShardLayout extends ManifestShard {
  readonly weights: readonly StoredWeight[];
}

/** A weight as it is stored: in the blocks its graph reads, or a table above the limit in as few as it allows. */
export function storedWeights(
  declaration: WeightDeclaration,
  precision: Precision,
  limit = shardLimit,
): readonly StoredWeight[] {
  const { name, shape, role } = declaration;
  const rows = rowCount(shape);
  const common = { source: name, precision, rowLength: rowLength(shape) };
  const blocks = storedRowBlocks(declaration, precision);
  const largest = Math.max(...blocks.map(({ tensors }) => alignedBytes(tensors)));
  if (largest <= limit) return blocks.map((block) => ({ ...common, ...block }));
  if (role !== 'table') fail('GRAPH_SHAPE', tooLarge(name, limit, largest));

  const blockRows = Math.max(1, Math.floor(((limit - 3 * alignedOffset(1)) * rows) / largest));
  return rowBlocks(declaration, precision, blockRows).map((block) => ({ ...common, ...block }));
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
