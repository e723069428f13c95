/** The bytes of one shard, made from a checkpoint row block by row block, so that no large tensor is ever whole in memory. */
import { crc32 } from '../checkpoint/crc32.ts';
import { elementTypeBytes } from '../checkpoint/element-types.ts';
import type { TensorSource } from '../checkpoint/tensors.ts';
import { fail } from '../failure.ts';
import { chunkBytes } from './hashes.ts';
import type { ManifestTensor } from './manifest.ts';
import type { QuantiserPool, RowBlock, StoredRows } from './row-block.ts';
import type { ShardLayout, StoredWeight } from './shards.ts';
import { noMark, type ShardMark } from './sink.ts';

export type Write = (bytes: Uint8Array) => Promise<void>;

/** Values of a row block: 4 MB of bfloat16, so that a thread's two blocks and their results stay below 64 MB. */
const blockValues = 2 ** 21;

/** What a shard that can be gone on with is written to, beside its bytes in order. */
export interface ShardProgress {
  /** Where an earlier try ended. */
  readonly mark: ShardMark;
  /** Bytes that the earlier try wrote. */
  read(offset: number, length: number): Promise<Uint8Array>;
  /** They count as written from now on. */
  restored(bytes: Uint8Array): void;
  /** Told of bytes of the checkpoint that the earlier try read, and that need not be read again. */
  passed(bytes: number): void;
  /** Puts bytes where they belong, in front of their turn or behind the file's end. */
  keep(offset: number, bytes: Uint8Array): Promise<void>;
  note(mark: ShardMark): Promise<void>;
}

/** Bytes of a checkpoint that are read in front of what is noted, at most: so much has to be read again after an interruption. */
const unnotedLimit = chunkBytes;
/** Smaller blocks are noted together. */
const notedAtOnce = 2 ** 20;

/**
 * Writes a shard in order, with zeros between its tensors. While a block is written those behind it are read and stored.
 *
 * @param progress for a shard that is gone on with; null for one that is made as a whole
 * @throws TENSOR_VALUES for weights that cannot be right, FLOAT16_OVERFLOW, and what the checkpoint's reader finds
 */
export async function writeShard(
  layout: ShardLayout,
  source: TensorSource,
  quantiser: QuantiserPool,
  write: Write,
  progress: ShardProgress | null = null,
): Promise<void> {
  const stretches = [...stretchesOf(layout)];
  const content = new ShardContent(source.name, layout, write, progress);
  const earlier = await content.restore(stretches);
  const unnoted = new UnnotedBytes(source, progress === null ? Number.POSITIVE_INFINITY : unnotedLimit);
  let steps = earlier;
  for await (const [stretch, stored] of storedInOrder(stretches.slice(earlier), source, quantiser, unnoted)) {
    await content.add(stretch, stored);
    unnoted.addWritten(stretch);
    steps += 1;
    const next = stretches[steps];
    if (progress === null || (next !== undefined && unnoted.written < notedAtOnce && unnoted.hasRoomFor(next)))
      continue;
    await progress.note(content.mark(steps));
    unnoted.note();
  }
}

/** What was read of a checkpoint, and would have to be read again. */
class UnnotedBytes {
  private readonly source: TensorSource;
  private readonly limit: number;
  private read = 0;
  written = 0;

  constructor(source: TensorSource, limit: number) {
    this.source = source;
    this.limit = limit;
  }

  hasRoomFor(stretch: Stretch): boolean {
    return this.read + this.bytesOf(stretch) <= this.limit;
  }

  addRead(stretch: Stretch): void {
    this.read += this.bytesOf(stretch);
  }

  addWritten(stretch: Stretch): void {
    this.written += this.bytesOf(stretch);
  }

  note(): void {
    this.read -= this.written;
    this.written = 0;
  }

  private bytesOf({ weight, rows }: Stretch): number {
    const type = this.source.find(weight.source)?.type;
    return type === undefined ? 0 : rows * weight.rowLength * elementTypeBytes[type];
  }
}

/** A shard as far as it is written. */
class ShardContent {
  private readonly file: string;
  private readonly places: ReadonlyMap<string, ManifestTensor>;
  private readonly write: Write;
  private readonly progress: ShardProgress | null;
  private written = 0;
  /** Of what is written; followed where the shard can be gone on with. */
  private checksum = 0;
  /** Of the weight that is being written: its scales and zero points follow behind its last row. */
  private behind: StoredRows[] = [];

