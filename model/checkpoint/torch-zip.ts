import { type FailureData, fail } from '../failure.ts';
import { elementTypeBytes } from './element-types.ts';
import { fileKind } from './sniff.ts';
import type { ByteSource } from './source.ts';
import { elementSpan, gatherRows, isContiguous, reachesEnd } from './strided.ts';
import { type StoredTensor, type TensorSource, tensorSource } from './tensors.ts';
import { readTorchState, type TorchTensor } from './torch-state.ts';
import { readZipEntries, type ZipEntry } from './zip.ts';
import { ZipRecord } from './zip-record.ts';

const pickleLimit = 4 * 2 ** 20;

/**
 * Opens a `.bin` or `.pt` file as `torch.save` has written it since 1.6: a zip archive of stored records with
 * `<root>/data.pkl` and `<root>/data/<key>`.
 *
 * @throws CHECKPOINT_FORMAT, ZIP_MISMATCH, PICKLE_REFUSED, PICKLE_CORRUPT, TENSOR_SHAPE, TENSOR_BOUNDS
 */
export async function openTorchZip(source: ByteSource): Promise<TensorSource> {
  const file = source.name;
  const looksLike = await fileKind(source);
  if (looksLike !== 'zip') fail('CHECKPOINT_FORMAT', { file, looksLike });
  const archive = await TorchArchive.open(source);
  const pickle = await archive.readWhole('data.pkl', 'no-pickle');
  const tensors = readTorchState(file, pickle);
  return tensorSource(
    file,
    tensors.map((tensor) => storedTensor(file, archive, tensor)),
  );
}

/** The records of one archive below its root folder. */
class TorchArchive {
  private readonly source: ByteSource;
  private readonly entries: ReadonlyMap<string, ZipEntry>;
  private readonly root: string;
  /** One record for all views of a storage, so that its checksum is followed once. */
  private readonly records = new Map<string, ZipRecord>();

  private constructor(source: ByteSource, entries: ReadonlyMap<string, ZipEntry>, root: string) {
    this.source = source;
    this.entries = entries;
    this.root = root;
  }

  static async open(source: ByteSource): Promise<TorchArchive> {
    const entries = await readZipEntries(source);
    const [first = ''] = entries.keys();
    const root = first.slice(0, first.indexOf('/') + 1);
    const stray = [...entries.keys()].find((name) => !name.startsWith(root));
    if (root === '' || stray !== undefined) refuse(source.name, 'name', stray ?? first);
    const archive = new TorchArchive(source, entries, root);
    await archive.checkByteOrder();
    return archive;
  }

  private async checkByteOrder(): Promise<void> {
    if (!this.entries.has(`${this.root}byteorder`)) return;
    const order = await this.readWhole('byteorder', 'byte-order');
    if (String.fromCharCode(...order.subarray(0, 16)) !== 'little') refuse(this.source.name, 'byte-order', 'byteorder');
  }

  async readWhole(name: string, whenAbsent: 'no-pickle' | 'byte-order'): Promise<Uint8Array> {
    const record = this.record(name) ?? refuse(this.source.name, whenAbsent, name);
    if (record.entry.size > pickleLimit) refuse(this.source.name, 'size', name);
    const bytes = await record.read(0, record.entry.size);
    await record.finish();
    return bytes;
  }

  record(name: string): ZipRecord | undefined {
    const known = this.records.get(name);
    if (known !== undefined) return known;
    const entry = this.entries.get(this.root + name);
    if (entry === undefined) return undefined;
    const record = new ZipRecord(this.source, entry);
    this.records.set(name, record);
    return record;
  }
}

function refuse(file: string, problem: FailureData['ZIP_MISMATCH']['problem'], entry: string): never {
  return fail('ZIP_MISMATCH', { file, entry: entry.slice(0, 200), problem });
}

function storedTensor(file: string, archive: TorchArchive, tensor: TorchTensor): StoredTensor {
  const { name, type, shape } = tensor;
  const elementBytes = elementTypeBytes[type];
  const record = archive.record(`data/${tensor.storage}`) ?? refuse(file, 'missing-storage', `data/${tensor.storage}`);
  const fits =
    record.entry.size === tensor.storageCount * elementBytes &&
    tensor.count <= tensor.storageCount &&
    (tensor.count === 0 || elementSpan(tensor, 0, shape[0] ?? 1).end <= tensor.storageCount);
  if (!fits) fail('TENSOR_BOUNDS', { file, tensor: name });
  return {
    info: { name, type, shape },
    async readRows(firstRow, rows) {
      if (tensor.count === 0 || rows === 0) return new Uint8Array(0);
      const { begin, end } = elementSpan(tensor, firstRow, rows);
      const bytes = await record.read(begin * elementBytes, (end - begin) * elementBytes);
      if (reachesEnd(tensor, firstRow, rows)) await record.finish();
      return isContiguous(tensor) ? bytes : gatherRows(tensor, rows, elementBytes, bytes);
    },
  };
}
