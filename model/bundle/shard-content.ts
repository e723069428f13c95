/** The bytes of one shard, made from a checkpoint row block by row block, so that no large tensor is ever whole in memory. */
import type { TensorSource } from '../checkpoint/tensors.ts';
import { fail } from '../failure.ts';
import type { ManifestTensor } from './manifest.ts';
import type { QuantiserPool, RowBlock, StoredRows } from './row-block.ts';
import type { ShardLayout, StoredWeight } from './shards.ts';

export type Write = (bytes: Uint8Array) => Promise<void>;

/** Values of a row block: 4 MB of bfloat16, so that a thread's two blocks and their results stay below 64 MB. */
const blockValues = 2 ** 21;

/**
 * Writes a shard in order, with zeros between its tensors. While a block is written those behind it are read and stored.
 *
 * @throws TENSOR_VALUES for weights that cannot be right, FLOAT16_OVERFLOW, and what the checkpoint's reader finds
 */
export async function writeShard(
  layout: ShardLayout,
  source: TensorSource,
  quantiser: QuantiserPool,
  write: Write,
): Promise<void> {
  const places = new Map(layout.tensors.map((tensor) => [tensor.name, tensor]));
  let written = 0;
  const append = async (bytes: Uint8Array) => {
    written += bytes.length;
    await write(bytes);
  };
  const begin = async (tensor: ManifestTensor | undefined) =>
    tensor === undefined ? undefined : append(new Uint8Array(tensor.offset - written));
  let behind: StoredRows[] = [];
  for await (const [stretch, stored] of storedInOrder(stretchesOf(layout), source, quantiser)) {
    const { weight, isFirst, isLast } = stretch;
    const [first, scales, zeros] = weight.tensors.map(({ name }) => places.get(name));
    if (isFirst) await begin(first);
    await append(stored.first);
    behind.push({ ...stored, first: none });
    if (!isLast) continue;
    refuseHoles(source.name, weight, behind);
    await begin(scales);
    for (const rows of behind) await append(rows.scales);
    await begin(zeros);
    for (const rows of behind) await append(rows.zeros);
    behind = [];
  }
}

const none = new Uint8Array(0);

/** Some rows of a weight; the first and the last say so. */
interface Stretch {
  readonly weight: StoredWeight;
  readonly firstRow: number;
  readonly rows: number;
  readonly isFirst: boolean;
  readonly isLast: boolean;
}

function* stretchesOf({ weights }: ShardLayout): Generator<Stretch> {
  for (const weight of weights) {
    const { rows, rowLength } = weight;
    const rowsAtOnce = Math.max(1, Math.floor(blockValues / Math.max(1, rowLength)));
    for (let row = 0; row < rows; row += rowsAtOnce) {
      const count = Math.min(rowsAtOnce, rows - row);
      const firstRow = weight.firstRow + row;
      yield { weight, firstRow, rows: count, isFirst: row === 0, isLast: row + count === rows };
    }
  }
}

/** Every stretch with its stored rows, in order. Reading goes one after the other and runs ahead of what is asked for. */
async function* storedInOrder(
  stretches: Iterable<Stretch>,
  source: TensorSource,
  quantiser: QuantiserPool,
): AsyncGenerator<readonly [Stretch, StoredRows]> {
  const begun: (readonly [Stretch, Promise<StoredRows>])[] = [];
  for (const stretch of stretches) {
    const block = readBlock(stretch, source);
    const stored = block.then((read) => quantiser.store(read));
    begun.push([stretch, stored]);
    // What goes wrong is told when it is this stretch's turn: the first in order is the one a person hears of.
    stored.catch(() => undefined);
    await block.catch(() => undefined);
    if (begun.length >= quantiser.atOnce) yield await oldest(begun);
  }
  while (begun.length > 0) yield await oldest(begun);
}

async function oldest(begun: (readonly [Stretch, Promise<StoredRows>])[]): Promise<readonly [Stretch, StoredRows]> {
  const [next] = begun.splice(0, 1);
  if (next === undefined) throw new Error('nothing was begun');
  const [stretch, stored] = next;
  return [stretch, await stored];
}

async function readBlock({ weight, firstRow, rows }: Stretch, source: TensorSource): Promise<RowBlock> {
  const { source: tensor, rowLength, precision } = weight;
  const { type, bytes } = await source.readStored(tensor, firstRow, rows);
  return { file: source.name, tensor, type, bytes, rows, rowLength, precision };
}

/** A matrix of this many values that are all zero is a hole in a file, not a weight. */
const smallestHole = 1024;

function refuseHoles(file: string, { rows, rowLength, source }: StoredWeight, stored: readonly StoredRows[]): void {
  const isHole = rows > 1 && rowLength > 1 && rows * rowLength >= smallestHole;
  if (isHole && stored.every(({ onlyZeros }) => onlyZeros)) {
    fail('TENSOR_VALUES', { file, tensor: source, problem: 'zeros' });
  }
}
