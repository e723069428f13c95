/** The files of a bundle as they arrive, from a server or a folder: in chunks, each compared with its hash. */
import { chunkBytes } from '../../model/bundle/hashes.ts';
import { type ManifestFile, manifestFile, manifestLimit } from '../../model/bundle/manifest.ts';
import type { SourceFolder } from '../../model/checkpoint/source.ts';
import { fail, failureOf } from '../../model/failure.ts';
import { type Ask, fetchUpTo, receive, wrong } from '../download.ts';
import { sha256Hex } from '../sha256.ts';

/** Chunks of a file, one after the other. */
export interface ChunkRun {
  readonly first: number;
  readonly count: number;
}

export type TakeChunk = (index: number, bytes: Uint8Array) => Promise<void>;

export interface BundleFiles {
  /** The bytes of bundle.json. */
  manifest(): Promise<Uint8Array>;
  /**
   * Hands over chunks of a listed file in order. What `take` throws ends it.
   *
   * @throws BUNDLE_FILE at the first chunk that is not as bundle.json says; MODEL_FETCH where nothing arrives; what a folder throws
   */
  chunks(file: ManifestFile, run: ChunkRun, take: TakeChunk, signal: AbortSignal): Promise<void>;
  /** Bytes a second that the source gives of this file, measured for two seconds at most; null where nothing arrived. */
  rate(file: Pick<ManifestFile, 'path'>): Promise<number | null>;
}

const measuredMs = 2000;

const ignored = () => undefined;

/** @param base the address of the folder, with a slash at its end */
export function filesAtAddress(base: URL, ask: Ask): BundleFiles {
  return {
    manifest: () => fetchUpTo(manifestLimit, base.href, manifestFile, ignored, ask),
    async chunks(file, run, take, signal) {
      const { offset, length } = stretchOf(file, run);
      const asking: Ask = (address, request) =>
        ask(address, { ...request, signal: request.signal ? AbortSignal.any([request.signal, signal]) : signal });
      const isWhole = length === file.bytes;
      try {
        const gathered = new GatheredChunks(file, run, take);
        const range = isWhole ? undefined : { offset, length, size: file.bytes };
        await receive(base.href, file.path, range, (piece) => gathered.take(piece), asking);
        gathered.end();
      } catch (error) {
        const { code, data } = failureOf(error);
        if (isWhole || code !== 'MODEL_FETCH' || data.problem !== 'no ranges') throw error;
        // Nothing was taken yet. A server without ranges sends again what is there already; it is passed over.
        const gathered = new GatheredChunks(file, run, take);
        let passed = 0;
        await receive(
          base.href,
          file.path,
          undefined,
          async (piece) => {
            const begin = Math.max(0, offset - passed);
            const end = Math.min(piece.length, offset + length - passed);
            passed += piece.length;
            if (passed > file.bytes) wrong(file.path, 'size');
            if (begin < end) await gathered.take(piece.subarray(begin, end));
          },
          asking,
        );
        gathered.end();
      }
    },
    rate: ({ path }) =>
      measuredRate(
        (asking, take) => receive(base.href, path, undefined, async ({ length }) => take(length), asking),
        ask,
      ),
  };
}

/** Bytes a second that arrive of what is asked for, for two seconds at most. `take` throws when they are over. */
export async function measuredRate(
  fetching: (ask: Ask, take: (bytes: number) => void) => Promise<void>,
  ask: Ask,
): Promise<number | null> {
  const begun = performance.now();
  const timeout = AbortSignal.timeout(measuredMs);
  let bytes = 0;
  const take = (arrived: number) => {
    bytes += arrived;
    if (performance.now() - begun >= measuredMs) throw new DOMException('measured', 'AbortError');
  };
  const asking: Ask = (address, request) =>
    ask(address, { ...request, signal: request.signal ? AbortSignal.any([request.signal, timeout]) : timeout });
  // What is wrong with a server shows when it is asked for the file itself.
  await fetching(asking, take).catch(() => undefined);
  return rateOf(bytes, performance.now() - begun);
}

function rateOf(bytes: number, ms: number): number | null {
  return bytes === 0 ? null : (bytes * 1000) / Math.max(ms, 1);
}

export function filesInFolder(folder: SourceFolder): BundleFiles {
  return {
    async manifest() {
      const source = await folder.open(manifestFile);
      if (source.size > manifestLimit) wrong(manifestFile, 'size');
      return source.read(0, source.size);
    },
    async chunks(file, run, take, signal) {
      const source = await folder.open(file.path);
      if (source.size !== file.bytes) wrong(file.path, 'size');
      const gathered = new GatheredChunks(file, run, take);
      const { offset, length } = stretchOf(file, run);
      for (let at = offset; at < offset + length; at += chunkBytes) {
        signal.throwIfAborted();
        await gathered.take(await source.read(at, Math.min(chunkBytes, file.bytes - at)));
      }
      gathered.end();
    },
    async rate({ path }) {
      const begun = performance.now();
      const source = await folder.open(path);
      let at = 0;
      while (at < source.size && performance.now() - begun < measuredMs) {
        at += (await source.read(at, Math.min(chunkBytes, source.size - at))).length;
      }
      return rateOf(at, performance.now() - begun);
    },
  };
}

export function stretchOf({ bytes }: ManifestFile, { first, count }: ChunkRun) {
  const offset = first * chunkBytes;
  return { offset, length: Math.min(bytes, (first + count) * chunkBytes) - offset };
}

/** Pieces of any size as chunks, which are handed on once they are seen to be right. */
class GatheredChunks {
  readonly #file: ManifestFile;
  readonly #take: TakeChunk;
  readonly #end: number;
  #index: number;
  #chunk: Uint8Array<ArrayBuffer>;
  #filled = 0;

  constructor(file: ManifestFile, { first, count }: ChunkRun, take: TakeChunk) {
    this.#file = file;
    this.#take = take;
    this.#index = first;
    this.#end = first + count;
    this.#chunk = new Uint8Array(this.#length());
  }

  async take(piece: Uint8Array): Promise<void> {
    for (let at = 0; at < piece.length; ) {
      // A body that goes on past what was asked for is not that file.
      if (this.#index === this.#end) wrong(this.#file.path, 'size');
      const part = piece.subarray(at, at + this.#chunk.length - this.#filled);
      this.#chunk.set(part, this.#filled);
      this.#filled += part.length;
      at += part.length;
      if (this.#filled === this.#chunk.length) await this.#handOn();
    }
  }

  /** The body has ended. */
  end(): void {
    if (this.#index < this.#end) fail('MODEL_FETCH', { file: this.#file.path, problem: 'unreachable' });
  }

  async #handOn(): Promise<void> {
    const { path, chunks } = this.#file;
    if ((await sha256Hex(this.#chunk)) !== chunks[this.#index]) wrong(path, 'hash');
    await this.#take(this.#index, this.#chunk);
    this.#index += 1;
    this.#filled = 0;
    // The same memory again, unless the last chunk is a shorter one.
    const length = this.#length();
    if (this.#index < this.#end && length !== this.#chunk.length) this.#chunk = new Uint8Array(length);
  }

  #length(): number {
    return Math.min(chunkBytes, this.#file.bytes - this.#index * chunkBytes);
  }
}
