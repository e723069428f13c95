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

/** A stretch that is asked for, and the size of the whole file; null where that is not known yet. */
export interface AskedRange extends Stretch {
  readonly size: number | null;
}

/** Hands over a body piece by piece. Whatever ends this early ends the download too. */
export async function receive(
  base: string,
  path: string,
  range: AskedRange | undefined,
  take: (piece: Uint8Array) => Promise<void>,
  ask: Ask = fetch,
): Promise<void> {
  const download = await Download.begin(new URL(path, base), path, range, ask);
  try {
    for (let piece = await download.next(); piece !== null; piece = await download.next()) await take(piece);
  } catch (error) {
    if (error instanceof FailureError) throw error;
    fail('MODEL_FETCH', { file: path, problem: 'unreachable' });
  } finally {
    download.end();
  }
}

/** A body on its way, of which each piece is asked for. */
export class Download {
  /** Of the answer, as far as its host lets a page see them. */
  readonly headers: Headers;
  readonly #path: string;
  readonly #reader: ReadableStreamDefaultReader<Uint8Array> | undefined;
  readonly #abort: AbortController;

  private constructor(path: string, response: Response, abort: AbortController) {
    this.headers = response.headers;
    this.#path = path;
    this.#reader = response.body?.getReader();
    this.#abort = abort;
  }

  /** @throws BUNDLE_FILE, MODEL_FETCH for what is not the file that was asked for, as far as the answer's head tells */
  static async begin(address: URL, path: string, range: AskedRange | undefined, ask: Ask): Promise<Download> {
    const abort = new AbortController();
    const { signal } = abort;
    try {
      const request = range ? { signal, ...requestOf(range) } : { signal };
      const response = await heard(path, abort, () => ask(address, request));
      judge(response, path, range);
      return new Download(path, response, abort);
    } catch (error) {
      abort.abort();
      throw error;
    }
  }

  /** Null behind the last. */
  async next(): Promise<Uint8Array | null> {
    const part = await heard(this.#path, this.#abort, async () => this.#reader?.read());
    return part === undefined || part.done ? null : part.value;
  }

  /** What is still on its way is not waited for. */
  end(): void {
    this.#abort.abort();
  }
}

/** @throws MODEL_FETCH where nothing is heard, or the work fails by what is no failure of ours */
async function heard<Result>(file: string, abort: AbortController, work: () => Promise<Result>): Promise<Result> {
  const silent = new FailureError(failure('MODEL_FETCH', { file, problem: 'silent' }));
  const timer = setTimeout(() => abort.abort(silent), silenceMs);
  try {
    return await work();
  } catch (error) {
    if (error instanceof FailureError) throw error;
    return fail('MODEL_FETCH', { file, problem: 'unreachable' });
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
  const told = toldRange(headers);
  if (told === null) return;
  if (told.size !== null && range.size !== null && told.size !== range.size) wrong(path, 'size');
  const isAsked = told.first === range.offset && told.last === range.offset + range.length - 1;
  if (!isAsked) fail('MODEL_FETCH', { file: path, problem: 'no ranges' });
}

/** What an answer says that it is of its file; null where it does not, or the page may not see it. */
export function toldRange(headers: Headers): { first: number; last: number; size: number | null } | null {
  const told = headers.get('Content-Range');
  if (told === null) return null;
  const [, first, last, size = '*'] = /^bytes (\d+)-(\d+)\/(\d+|\*)$/.exec(told) ?? [];
  return { first: Number(first), last: Number(last), size: size === '*' ? null : Number(size) };
}
