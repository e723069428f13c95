/**
 * A bundle whose files lie at hand. Nothing is held: what is asked for is read, and the first time that a chunk is touched, all of
 * it is read and compared with its hash, so that a damaged file is found before a byte of it is used.
 */
import { chunkBytes } from '../../model/bundle/hashes.ts';
import { type ManifestFile, manifestFile, manifestLimit } from '../../model/bundle/manifest.ts';
import type { ByteSource, ReadAtOnce, SourceFolder } from '../../model/checkpoint/source.ts';
import { fail, failureOf } from '../../model/failure.ts';
import type { FetchProgress } from '../download.ts';
import { sha256Hex } from '../sha256.ts';
import { heldSource, sourceOf } from './held-source.ts';
import { type OpenFolder, readManifest } from './open-folder.ts';

/** A folder whose files stay open until it is closed. */
export interface ClosableFolder extends SourceFolder {
  close(): Promise<void>;
}

/**
 * @param named the hash of bundle.json that a list of models names, where it does
 * @throws BUNDLE_FILE for a file that is missing, of another size or with other bytes; what the folder throws; BUNDLE_MANIFEST;
 * BUNDLE_VERSION
 */
export function openCheckedFolder(
  folder: SourceFolder,
  named: string | undefined,
  progress: FetchProgress,
): Promise<OpenFolder> {
  const closable = { ...folder, close: async () => undefined };
  return openListed(closable, named, (source, file) => checkedSource(source, file, progress));
}

/** The same of a folder whose chunks were compared when it was written, and that nobody else writes to. */
export function openTrustedFolder(folder: ClosableFolder, named: string | undefined): Promise<OpenFolder> {
  return openListed(folder, named, (source) => source);
}

async function openListed(
  folder: ClosableFolder,
  named: string | undefined,
  prepare: (source: ByteSource, file: ManifestFile) => ByteSource,
): Promise<OpenFolder> {
  try {
    const source = await folder.open(manifestFile);
    if (source.size > manifestLimit) fail('BUNDLE_FILE', { file: manifestFile, problem: 'size' });
    const bytes = await source.read(0, source.size);
    const read = await readManifest(bytes, named);
    const files = new Map(read.manifest.files.map((file) => [file.path, file]));
    const opened = new Map<string, Promise<ByteSource>>([
      [manifestFile, Promise.resolve(heldSource(manifestFile, bytes))],
    ]);
    const openFile = async (path: string): Promise<ByteSource> => {
      const file = files.get(path) ?? fail('BUNDLE_FILE', { file: path, problem: 'missing' });
      const found = await folder.open(path).catch((error: unknown) => unlessMissing(path, error));
      return found.size === file.bytes ? prepare(found, file) : fail('BUNDLE_FILE', { file: path, problem: 'size' });
    };
    const open = (path: string): Promise<ByteSource> => {
      const known = opened.get(path);
      if (known) return known;
      const opening = openFile(path);
      opened.set(path, opening);
      // A file that could not be opened is tried again by the next who asks.
      opening.catch(() => opened.delete(path));
      return opening;
    };
    const list = async () => [manifestFile, ...files.keys()].sort();
    return { ...read, folder: { list, open }, close: () => folder.close() };
  } catch (error) {
    await folder.close();
    throw error;
  }
}

function unlessMissing(path: string, error: unknown): never {
  const { code, data } = failureOf(error);
  if (code === 'FILE_UNREADABLE' && data.problem === 'no-file') fail('BUNDLE_FILE', { file: path, problem: 'missing' });
  throw error;
}

function checkedSource(source: ByteSource, file: ManifestFile, progress: FetchProgress): ByteSource {
  const chunks = new CheckedChunks(source, file);
  const read = async (offset: number, end: number): Promise<Uint8Array> => {
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
  };
  const checked = sourceOf(file.path, file.bytes, read);
  if (source.atOnce === undefined) return checked;
  const begin = source.atOnce.bind(source);
  const atOnce = async (): Promise<ReadAtOnce> => {
    await chunks.checkAll((done) => progress(file.path, done, file.bytes));
    return begin();
  };
  return { ...checked, atOnce };
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

  /** @param checked is told of the bytes so far */
  async checkAll(checked: (done: number) => void): Promise<void> {
    for (const chunk of this.#file.chunks.keys()) {
      const end = Math.min(this.#file.bytes, (chunk + 1) * chunkBytes);
      if (!this.#checked.has(chunk)) await this.read(chunk, chunk * chunkBytes, end);
      checked(end);
    }
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
