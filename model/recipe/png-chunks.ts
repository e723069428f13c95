/** PNG's chunks, written and read (W3C PNG, sections 5 and 11.3.3.4). */

import { concatenate } from '../bytes.ts';
import { crc32 } from '../checkpoint/crc32.ts';
import { decodeUtf8, encodeUtf8 } from '../checkpoint/utf8.ts';
import { fail } from '../failure.ts';
import { inflateWithin } from './inflate.ts';

export const pngSignature = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);

/** Bytes of a chunk beside its data: length, type and checksum. */
const frame = 12;

/** One chunk: length, type, data, checksum of type and data. */
export function chunk(type: string, data: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(data.length + frame);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, data.length);
  bytes.set(encodeUtf8(type), 4);
  bytes.set(data, 8);
  view.setUint32(bytes.length - 4, crc32(bytes.subarray(4, -4)));
  return bytes;
}

/** An uncompressed international text chunk without language. */
export function textChunk(keyword: string, text: string): Uint8Array {
  return chunk('iTXt', concatenate([encodeUtf8(keyword), new Uint8Array(5), encodeUtf8(text)]));
}

export interface FoundChunk {
  readonly type: string;
  readonly data: Uint8Array;
  /** All of it, with its length, type and checksum. */
  readonly bytes: Uint8Array;
  readonly isIntact: () => boolean;
}

/**
 * The chunks of a file until its end chunk.
 *
 * @throws PNG_DAMAGED for another signature or a chunk that reaches behind the file
 */
export function* readChunks(file: string, bytes: Uint8Array): Generator<FoundChunk> {
  if (!pngSignature.every((byte, index) => bytes[index] === byte)) fail('PNG_DAMAGED', { file, problem: 'signature' });
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = pngSignature.length; ; ) {
    if (at + frame > bytes.length) fail('PNG_DAMAGED', { file, problem: 'truncated' });
    const length = view.getUint32(at);
    const end = at + frame + length;
    if (end > bytes.length) fail('PNG_DAMAGED', { file, problem: 'truncated' });
    const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    const checked = bytes.subarray(at + 4, end - 4);
    const checksum = view.getUint32(end - 4);
    const whole = bytes.subarray(at, end);
    yield { type, data: bytes.subarray(at + 8, end - 4), bytes: whole, isIntact: () => crc32(checked) === checksum };
    if (type === 'IEND') return;
    at = end;
  }
}

/** A text is never read beyond this many bytes, however small it is in the file. */
const textLimit = 4 * 2 ** 20;
/** Longest keyword that PNG allows. */
const keywordLimit = 79;

/** The keyword of an iTXt chunk; null where there is none. */
export function textKeyword(data: Uint8Array): string | null {
  const end = data.subarray(0, keywordLimit + 1).indexOf(0);
  return end < 1 ? null : (decodeUtf8(data.subarray(0, end)) ?? null);
}

/** The text of an iTXt chunk, compressed or not. Throws PNG_DAMAGED. */
export function textOf(file: string, { data, isIntact }: FoundChunk): string {
  if (!isIntact()) fail('PNG_DAMAGED', { file, problem: 'checksum' });
  const keywordEnd = data.indexOf(0);
  const [compressed, method] = [data[keywordEnd + 1], data[keywordEnd + 2]];
  const languageEnd = data.indexOf(0, keywordEnd + 3);
  const titleEnd = languageEnd < 0 ? -1 : data.indexOf(0, languageEnd + 1);
  if (titleEnd < 0 || method !== 0 || (compressed !== 0 && compressed !== 1)) {
    fail('PNG_DAMAGED', { file, problem: 'text' });
  }
  const stored = data.subarray(titleEnd + 1);
  const bytes = compressed === 1 ? inflateWithin(stored, textLimit) : stored;
  if (bytes === 'damaged') fail('PNG_DAMAGED', { file, problem: 'text' });
  if (bytes === 'too-long' || bytes.length > textLimit) fail('PNG_DAMAGED', { file, problem: 'limit' });
  return decodeUtf8(bytes) ?? fail('PNG_DAMAGED', { file, problem: 'text' });
}
