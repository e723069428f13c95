/**
 * Files of a checkpoint that lie with a distant host, read by ranges. A run of reads is one request, of which each read takes its
 * share, so that a tensor passes as it arrives. What was cut is asked for again from the byte that is lacking.
 */
import type { ByteSource, SourceFolder } from '../../model/checkpoint/source.ts';
import { FailureError, fail, failure, failureOf } from '../../model/failure.ts';
import { type Ask, type AskedRange, Download, toldRange, wrong } from '../download.ts';

/** A file, and where it is asked for. */
export interface RemotePlace {
  /** In the folder that it is taken for. */
  readonly path: string;
  readonly address: URL;
  /** The page on which a person accepts the licence that this file is given under; null where none is named. */
  readonly gate: string | null;
}

export interface RemoteFile extends RemotePlace {
  readonly size: number;
  readonly version: FileVersion | null;
}

/**
 * Names the bytes of a file: a list that vouches for them, or the marks that its server sets on each answer (RFC 9110, 8.8).
 * Null where a server sets none.
 */
export interface FileVersion {
  readonly by: 'list' | 'marks';
  readonly name: string;
}

/** How files are asked for. */
export interface Connection {
  readonly ask: Ask;
  readonly wait: (ms: number) => Promise<void>;
}

export class RemoteFolder implements SourceFolder {
  readonly #files: ReadonlyMap<string, RemoteFile>;
  readonly #connection: Connection;
  readonly #open = new Map<string, RemoteSource>();
  #end: AbortSignal | null = null;

