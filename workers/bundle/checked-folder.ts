/**
 * A bundle whose files lie at hand. Nothing is held: what is asked for is read, and the first time that a chunk is touched, all of
 * it is read and compared with its hash, so that a damaged file is found before a byte of it is used.
 */
import { chunkBytes } from '../../model/bundle/hashes.ts';
import { type ManifestFile, manifestFile, manifestLimit } from '../../model/bundle/manifest.ts';
import type { ByteSource, SourceFolder } from '../../model/checkpoint/source.ts';
import { fail, failureOf } from '../../model/failure.ts';
import { sha256Hex } from '../sha256.ts';
import type { FetchProgress } from './fetch-file.ts';
import { heldSource, sourceOf } from './held-source.ts';
import { type OpenFolder, readManifest } from './open-folder.ts';

/**
 * @param named the hash of bundle.json that a list of models names, where it does
 * @throws BUNDLE_FILE for a file of another size or with other bytes; what the folder throws; BUNDLE_MANIFEST; BUNDLE_VERSION
 */
export async function openCheckedFolder(
  folder: SourceFolder,
  named: string | undefined,
  progress: FetchProgress,
): Promise<Omit<OpenFolder, 'close'>> {
  const source = await folder.open(manifestFile);
  if (source.size > manifestLimit) fail('BUNDLE_FILE', { file: manifestFile, problem: 'size' });
  const bytes = await source.read(0, source.size);
  const { manifest, sha256 } = await readManifest(bytes, named);
  const files = new Map(manifest.files.map((file) => [file.path, file]));
  const opened = new Map<string, Promise<ByteSource>>();
  const open = async (file: ManifestFile): Promise<ByteSource> => {
    const found = await folder.open(file.path).catch((error: unknown) => unlessMissing(file, error));
    return checkedSource(found, file, progress);
  };
  return {
    manifest,
    sha256,
    folder: {
      list: async () => [manifestFile, ...files.keys()].sort(),
      open(path) {
        if (path === manifestFile) return Promise.resolve(heldSource(path, bytes));
        const file = files.get(path) ?? fail('BUNDLE_FILE', { file: path, problem: 'missing' });
        const known = opened.get(path);
        if (known) return known;
        const opening = open(file);
        opened.set(path, opening);
        // A file that could not be opened is tried again by the next who asks.
        opening.catch(() => opened.delete(path));
        return opening;
      },
    },
  };
}

/** As Node and browsers call a file that is not there. */
const missingReasons: readonly string[] = ['ENOENT', 'NotFoundError'];

function unlessMissing({ path }: ManifestFile, error: unknown): never {
  const { code, data } = failureOf(error);
  if (code === 'FILE_UNREADABLE' && missingReasons.includes(data.reason)) {
    fail('BUNDLE_FILE', { file: path, problem: 'missing' });
  }
  throw error;
}

function checkedSource(source: ByteSource, file: ManifestFile, progress: FetchProgress): ByteSource {
  if (source.size !== file.bytes) fail('BUNDLE_FILE', { file: file.path, problem: 'size' });
  const chunks = new CheckedChunks(source, file);
  return sourceOf(file.path, file.bytes, async (offset, end) => {
    if (chunks.areChecked(offset, end)) return source.read(offset, end - offset);
    const into = new Uint8Array(end - offset);
    for (let at = offset; at < end; ) {
      const chunk = Math.floor(at / chunkBytes);
      const stop = Math.min(end, (chunk + 1) * chunkBytes);
      into.set(await chunks.read(chunk, at, stop), at - offset);
      at = stop;
      progress(file.path, at - offset, into.length);
    }
    return into;
  });
}

class CheckedChunks {
  readonly #source: ByteSource;
  readonly #file: ManifestFile;
  readonly #checked = new Set<number>();

  constructor(source: ByteSource, file: ManifestFile) {
    this.#source = source;
    this.#file = file;
  }

  areChecked(offset: number, end: number): boolean {
    for (let chunk = Math.floor(offset / chunkBytes); chunk * chunkBytes < end; chunk += 1) {
      if (!this.#checked.has(chunk)) return false;
    }
    return true;
  }

  /** Bytes [at, stop) of one chunk. */
  async read(chunk: number, at: number, stop: number): Promise<Uint8Array> {
    if (this.#checked.has(chunk)) return this.#source.read(at, stop - at);
    const { path, chunks } = this.#file;
    const begin = chunk * chunkBytes;
    const bytes = await this.#source.read(begin, Math.min(chunkBytes, this.#source.size - begin));
    if ((await sha256Hex(bytes)) !== chunks[chunk]) fail('BUNDLE_FILE', { file: path, problem: 'hash' });
    this.#checked.add(chunk);
    return bytes.subarray(at - begin, stop - begin);
  }
}
