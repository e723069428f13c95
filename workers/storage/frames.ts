/**
 * The log's bytes: a header, then records one behind the other (docs/storage.md). Reading never fails: it says what is whole,
 * what is damaged and where, and where a write was broken off.
 */
import { crc32 } from '../../model/checkpoint/crc32.ts';

/**
 * The version of what is stored and of what tabs say to each other. A record of an older one is brought forward when it is read;
 * a log of a newer one is read as far as it can be and not written to.
 */
export const storageVersion = 1;

const headerMagic = 0x474f4c4e; // "NLOG"
const recordMagic = 0x4352_4c4e; // "NLRC"
export const logHeaderBytes = 12;
/** Magic, version, number, length, checksum of these. */
const recordHeaderBytes = 20;
const checksumBytes = 4;

export function encodeLogHeader(): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(logHeaderBytes);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, headerMagic, true);
  view.setUint32(4, storageVersion, true);
  view.setUint32(8, crc32(bytes.subarray(0, 8)), true);
  return bytes;
}

/** The version of a log; null where its header is damaged or not all there. */
export function logVersion(bytes: Uint8Array): number | null {
  if (bytes.length < logHeaderBytes) return null;
  const view = viewOf(bytes);
  if (view.getUint32(0, true) !== headerMagic || view.getUint32(8, true) !== crc32(bytes.subarray(0, 8))) return null;
  return view.getUint32(4, true);
}

export function encodeRecord(number: number, payload: Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(recordHeaderBytes + payload.length + checksumBytes);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, recordMagic, true);
  view.setUint32(4, storageVersion, true);
  view.setUint32(8, number, true);
  view.setUint32(12, payload.length, true);
  view.setUint32(16, crc32(bytes.subarray(0, 16)), true);
  bytes.set(payload, recordHeaderBytes);
  view.setUint32(recordHeaderBytes + payload.length, crc32(payload), true);
  return bytes;
}

/** Where something lies in the log, in bytes. */
export interface Extent {
  readonly at: number;
  readonly length: number;
}

export type Frame =
  | (Extent & {
      readonly state: 'whole';
      readonly version: number;
      readonly number: number;
      readonly payload: Uint8Array;
    })
  /** Bytes that were changed. Where the record's header is whole it still tells its number. */
  | (Extent & { readonly state: 'damaged'; readonly number: number | null; readonly payload: Uint8Array });

export interface ScannedLog {
  /** Null where the log's header is damaged. */
  readonly version: number | null;
  readonly frames: readonly Frame[];
  /** Where the next record goes; bytes behind it belong to a write that was broken off. */
  readonly end: number;
}

export function scanLog(bytes: Uint8Array): ScannedLog {
  const frames: Frame[] = [];
  let at = Math.min(logHeaderBytes, bytes.length);
  while (at < bytes.length) {
    const found = recordHeaderAt(bytes, at);
    if (found === null) {
      const next = nextRecordHeader(bytes, at + 1);
      if (next === null && isBrokenOff(bytes.subarray(at))) break;
      const end = next ?? bytes.length;
      frames.push({ state: 'damaged', at, length: end - at, number: null, payload: bytes.subarray(at, end) });
      at = end;
      continue;
    }
    const length = recordHeaderBytes + found.length + checksumBytes;
    if (at + length > bytes.length) break;
    const payload = bytes.subarray(at + recordHeaderBytes, at + length - checksumBytes);
    const whole = viewOf(bytes).getUint32(at + length - checksumBytes, true) === crc32(payload);
    const { version, number } = found;
    frames.push(
      whole
        ? { state: 'whole', at, length, version, number, payload }
        : { state: 'damaged', at, length, number, payload },
    );
    at += length;
  }
  return { version: logVersion(bytes), frames, end: at };
}

function recordHeaderAt(bytes: Uint8Array, at: number) {
  if (at + recordHeaderBytes > bytes.length) return null;
  const view = viewOf(bytes);
  if (view.getUint32(at, true) !== recordMagic) return null;
  if (view.getUint32(at + 16, true) !== crc32(bytes.subarray(at, at + 16))) return null;
  return {
    version: view.getUint32(at + 4, true),
    number: view.getUint32(at + 8, true),
    length: view.getUint32(at + 12, true),
  };
}

function nextRecordHeader(bytes: Uint8Array, from: number): number | null {
  for (let at = from; at + recordHeaderBytes <= bytes.length; at++) {
    if (bytes[at] === (recordMagic & 0xff) && recordHeaderAt(bytes, at) !== null) return at;
  }
  return null;
}

/** Less than a record's header, or space that was made and never filled: no record that was ever acknowledged. */
function isBrokenOff(tail: Uint8Array): boolean {
  return tail.length < recordHeaderBytes || tail.every((byte) => byte === 0);
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
