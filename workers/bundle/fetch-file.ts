/** One file over HTTP: whole, checked as it arrives, and not waited for without end. */

import { chunkBytes } from '../../model/bundle/hashes.ts';
import type { ManifestFile } from '../../model/bundle/manifest.ts';
import { concatenate } from '../../model/bytes.ts';
import { FailureError, fail, failure } from '../../model/failure.ts';
import { sha256Hex } from '../sha256.ts';

/** Told as files arrive: bytes of this file so far, and in all. */
export type FetchProgress = (path: string, done: number, total: number) => void;

/** A server that has sent nothing for so long is taken to be gone. */
const silenceMs = 30_000;

/**
 * A listed file. Every 8 MiB are compared with their hash as soon as they are there, and the first wrong byte ends the
 * download.
 *
 * @throws BUNDLE_FILE where it is missing, of another size or changed; MODEL_FETCH where it does not arrive
 */
export async function fetchListed(base: string, file: ManifestFile, progress: FetchProgress): Promise<Uint8Array> {
  const whole = new Uint8Array(file.bytes);
  let done = 0;
  let checked = 0;
  const check = async (end: number) => {
    const expected = file.chunks[checked / chunkBytes];
    if ((await sha256Hex(whole.subarray(checked, end))) !== expected) wrong(file.path, 'hash');
    checked = end;
  };
  await receive(base, file.path, async (piece) => {
    // A body that goes on past what bundle.json says is not that file.
    if (done + piece.length > file.bytes) wrong(file.path, 'size');
    whole.set(piece, done);
    done += piece.length;
    while (done - checked >= chunkBytes) await check(checked + chunkBytes);
    progress(file.path, done, file.bytes);
  });
  if (done < file.bytes) wrong(file.path, 'size');
  if (checked < done) await check(done);
  return whole;
}

/**
 * A file of which only the largest possible size is known.
 *
 * @throws BUNDLE_FILE where it is missing or larger; MODEL_FETCH where it does not arrive
 */
export async function fetchUpTo(
  limit: number,
  base: string,
  path: string,
  progress: FetchProgress,
): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let done = 0;
  await receive(base, path, async (piece) => {
    pieces.push(piece);
    done += piece.length;
    if (done > limit) wrong(path, 'size');
    progress(path, done, done);
  });
  return concatenate(pieces);
}

function wrong(file: string, problem: 'missing' | 'size' | 'hash'): never {
  return fail('BUNDLE_FILE', { file, problem });
}

/** Hands over a body piece by piece. Whatever ends this early ends the download too. */
async function receive(base: string, path: string, take: (piece: Uint8Array) => Promise<void>): Promise<void> {
  const download = new AbortController();
  const silent = () => download.abort(new FailureError(failure('MODEL_FETCH', { file: path, problem: 'silent' })));
  let timer = setTimeout(silent, silenceMs);
  const heard = () => {
    clearTimeout(timer);
    timer = setTimeout(silent, silenceMs);
  };
  try {
    const response = await fetch(new URL(path, base), { signal: download.signal });
    heard();
    if (response.status === 404) wrong(path, 'missing');
    if (!response.ok) fail('MODEL_FETCH', { file: path, problem: 'refused', status: response.status });
    for await (const piece of piecesOf(response)) {
      heard();
      await take(piece);
    }
  } catch (error) {
    download.abort();
    if (error instanceof FailureError) throw error;
    fail('MODEL_FETCH', { file: path, problem: 'unreachable' });
  } finally {
    clearTimeout(timer);
  }
}

async function* piecesOf(response: Response): AsyncGenerator<Uint8Array> {
  const reader = response.body?.getReader();
  if (!reader) return;
  for (let part = await reader.read(); !part.done; part = await reader.read()) yield part.value;
}