  constructor(files: readonly RemoteFile[], { ask, wait }: Connection) {
    this.#files = new Map(files.map((file) => [file.path, file]));
    const asking: Ask = (address, request) => {
      const signals = [request.signal, this.#end].filter((signal) => signal instanceof AbortSignal);
      return ask(address, { ...request, signal: AbortSignal.any(signals) });
    };
    this.#connection = { ask: asking, wait };
  }

  get files(): readonly RemoteFile[] {
    return [...this.#files.values()];
  }

  /** What is on its way ends when this signal says so, and nothing is asked for afterwards; null where nothing says so any more. */
  endWith(signal: AbortSignal | null): void {
    this.#end = signal;
  }

  async list(): Promise<readonly string[]> {
    return [...this.#files.keys()].sort();
  }

  async open(path: string): Promise<ByteSource> {
    const file = this.#files.get(path) ?? fail('FILE_UNREADABLE', { file: path, problem: 'no-file', reason: '' });
    const source = this.#open.get(path) ?? new RemoteSource(file, this.#connection);
    this.#open.set(path, source);
    return source;
  }

  close(): void {
    for (const source of this.#open.values()) source.close();
  }
}

/**
 * What a host says of a file; null where it has none.
 *
 * @throws MODEL_FETCH, MODEL_GATED, BUNDLE_FILE for a page in its place
 */
export async function lookUp(place: RemotePlace, ask: Ask): Promise<RemoteFile | null> {
  try {
    const download = await begin(place, { offset: 0, length: 1, size: null }, ask);
    download.end();
    const { headers } = download;
    const size = toldRange(headers)?.size ?? fail('MODEL_FETCH', { file: place.path, problem: 'no ranges' });
    const marks = marksOf(headers, ['ETag', 'Last-Modified']);
    return { ...place, size, version: marks === '' ? null : { by: 'marks', name: marks } };
  } catch (error) {
    const { code, data } = failureOf(error);
    if (code === 'BUNDLE_FILE' && data.problem === 'missing') return null;
    throw error;
  }
}

function marksOf(headers: Headers, names: readonly string[]): string {
  return names.flatMap((name) => headers.get(name) ?? []).join(' ');
}

async function begin({ path, address, gate }: RemotePlace, range: AskedRange, ask: Ask): Promise<Download> {
  try {
    return await Download.begin(address, path, range, ask);
  } catch (error) {
    throw gatedOr(error, { path, address, gate });
  }
}

/** What a refusal means where a licence has to be accepted first. */
export function gatedOr(error: unknown, { path, address, gate }: RemotePlace): unknown {
  const { code, data } = failureOf(error);
  const isRefused = code === 'MODEL_FETCH' && data.problem === 'refused' && [401, 403].includes(data.status);
  return isRefused && gate !== null
    ? new FailureError(failure('MODEL_GATED', { file: path, host: address.host, gate }))
    : error;
}

/** How long is waited before what did not arrive is asked for again. */
const pausesMs = [1000, 4000, 16_000] as const;

/** Whether a failure may be over in a moment: a line that was cut, a server that is busy. */
function isPassing(error: unknown): boolean {
  const { code, data } = failureOf(error);
  if (code !== 'MODEL_FETCH' || data.problem === 'no ranges') return false;
  return data.problem !== 'refused' || data.status === 429 || data.status >= 500;
}

/** Bytes of a file that are held at most. */
const heldLimit = 4 * 2 ** 20;

class RemoteSource implements ByteSource {
  readonly name: string;
  readonly size: number;
  readonly version?: string;
  readonly #file: RemoteFile;
  readonly #connection: Connection;
  /** Marks of the first answer, which every other has to have. */
  #marks: string | null = null;
  /** The run of reads that is under way. */
  #run: Run | null = null;
  /** What was read by itself first: headers, which every plan begins with. */
  readonly #held: { readonly at: number; readonly bytes: Uint8Array }[] = [];
  #heldBytes = 0;
  /** Reads of a run take their turns. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(file: RemoteFile, connection: Connection) {
    const { path, size, version } = file;
    this.name = path;
    this.size = size;
    if (version !== null) this.version = `${size} ${version.name}`;
    if (version?.by === 'marks') this.#marks = version.name;
    this.#file = file;
    this.#connection = connection;
  }

  async read(offset: number, length: number, until = offset + length): Promise<Uint8Array> {
    const { size, name } = this;
    const end = offset + length;
    if (!(offset >= 0 && length >= 0 && end <= size)) fail('FILE_TRUNCATED', { file: name, needed: end, size });
    if (length === 0) return new Uint8Array();
    // A range by itself waits for no other.
    if (until <= end && this.#run?.at !== offset) return this.#readAlone(offset, length);
    const reading = this.#turn.then(async () => {
      const isNext = this.#run?.at === offset;
      if (!isNext) this.close();
      const before = this.#run;
      this.#run = null;
      const { bytes, run } = await this.#fill(offset, length, Math.max(end, Math.min(until, size)), before);
      this.#run = run;
      return bytes;
    });
    this.#turn = reading.catch(() => undefined);
    return reading;
  }

  close(): void {
    this.#run?.end();
    this.#run = null;
  }

  async #readAlone(offset: number, length: number): Promise<Uint8Array> {
    const end = offset + length;
    const held = this.#held.find(({ at, bytes }) => at <= offset && end <= at + bytes.length);
    if (held !== undefined) return held.bytes.slice(offset - held.at, end - held.at);
    const { bytes } = await this.#fill(offset, length, end, null);
    this.#heldBytes += length;
    if (this.#heldBytes <= heldLimit) this.#held.push({ at: offset, bytes: bytes.slice() });
    return bytes;
  }

  /** @param run that stands at `offset`; null to begin one up to `until`. What is left of it comes back with the bytes. */
  async #fill(offset: number, length: number, until: number, run: Run | null) {
    const bytes = new Uint8Array(length);
    let pauses = [...pausesMs];
    let current = run;
    for (let filled = 0; filled < length; ) {
      try {
        current ??= await this.#begin(offset + filled, until);
        const piece = await current.take(length - filled);
        bytes.set(piece, filled);
        filled += piece.length;
        pauses = [...pausesMs];
      } catch (error) {
        current?.end();
        current = null;
        const pause = isPassing(error) ? pauses.shift() : undefined;
        if (pause === undefined) throw error;
        await this.#connection.wait(pause);
      }
    }
    if (current?.isOver === false) return { bytes, run: current };
    current?.end();
    return { bytes, run: null };
  }

  async #begin(offset: number, until: number): Promise<Run> {
    const range = { offset, length: until - offset, size: this.size };
    const download = await begin(this.#file, range, this.#connection.ask).catch((error: unknown) => {
      const { code, data } = failureOf(error);
      if (code === 'BUNDLE_FILE' && data.problem === 'size') fail('SOURCE_CHANGED', { file: this.name });
      throw error;
    });
    // Copies of what a list vouches for may be dated by the day they were made.
    const isVouched = this.#file.version?.by === 'list';
    const marks = marksOf(download.headers, isVouched ? ['ETag'] : ['ETag', 'Last-Modified']);
    this.#marks ??= marks;
    if (marks === this.#marks) return new Run(this.name, download, offset, until);
    download.end();
    return fail('SOURCE_CHANGED', { file: this.name });
  }
}

/** One request's body, as far as it was taken. */
class Run {
  /** Of the file: where what is taken next begins. */
  at: number;
  readonly #file: string;
  readonly #download: Download;
  /** Of the file: where what was asked for ends. */
  readonly #until: number;
  #rest: Uint8Array = new Uint8Array();

  constructor(file: string, download: Download, at: number, until: number) {
    this.at = at;
    this.#file = file;
    this.#download = download;
    this.#until = until;
  }

  get isOver(): boolean {
    return this.at === this.#until;
  }

  /** Some bytes, at most so many. */
  async take(wanted: number): Promise<Uint8Array> {
    if (this.#rest.length === 0) {
      const piece = await this.#download.next();
      if (piece === null) return fail('MODEL_FETCH', { file: this.#file, problem: 'unreachable' });
      // A body that goes on past what was asked for is not that stretch.
      if (this.at + piece.length > this.#until) wrong(this.#file, 'size');
      this.#rest = piece;
    }
    const piece = this.#rest.subarray(0, wanted);
    this.#rest = this.#rest.subarray(piece.length);
    this.at += piece.length;
    return piece;
  }

  end(): void {
    this.#download.end();
  }
}
