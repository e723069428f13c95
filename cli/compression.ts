/** Texts in the encodings that browsers take, made when they are first asked for and held. */
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { Encoding } from './http-answer.ts';

/** Below this a text is one packet either way. */
const smallest = 1024;
/** Above it (no text of the page is as large) one answer would hold too much memory. */
const largest = 32 * 2 ** 20;

export function isCompressible(type: string, size: number): boolean {
  const isText = /^text\/|\b(javascript|json)\b|\+(json|xml)\b/.test(type);
  return isText && size >= smallest && size <= largest;
}

export class CompressedFiles {
  readonly #held = new Map<string, { readonly etag: string; readonly bytes: Promise<Buffer> }>();

  /** @param etag of this version of the file in this encoding: another version takes its place */
  async read(file: string, encoding: Encoding, etag: string): Promise<Buffer> {
    const key = `${encoding} ${file}`;
    const held = this.#held.get(key);
    if (held?.etag === etag) return held.bytes;
    const bytes = compress(file, encoding);
    this.#held.set(key, { etag, bytes });
    bytes.catch(() => this.#held.delete(key));
    return bytes;
  }
}

async function compress(file: string, encoding: Encoding): Promise<Buffer> {
  const bytes = await readFile(file);
  if (encoding === 'gzip') return promisify(gzip)(bytes);
  const params = { [constants.BROTLI_PARAM_QUALITY]: 5, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
  return promisify(brotliCompress)(bytes, { params });
}