  constructor(file: string, { tensors }: ShardLayout, write: Write, progress: ShardProgress | null) {
    this.file = file;
    this.progress = progress;
    this.places = new Map(tensors.map((tensor) => [tensor.name, tensor]));
    this.write = write;
  }

  async add({ weight, firstRow, isFirst, isLast }: Stretch, stored: StoredRows): Promise<void> {
    const [first, scales, zeros] = this.tensorsOf(weight);
    if (isFirst) await this.begin(first);
    await this.append(stored.first);
    this.behind.push({ ...stored, first: none });
    if (!isLast) {
      const row = firstRow - weight.firstRow;
      if (scales) await this.progress?.keep(scales.offset + row * rowBytes(scales, weight), stored.scales);
      if (zeros) await this.progress?.keep(zeros.offset + row * rowBytes(zeros, weight), stored.zeros);
      return;
    }
    refuseHoles(this.file, weight, this.behind);
    await this.begin(scales);
    for (const rows of this.behind) await this.append(rows.scales);
    await this.begin(zeros);
    for (const rows of this.behind) await this.append(rows.zeros);
    this.behind = [];
  }

  mark(steps: number): ShardMark {
    const onlyZeros = this.behind.every((rows) => rows.onlyZeros);
    return { ...noMark, steps, bytes: this.written, onlyZeros, crc32: this.checksumWithBehind() };
  }

  /** Takes up what an earlier try wrote, unless it was changed since. Answers with the number of its blocks. */
  async restore(stretches: readonly Stretch[]): Promise<number> {
    const { progress } = this;
    const last = progress === null ? undefined : stretches[progress.mark.steps - 1];
    if (progress === null || last === undefined) return 0;
    const { mark, read, restored } = progress;
    const each = async (take: (bytes: Uint8Array) => void) => {
      for (let at = 0; at < mark.bytes; at += chunkBytes) take(await read(at, Math.min(chunkBytes, mark.bytes - at)));
    };
    await each((bytes) => {
      this.checksum = crc32(bytes, this.checksum);
    });
    if (!last.isLast) this.behind = [await this.readBehind(last, progress)];
    if (this.checksumWithBehind() !== mark.crc32) {
      this.checksum = 0;
      this.behind = [];
      return 0;
    }
    await each(restored);
    this.written = mark.bytes;
    return mark.steps;
  }

  private async readBehind({ weight, firstRow, rows }: Stretch, { mark, read }: ShardProgress): Promise<StoredRows> {
    const done = firstRow - weight.firstRow + rows;
    const [, scales, zeros] = this.tensorsOf(weight);
    const part = async (tensor: ManifestTensor | undefined) =>
      tensor === undefined ? none : new Uint8Array(await read(tensor.offset, done * rowBytes(tensor, weight)));
    return { first: none, scales: await part(scales), zeros: await part(zeros), onlyZeros: mark.onlyZeros };
  }

  private checksumWithBehind(): number {
    const parts = [...this.behind.map(({ scales }) => scales), ...this.behind.map(({ zeros }) => zeros)];
    return parts.reduce((sum, bytes) => crc32(bytes, sum), this.checksum);
  }

  private tensorsOf(weight: StoredWeight): readonly (ManifestTensor | undefined)[] {
    return weight.tensors.map(({ name }) => this.places.get(name));
  }

  private async begin(tensor: ManifestTensor | undefined): Promise<void> {
    if (tensor !== undefined) await this.append(new Uint8Array(tensor.offset - this.written));
  }

  private async append(bytes: Uint8Array): Promise<void> {
    this.written += bytes.length;
    if (this.progress !== null) this.checksum = crc32(bytes, this.checksum);
    await this.write(bytes);
  }
}

function rowBytes({ bytes }: ManifestTensor, { rows }: StoredWeight): number {
  return bytes / rows;
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
  unnoted: UnnotedBytes,
): AsyncGenerator<readonly [Stretch, StoredRows]> {
  const begun: (readonly [Stretch, Promise<StoredRows>])[] = [];
  for (const stretch of stretches) {
    while (begun.length > 0 && !unnoted.hasRoomFor(stretch)) yield await oldest(begun);
    unnoted.addRead(stretch);
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
