/**
 * A state dict as `torch.save` writes it: a zip archive of stored records (APPNOTE 6.3, sections 4.3 and 4.5.3), checksums and
 * sizes behind the data, the data on borders of 64 bytes.
 */
import { crc32 } from 'node:zlib';
import { encodeUtf8 } from '../../model/checkpoint/utf8.ts';
import { crc32OfZeros } from './crc-zeros.ts';
import { type PlannedTensor, tensorBytes } from './plan.ts';
import type { SparseFile } from './sparse-file.ts';
import { contiguousStrides, statePickle, type View } from './state-pickle.ts';
import type { Content } from './tensor-bytes.ts';

const storageTypes = { bfloat16: 'BFloat16Storage', float32: 'FloatStorage' } as const;

/** @param root the folder inside the archive: torch takes the file's name without its ending */
export async function writeTorchState(
  file: SparseFile,
  root: string,
  tensors: readonly PlannedTensor[],
  contentOf: (tensor: PlannedTensor) => Iterable<Content>,
): Promise<void> {
  const archive = new ZipArchive(file);
  const whole = (name: string, bytes: Uint8Array) =>
    archive.record(`${root}/${name}`, bytes.length, [{ kind: 'bytes', bytes }]);
  await whole('data.pkl', statePickle(new Map(tensors.map((tensor, index) => [tensor.name, viewOf(tensor, index)]))));
  await whole('byteorder', encodeUtf8('little'));
  for (const [index, tensor] of tensors.entries()) {
    await archive.record(`${root}/data/${index}`, tensorBytes(tensor), contentOf(tensor));
  }
  await whole('version', encodeUtf8('3\n'));
  await archive.end();
}

function viewOf({ shape, type, rows, width }: PlannedTensor, index: number): View {
  const storage = { storage: String(index), storageType: storageTypes[type], storageCount: rows * width };
  return { ...storage, offset: 0, shape, strides: contiguousStrides(shape) };
}

/** Checksums and sizes follow the data; names are UTF-8. */
const flags = 0x0808;
const alignment = 64;
const largest32 = 0xffffffff;

interface WrittenRecord {
  readonly name: Uint8Array;
  readonly offset: number;
  readonly bytes: number;
  readonly checksum: number;
}

class ZipArchive {
  readonly #file: SparseFile;
  readonly #records: WrittenRecord[] = [];

  constructor(file: SparseFile) {
    this.#file = file;
  }

  async record(path: string, bytes: number, contents: Iterable<Content>): Promise<void> {
    if (bytes >= largest32) throw new RangeError(`${path} has ${bytes} bytes, which a record without zip64 cannot`);
    const name = encodeUtf8(path);
    const offset = this.#file.position;
    await this.#file.append(localHeader(name, offset));
    let checksum = 0;
    for (const content of contents) {
      if (content.kind === 'bytes') {
        checksum = crc32(content.bytes, checksum);
        await this.#file.append(content.bytes);
      } else {
        checksum = crc32OfZeros(content.bytes, checksum);
        this.#file.skip(content.bytes);
      }
    }
    await this.#file.append(fields([4, 0x08074b50], [4, checksum], [4, bytes], [4, bytes]));
    this.#records.push({ name, offset, bytes, checksum });
  }

  /** The directory, and where it lies; with zip64 records where 32 bits are too few. */
  async end(): Promise<void> {
    const offset = this.#file.position;
    for (const record of this.#records) await this.#file.append(directoryRecord(record));
    const wideEnd = this.#file.position;
    const size = wideEnd - offset;
    const count = this.#records.length;
    if (wideEnd > largest32) {
      const versions: readonly Field[] = [
        [2, 45],
        [2, 45],
        [4, 0],
        [4, 0],
      ];
      const place: readonly Field[] = [
        [8, count],
        [8, count],
        [8, size],
        [8, offset],
      ];
      await this.#file.append(fields([4, 0x06064b50], [8, 44], ...versions, ...place));
      await this.#file.append(fields([4, 0x07064b50], [4, 0], [8, wideEnd], [4, 1]));
    }
    const place: readonly Field[] = [
      [4, size],
      [4, Math.min(offset, largest32)],
    ];
    await this.#file.append(fields([4, 0x06054b50], [2, 0], [2, 0], [2, count], [2, count], ...place, [2, 0]));
  }
}

function localHeader(name: Uint8Array, offset: number): Uint8Array {
  const fixed = 30 + name.length + 4;
  const padding = alignment - ((offset + fixed) % alignment);
  const numbers = fields(
    ...([
      [4, 0x04034b50],
      [2, 20],
      [2, flags],
      [2, 0],
      [2, 0],
      [2, 0],
      [4, 0],
      [4, 0],
      [4, 0],
    ] as const),
    ...([
      [2, name.length],
      [2, 4 + padding],
    ] as const),
  );
  // Torch pads with an extra field of its own, "FB".
  return Buffer.concat([numbers, name, fields([2, 0x4246], [2, padding]), new Uint8Array(padding)]);
}

function directoryRecord({ name, offset, bytes, checksum }: WrittenRecord): Uint8Array {
  const wide = offset >= largest32 ? fields([2, 1], [2, 8], [8, offset]) : new Uint8Array(0);
  const numbers = fields(
    ...([
      [4, 0x02014b50],
      [2, 20],
      [2, 20],
      [2, flags],
      [2, 0],
      [2, 0],
      [2, 0],
      [4, checksum],
      [4, bytes],
    ] as const),
    ...([
      [4, bytes],
      [2, name.length],
      [2, wide.length],
      [2, 0],
      [2, 0],
      [2, 0],
      [4, 0],
    ] as const),
    [4, Math.min(offset, largest32)],
  );
  return Buffer.concat([numbers, name, wide]);
}

type Field = readonly [bytes: 2 | 4 | 8, value: number];

/** Little-endian numbers one after another. */
function fields(...numbers: readonly Field[]): Uint8Array {
  const bytes = new Uint8Array(numbers.reduce((sum, [size]) => sum + size, 0));
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const [size, value] of numbers) {
    if (size === 2) view.setUint16(at, value, true);
    else if (size === 4) view.setUint32(at, value, true);
    else view.setBigUint64(at, BigInt(value), true);
    at += size;
  }
  return bytes;
}
