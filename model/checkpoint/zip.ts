import { type FailureData, fail } from '../failure.ts';
import { ReadAhead } from './read-ahead.ts';
import type { ByteSource } from './source.ts';
import { decodeUtf8 } from './utf8.ts';
import { type DirectoryPlace, findDirectory } from './zip-end.ts';

/** A stored (uncompressed) record of a zip archive, with the checks of both its headers passed. */
export interface ZipEntry {
  readonly name: string;
  /** Where its bytes begin in the file. */
  readonly begin: number;
  readonly size: number;
  readonly crc32: number;
}

type ZipProblem = FailureData['ZIP_MISMATCH']['problem'];

interface CentralRecord extends Omit<ZipEntry, 'begin'> {
  readonly nameBytes: Uint8Array;
  readonly flags: number;
  readonly localOffset: number;
}

/** Bit 3: sizes follow the data; bit 11: names are UTF-8. Torch sets both; no other flag is needed by a checkpoint. */
const allowedFlags = 0x0808;
const sizesFollow = 0x0008;
const centralSignature = 0x02014b50;
const localSignature = 0x04034b50;

/**
 * Lists the records of a zip archive as torch writes it (APPNOTE 6.3, sections 4.3 and 4.5.3): stored only, every local
 * header agreeing with the directory, no two records over the same bytes.
 *
 * @throws ZIP_MISMATCH, HEADER_TOO_MANY
 */
export async function readZipEntries(source: ByteSource): Promise<ReadonlyMap<string, ZipEntry>> {
  const place = await findDirectory(source);
  const directory = await source.read(place.offset, place.size);
  const records = readDirectory(source.name, directory, place);
  records.sort((left, right) => left.localOffset - right.localOffset);
  const stripe = Math.max(smallestStripe, Math.ceil(records.length / stripes));
  const checking: Promise<readonly ZipEntry[]>[] = [];
  for (let first = 0; first < records.length; first += stripe) {
    const end = records[first + stripe]?.localOffset ?? place.offset;
    checking.push(checkLocalHeaders(source, records.slice(first, first + stripe), end));
  }
  const entries = new Map<string, ZipEntry>();
  // In the order of the file: the first mistake in it is the one that is told.
  for (const checked of await Promise.allSettled(checking)) {
    if (checked.status === 'rejected') throw checked.reason;
    for (const entry of checked.value) {
      if (entries.has(entry.name)) refuse(source.name, 'duplicate', entry.name);
      entries.set(entry.name, entry);
    }
  }
  return entries;
}

/** So many headers are on their way at a time: one after the other, a distant archive's would take minutes. */
const stripes = 16;
const smallestStripe = 32;

/** @param end where what follows the last of these records begins */
async function checkLocalHeaders(
  source: ByteSource,
  records: readonly CentralRecord[],
  end: number,
): Promise<readonly ZipEntry[]> {
  const ahead = new ReadAhead(source);
  const entries: ZipEntry[] = [];
  for (const [index, record] of records.entries()) {
    const limit = records[index + 1]?.localOffset ?? end;
    entries.push(await checkLocalHeader(source.name, ahead, record, limit));
  }
  return entries;
}

function refuse(file: string, problem: ZipProblem, entry: string): never {
  return fail('ZIP_MISMATCH', { file, entry: entry.slice(0, 200), problem });
}

function readDirectory(file: string, bytes: Uint8Array, place: DirectoryPlace): CentralRecord[] {
  const records: CentralRecord[] = [];
  let at = 0;
  for (let index = 0; index < place.entries; index += 1) {
    const { record, length } = readCentralRecord(file, bytes, at);
    if (record.localOffset + record.size > place.offset) refuse(file, 'size', record.name);
    records.push(record);
    at += length;
  }
  if (at !== bytes.length) refuse(file, 'directory', '');
  return records;
}

