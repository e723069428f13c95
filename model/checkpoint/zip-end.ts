import { fail } from '../failure.ts';
import type { ByteSource } from './source.ts';

/** Where the directory of a zip archive lies. */
export interface DirectoryPlace {
  readonly offset: number;
  readonly size: number;
  readonly entries: number;
}

const endSignature = 0x06054b50;
const endLength = 22;
const wideEndSignature = 0x06064b50;
const wideEndLength = 56;
const locatorSignature = 0x07064b50;
const locatorLength = 20;
const longestComment = 0xffff;
const limits = { bytes: 16 * 2 ** 20, entries: 20_000 } as const;

/**
 * Finds the directory from the end of the file (APPNOTE 4.3.14 to 4.3.16). With zip64 records both sets of numbers must
 * agree, and the directory must end exactly where its end record begins: a second, hidden directory is refused.
 */
export async function findDirectory(source: ByteSource): Promise<DirectoryPlace> {
  const file = source.name;
  const refuse = (problem: 'no-directory' | 'directory') => fail('ZIP_MISMATCH', { file, entry: '', problem });
  const tailOffset = Math.max(0, source.size - endLength - longestComment);
  const tail = await source.read(tailOffset, source.size - tailOffset);
  const endOffset = findEnd(tail);
  if (endOffset === undefined) return refuse('no-directory');
  const end = new DataView(tail.buffer, tail.byteOffset + endOffset, endLength);
  const narrow = {
    entries: end.getUint16(10, true),
    size: end.getUint32(12, true),
    offset: end.getUint32(16, true),
  };
  const disks = [end.getUint16(4, true), end.getUint16(6, true)];
  const wide = await readWideEnd(source, tailOffset + endOffset);
  if (wide === undefined && (disks.some((disk) => disk !== 0) || end.getUint16(8, true) !== narrow.entries)) {
    return refuse('directory');
  }
  const place = wide?.place ?? narrow;
  const agrees = (value: number, exact: number, ones: number) => value === exact || value === ones;
  if (
    !agrees(narrow.entries, place.entries, 0xffff) ||
    !agrees(narrow.size, place.size, 0xffffffff) ||
    !agrees(narrow.offset, place.offset, 0xffffffff) ||
    place.offset + place.size !== (wide?.begin ?? tailOffset + endOffset)
  ) {
    return refuse('directory');
  }
  if (place.entries > limits.entries || place.size > limits.bytes) {
    fail('HEADER_TOO_MANY', { file, count: place.entries, limit: limits.entries });
  }
  return place;
}

/** Offset of the end record in the tail: the last one whose comment reaches exactly to the end of the file. */
function findEnd(tail: Uint8Array): number | undefined {
  const view = new DataView(tail.buffer, tail.byteOffset, tail.byteLength);
  for (let at = tail.length - endLength; at >= 0; at -= 1) {
    const found = view.getUint32(at, true) === endSignature;
    if (found && at + endLength + view.getUint16(at + 20, true) === tail.length) return at;
  }
  return undefined;
}

/** The zip64 end record that a locator right before the end record points to, if there is one. */
async function readWideEnd(
  source: ByteSource,
  endOffset: number,
): Promise<{ place: DirectoryPlace; begin: number } | undefined> {
  if (endOffset < locatorLength + wideEndLength) return undefined;
  const bytes = await source.read(endOffset - locatorLength, locatorLength);
  const locator = new DataView(bytes.buffer, bytes.byteOffset, locatorLength);
  if (locator.getUint32(0, true) !== locatorSignature) return undefined;

  const refuse = () => fail('ZIP_MISMATCH', { file: source.name, entry: '', problem: 'directory' });
  const begin = endOffset - locatorLength - wideEndLength;
  if (locator.getBigUint64(8, true) !== BigInt(begin)) return refuse();
  const record = await source.read(begin, wideEndLength);
  const view = new DataView(record.buffer, record.byteOffset, wideEndLength);
  const entries = safe(view.getBigUint64(32, true));
  const size = safe(view.getBigUint64(40, true));
  const offset = safe(view.getBigUint64(48, true));
  if (view.getUint32(0, true) !== wideEndSignature || view.getBigUint64(4, true) !== BigInt(wideEndLength - 12)) {
    return refuse();
  }
  if (entries === undefined || size === undefined || offset === undefined) return refuse();
  if (view.getBigUint64(24, true) !== BigInt(entries) || view.getBigUint64(16, true) !== 0n) return refuse();
  return { place: { entries, size, offset }, begin };
}

function safe(value: bigint): number | undefined {
  return value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : undefined;
}
