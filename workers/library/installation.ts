/**
 * Brings a model's folder to be whole: fetches the chunks that are not there, one after the other, and puts bundle.json in its place
 * when every one is. A first installation, one that goes on and a repair are the same. Until the end the description lies
 * under another name, so that half a model is none.
 */
import { abilitiesOf, bundleFor } from '../../model/bundle/abilities.ts';
import { chunkBytes, type Sha256Maker } from '../../model/bundle/hashes.ts';
import type { Installable } from '../../model/bundle/installables.ts';
import { type Manifest, type ManifestFile, manifestFile, writeManifest } from '../../model/bundle/manifest.ts';
import { failureOf } from '../../model/failure.ts';
import { notInstalled, type StorageFile, type StorageFolder, writeFileWhole, writeWhole } from '../storage/files.ts';
import { type BundleFiles, type ChunkRun, stretchOf } from './bundle-files.ts';
import type { Known, Note } from './journal.ts';

/** The description of a model that is not whole. */
export const pendingFile = 'bundle.pending.json';

/** How long is waited before what did not arrive is asked for again. */
const pausesMs = [1000, 4000, 16_000] as const;

/** What can be used from then on that its files are there. */
export interface Stage {
  readonly files: readonly ManifestFile[];
  /** The description that lists them; null for the model's own, which lies under another name until then. */
  readonly description: Uint8Array | null;
}

/** What is known of the chunks at the place that is written to. */
export interface ChunkNotes {
  readonly known: Pick<Known, 'kept'>;
  /** On the disk when it returns. */
  add(note: Extract<Note, { kind: 'kept' | 'damaged' | 'complete' }>): void;
}

export interface Installation {
  readonly manifest: Manifest;
  /** One behind the other, each with the files of those in front of it. */
  readonly stages: readonly Stage[];
  /** Files that are in use and stay as they are. */
  readonly settled: ReadonlySet<string>;
  readonly folder: StorageFolder;
  readonly journal: ChunkNotes;
  readonly files: BundleFiles;
  readonly signal: AbortSignal;
  /** Bytes that are there, of all. */
  readonly progress: (done: number, total: number) => void;
  readonly wait: (ms: number) => Promise<void>;
  /** More of the model can be used than before. */
  readonly changed: () => void;
}

/**
 * @throws BUNDLE_FILE, MODEL_FETCH and what else the source throws; INSTALL_FULL; INSTALL_UNWRITTEN; the signal's reason. What was
 * noted is kept.
 */
export async function complete(installation: Installation): Promise<void> {
  const { folder, stages, journal } = installation;
  const settled = new Set(installation.settled);
  for (const { files, description } of stages) {
    const lacking = files.filter(({ path }) => !settled.has(path));
    for (const file of lacking) {
      await completeFile(installation, file);
      settled.add(file.path);
    }
    if (lacking.length === 0 && description !== null) continue;
    await written(installation, () =>
      description === null ? putInPlace(folder) : writeFileWhole(folder, manifestFile, [description]),
    );
    installation.changed();
  }
  await written(installation, async () => journal.add({ kind: 'complete' }));
}

/** Fetches what is missing of one file. */
export async function completeFile(installation: Installation, file: ManifestFile): Promise<void> {
  // Made where there is none: a file without a byte is one too.
  const open = await written(installation, () => installation.folder.open(file.path));
  try {
    forgetLost(installation, file, open.size());
    await fetchMissing(installation, file, open);
    if (open.size() > file.bytes) await written(installation, async () => open.truncate(file.bytes));
  } finally {
    open.close();
  }
}

/** Under its final name from now on; it may be there already, where only files beside it were lacking. */
export async function putInPlace(folder: StorageFolder): Promise<void> {
  if ((await folder.names()).includes(pendingFile)) await folder.rename(pendingFile, manifestFile);
  // What a browser that cleared the site's data writes afterwards lies in no folder.
  if (!(await folder.names()).includes(manifestFile)) throw new Error(`${manifestFile} is gone`);
}

