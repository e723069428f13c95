/**
 * A bundle over HTTP. Small files are fetched whole, large ones in chunks by range, each compared with bundle.json before a
 * byte of it is used: a login page, a cut-off body or a file of another version is never taken for weights. Nothing large is
 * held: what is read again later is fetched again.
 */
import { chunkBytes } from '../../model/bundle/hashes.ts';
import { type ManifestFile, manifestFile, manifestLimit } from '../../model/bundle/manifest.ts';
import { fail, failureOf } from '../../model/failure.ts';
import { type FetchProgress, fetchUpTo, type Stretch } from '../download.ts';
import type { BundleLocation } from '../protocol.ts';
import { fetchListed } from './fetch-file.ts';
import { heldSource, sourceOf } from './held-source.ts';
import { type OpenFolder, readManifest } from './open-folder.ts';
import { RecentPieces } from './recent-pieces.ts';

/** Files up to this size are one request. */
const wholeBytes = 2 * chunkBytes;
/** Held at most, with as many again on their way: 64 MiB a worker. */
const heldBytes = 4 * chunkBytes;
/** Requests at a time of one read, so that a distant server's delay is not paid for every chunk. */
const requestsAtOnce = 4;

type HttpLocation = Extract<BundleLocation, { kind: 'http' }>;

/**
 * @throws BUNDLE_FILE for a file that is missing, of the wrong size or changed; MODEL_FETCH for one that does not arrive;
 * BUNDLE_MANIFEST; BUNDLE_VERSION
 */
export async function openHttpFolder(location: HttpLocation, progress: FetchProgress): Promise<OpenFolder> {
  const { base } = location;
  const bytes = await fetchUpTo(manifestLimit, base, manifestFile, progress);
  const { manifest, sha256 } = await readManifest(bytes, location.sha256);
  const files = new Map(manifest.files.map((file) => [file.path, file]));
  const pieces = new HttpPieces(base, progress);
  return {
    manifest,
    sha256,
    folder: {
      list: async () => [manifestFile, ...files.keys()].sort(),
      async open(path) {
        if (path === manifestFile) return heldSource(path, bytes);
        const file = files.get(path);
        return file
          ? sourceOf(path, file.bytes, (at, end) => pieces.read(file, at, end))
          : fail('BUNDLE_FILE', { file: path, problem: 'missing' });
      },
    },
    close: async () => undefined,
  };
}

/** The files of one server, in the pieces that they are fetched in. */
class HttpPieces {
  readonly #base: string;
  readonly #progress: FetchProgress;
  readonly #recent = new RecentPieces(heldBytes);
  /** A server without ranges serves a file of this size at most. */
  #wholeBytes = wholeBytes;

  constructor(base: string, progress: FetchProgress) {
    this.#base = base;
    this.#progress = progress;
  }

  /** Bytes [at, end). */
  async read(file: ManifestFile, at: number, end: number): Promise<Uint8Array> {
    if (at === end) return new Uint8Array();
    const firstChunk = Math.floor(at / chunkBytes);
    const lastChunk = Math.floor((end - 1) / chunkBytes);
    if (file.bytes <= this.#wholeBytes || firstChunk === lastChunk) {
      const { offset, bytes } = await this.#piece(file, firstChunk);
      return bytes.subarray(at - offset, end - offset);
    }
    const into = new Uint8Array(end - at);
    let next = firstChunk;
    const readOn = async () => {
      for (let chunk = next++; chunk <= lastChunk; chunk = next++) {
        const { offset, bytes } = await this.#piece(file, chunk).catch((error: unknown) => {
          // What can be of no use any more is not asked for.
          next = lastChunk + 1;
          throw error;
        });
        const begin = Math.max(at, chunk * chunkBytes);
        const stop = Math.min(end, (chunk + 1) * chunkBytes);
        into.set(bytes.subarray(begin - offset, stop - offset), begin - at);
      }
    };
    await Promise.all(Array.from({ length: requestsAtOnce }, readOn));
    return into;
  }

  /** The piece that a chunk lies in: itself, or the whole file. */
  async #piece(file: ManifestFile, chunk: number): Promise<{ readonly offset: number; readonly bytes: Uint8Array }> {
    if (file.bytes <= this.#wholeBytes) return { offset: 0, bytes: await this.#fetch(file) };
    const offset = chunk * chunkBytes;
    const length = Math.min(chunkBytes, file.bytes - offset);
    try {
      return { offset, bytes: await this.#fetch(file, { offset, length }) };
    } catch (error) {
      const { code, data } = failureOf(error);
      const isWithoutRanges = code === 'MODEL_FETCH' && data.problem === 'no ranges';
      if (!isWithoutRanges || file.bytes > heldBytes) throw error;
      this.#wholeBytes = heldBytes;
      return { offset: 0, bytes: await this.#fetch(file) };
    }
  }

  #fetch(file: ManifestFile, stretch?: Stretch): Promise<Uint8Array> {
    const key = `${file.path} ${stretch?.offset ?? 'whole'}`;
    return this.#recent.get(key, () => fetchListed(this.#base, file, this.#progress, stretch));
  }
}
