/** A download: handed over as it arrives, and not waited for without end. */
import { concatenate } from '../model/bytes.ts';
import { type FailureData, FailureError, fail, failure } from '../model/failure.ts';

/** Told as files arrive: bytes of this file so far, and in all. */
export type FetchProgress = (path: string, done: number, total: number) => void;

/** A server that has sent nothing for so long is taken to be gone. */
const silenceMs = 30_000;

/** How an address is asked; `fetch`, unless only some hosts may be. */
export type Ask = (address: URL, request: RequestInit) => Promise<Response>;

/** Bytes of a file, one after the other. */
export interface Stretch {
  readonly offset: number;
  readonly length: number;
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
  ask: Ask = fetch,
): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let done = 0;
  await receive(
    base,
    path,
    undefined,
    async (piece) => {
      pieces.push(piece);
      done += piece.length;
      if (done > limit) wrong(path, 'size');
      progress(path, done, done);
    },
    ask,
  );
  return concatenate(pieces);
}

/** What arrives is not the file that was asked for. */
export function wrong(file: string, problem: FailureData['BUNDLE_FILE']['problem']): never {
  return fail('BUNDLE_FILE', { file, problem });
}

/** A stretch that is asked for, and the size of the whole file. */
export interface AskedRange extends Stretch {
  readonly size: number;
}

/** Hands over a body piece by piece. Whatever ends this early ends the download too. */
export async function receive(
  base: string,
  path: string,
  range: AskedRange | undefined,
  take: (piece: Uint8Array) => Promise<void>,
  ask: Ask = fetch,
): Promise<void> {
  const download = new AbortController();
  const silent = () => download.abort(new FailureError(failure('MODEL_FETCH', { file: path, problem: 'silent' })));
  let timer = setTimeout(silent, silenceMs);
  const heard = () => {
    clearTimeout(timer);
    timer = setTimeout(silent, silenceMs);
  };
  try {
    const { signal } = download;
    const response = await ask(new URL(path, base), range ? { signal, ...requestOf(range) } : { signal });
    heard();
    judge(response, path, range);
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

/** The browser would keep gigabytes of stretches, and might join those of two versions. */
function requestOf({ offset, length }: Stretch): RequestInit {
  return { headers: { Range: `bytes=${offset}-${offset + length - 1}` }, cache: 'no-store' };
}

/** Ends with a failure what is not the file, or the stretch of it, that was asked for, as far as its head tells. */
function judge({ status, ok, headers }: Response, path: string, range: AskedRange | undefined): void {
  if (status === 404) wrong(path, 'missing');
  // The file ends before the stretch begins.
  if (status === 416) wrong(path, 'size');
  if (!ok) fail('MODEL_FETCH', { file: path, problem: 'refused', status });
  // A login, or what a site shows in place of what it does not have.
  if (headers.get('Content-Type')?.startsWith('text/html')) wrong(path, 'page');
  if (!range) return;
  if (status !== 206) fail('MODEL_FETCH', { file: path, problem: 'no ranges' });
  // Of another host the header may be hidden; the hashes tell in any case.
  const told = headers.get('Content-Range');
  if (told === null) return;
  const [, first, last, size = '*'] = /^bytes (\d+)-(\d+)\/(\d+|\*)$/.exec(told) ?? [];
  if (size !== '*' && Number(size) !== range.size) wrong(path, 'size');
  const isAsked = Number(first) === range.offset && Number(last) === range.offset + range.length - 1;
  if (!isAsked) fail('MODEL_FETCH', { file: path, problem: 'no ranges' });
}

async function* piecesOf(response: Response): AsyncGenerator<Uint8Array> {
  const reader = response.body?.getReader();
  if (!reader) return;
  for (let part = await reader.read(); !part.done; part = await reader.read()) yield part.value;
}