/** Chunks that were noted and that the file is too short for: a browser threw it away. */
function forgetLost({ journal }: Installation, { path, bytes }: ManifestFile, size: number): void {
  const lost = [...(journal.known.kept.get(path) ?? [])].filter((at) => Math.min(bytes, (at + 1) * chunkBytes) > size);
  if (lost.length > 0) journal.add({ kind: 'damaged', path, chunks: lost });
}

async function fetchMissing(installation: Installation, file: ManifestFile, open: StorageFile): Promise<void> {
  const { journal, files, signal, progress, wait } = installation;
  const last = { files: installation.stages.at(-1)?.files ?? [] };
  const whole = totalBytes(last);
  const pauses = [...pausesMs];
  for (let run = nextMissing(file, journal.known); run !== null; run = nextMissing(file, journal.known)) {
    let done = keptBytes(last, journal.known);
    let fetched = 0;
    try {
      signal.throwIfAborted();
      await files.chunks(
        file,
        run,
        (at, bytes) =>
          written(installation, async () => {
            signal.throwIfAborted();
            writeWhole(open, bytes, at * chunkBytes);
            open.flush();
            journal.add({ kind: 'kept', path: file.path, chunks: [at] });
            fetched += bytes.length;
            done += bytes.length;
            progress(done, whole);
          }),
        signal,
      );
    } catch (error) {
      // A line that was cut goes on soon; whatever arrived meanwhile shows that it does.
      if (fetched > 0) pauses.splice(0, pauses.length, ...pausesMs);
      const pause = isCut(error) ? pauses.shift() : undefined;
      if (pause === undefined) throw error;
      await wait(pause);
    }
  }
}

function isCut(error: unknown): boolean {
  const { code, data } = failureOf(error);
  return code === 'MODEL_FETCH' && (data.problem === 'unreachable' || data.problem === 'silent');
}

/** The first chunks that are not there, as many as follow one another; null where all are. */
export function nextMissing({ path, chunks }: ManifestFile, { kept }: Pick<Known, 'kept'>): ChunkRun | null {
  const there = kept.get(path) ?? new Set<number>();
  const first = chunks.findIndex((_, at) => !there.has(at));
  if (first === -1) return null;
  const next = chunks.findIndex((_, at) => at > first && there.has(at));
  return { first, count: (next === -1 ? chunks.length : next) - first };
}

/** Bytes that were compared with their hashes and lie on the disk. */
export function keptBytes({ files }: Pick<Manifest, 'files'>, { kept }: Pick<Known, 'kept'>): number {
  let sum = 0;
  for (const file of files) {
    for (const first of kept.get(file.path) ?? []) {
      if (first < file.chunks.length) sum += stretchOf(file, { first, count: 1 }).length;
    }
  }
  return sum;
}

export function totalBytes({ files }: Pick<Manifest, 'files'>): number {
  return files.reduce((sum, { bytes }) => sum + bytes, 0);
}

/** A write of ours, its failure as a person has to hear of it. */
async function written<Result>(
  { manifest, journal }: Pick<Installation, 'manifest' | 'journal'>,
  write: () => Promise<Result>,
): Promise<Result> {
  try {
    return await write();
  } catch (error) {
    throw notInstalled(manifest.name, totalBytes(manifest) - keptBytes(manifest, journal.known), error);
  }
}

/** The stages of a model of which these abilities are wanted. */
export function stagesOf(manifest: Manifest, wanted: readonly Installable[], sha256: Sha256Maker): readonly Stage[] {
  const able = abilitiesOf(manifest);
  const whole: Stage = { files: manifest.files, description: null };
  const parts = able
    .filter((ability) => wanted.includes(ability))
    .map((_, at, all) => bundleFor(manifest, all.slice(0, at + 1)))
    .filter(({ files }) => files.length < manifest.files.length);
  const stages = parts.map((part): Stage => ({ files: part.files, description: writeManifest(part, sha256) }));
  return able.every((ability) => wanted.includes(ability)) ? [...stages, whole] : stages;
}