function readCentralRecord(file: string, bytes: Uint8Array, at: number): { record: CentralRecord; length: number } {
  if (at + 46 > bytes.length) refuse(file, 'directory', '');
  const view = new DataView(bytes.buffer, bytes.byteOffset + at, bytes.length - at);
  const [nameLength, extraLength] = [view.getUint16(28, true), view.getUint16(30, true)];
  const length = 46 + nameLength + extraLength + view.getUint16(32, true);
  if (view.getUint32(0, true) !== centralSignature || length > view.byteLength) refuse(file, 'directory', '');
  const nameBytes = bytes.subarray(at + 46, at + 46 + nameLength);
  const name = decodeUtf8(nameBytes) ?? refuse(file, 'name', '');
  if (name === '' || name.includes('\0')) refuse(file, 'name', name);
  const flags = view.getUint16(8, true);
  if ((flags & ~allowedFlags) !== 0 || view.getUint16(34, true) !== 0) refuse(file, 'flags', name);
  if (view.getUint16(10, true) !== 0) refuse(file, 'compressed', name);

  const extra = bytes.subarray(at + 46 + nameLength, at + 46 + nameLength + extraLength);
  const wide = zip64Values(extra);
  const read = (offset: number) => wideOr(view.getUint32(offset, true), wide) ?? refuse(file, 'size', name);
  const size = read(24);
  const stored = read(20);
  const localOffset = read(42);
  if (size !== stored) refuse(file, 'compressed', name);
  return { record: { name, nameBytes, flags, size, crc32: view.getUint32(16, true), localOffset }, length };
}

/** The 64-bit values of a zip64 extra field, in order: only those whose 32-bit field is all ones are present. */
function* zip64Values(extra: Uint8Array): Generator<number, undefined> {
  const view = new DataView(extra.buffer, extra.byteOffset, extra.byteLength);
  for (let at = 0; at + 4 <= extra.length; ) {
    const length = view.getUint16(at + 2, true);
    if (view.getUint16(at, true) === 1 && at + 4 + length <= extra.length) {
      for (let value = 0; value + 8 <= length; value += 8) yield Number(view.getBigUint64(at + 4 + value, true));
      return undefined;
    }
    at += 4 + length;
  }
  return undefined;
}

function wideOr(narrow: number, wide: Iterator<number, undefined>): number | undefined {
  const value = narrow === 0xffffffff ? wide.next().value : narrow;
  return value !== undefined && Number.isSafeInteger(value) ? value : undefined;
}

/** Compares the header in front of a record's data with the directory's; `limit` is where the next thing begins. */
async function checkLocalHeader(
  file: string,
  source: ReadAhead,
  record: CentralRecord,
  limit: number,
): Promise<ZipEntry> {
  const { name, size, crc32, nameBytes, localOffset } = record;
  const mismatch = () => refuse(file, 'local-header', name);
  if (localOffset + 30 + nameBytes.length > limit) return refuse(file, 'overlap', name);
  const bytes = await source.read(localOffset, 30 + nameBytes.length, limit);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint32(0, true) !== localSignature) return mismatch();
  if (view.getUint16(6, true) !== record.flags || view.getUint16(8, true) !== 0) return mismatch();
  if (view.getUint16(26, true) !== nameBytes.length) return mismatch();
  if (!nameBytes.every((byte, index) => byte === bytes[30 + index])) return mismatch();

  const extraLength = view.getUint16(28, true);
  const begin = localOffset + 30 + nameBytes.length + extraLength;
  if (begin + size > limit) return refuse(file, 'overlap', name);
  const wide = zip64Values(await source.read(begin - extraLength, extraLength, limit));
  const [localSize, localStored] = [wideOr(view.getUint32(22, true), wide), wideOr(view.getUint32(18, true), wide)];
  const later = (record.flags & sizesFollow) !== 0;
  const agree = (local: number | undefined, central: number) => local === central || (later && local === 0);
  if (!agree(localSize, size) || !agree(localStored, size) || !agree(view.getUint32(14, true), crc32))
    return mismatch();
  return { name, begin, size, crc32 };
}
