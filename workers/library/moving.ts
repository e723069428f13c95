/**
 * Moves a model between the browser's own storage and a folder of this machine: every file is copied and the copy compared with its
 * hashes, then it is noted where the model lies, and only then the old files go. Until that note the model is whole where it was.
 */
import { type Manifest, type ManifestFile, manifestFile } from '../../model/bundle/manifest.ts';
import { FailureError, fail, failure } from '../../model/failure.ts';
import { openDirectory } from '../bundle/file-folder.ts';
import { type BundleFiles, filesInFolder } from './bundle-files.ts';
import type { LibraryGround } from './ground.ts';
import { type ChunkNotes, completeFile, keptBytes, pendingFile, totalBytes } from './installation.ts';
import { Journal, journalFile } from './journal.ts';
import { type ModelFolder, nameOf } from './model-folder.ts';
import { inBrowser, inFolder } from './move-failures.ts';
import { folderIn, folderNameOf, holdsFile, isWhole, removeModelFrom, sweepFolder, writeFile } from './moved-folder.ts';
import { noteChunks } from './verification.ts';

export type MoveGround = Pick<LibraryGround, 'disk' | 'handles' | 'tell' | 'wait' | 'now'>;

/** @throws MOVE_UNFINISHED where more of it is to come or it is damaged; MODEL_MOVED; and what `inFolder` throws */
export async function moveToFolder(
  found: ModelFolder,
  chosen: FileSystemDirectoryHandle,
  { disk, handles, tell, now }: MoveGround,
  signal: AbortSignal,
): Promise<void> {
  const { key, known, folder, description, state } = found;
  const name = nameOf(found);
  if (known?.place.kind === 'folder') return fail('MODEL_MOVED', { name, folder: known.place.name });
  if (state !== 'installed' || known?.isComplete === false || description === null)
    return fail('MOVE_UNFINISHED', { name });
  const { manifest } = description;
  const to = folderNameOf(manifest.id, key);
  const total = totalBytes(manifest);
  let copied = 0;
  const progress = (done: number) => {
    copied = done;
    tell({ type: 'progress', key, doing: 'move', done, total });
  };
  const reading = disk.reading(key);
  const journal = await Journal.open(folder);
  const note = (add: () => void) => inBrowser(name, 0, async () => add());
  const copying = { files: filesInFolder(reading), name, to, progress, signal };
  try {
    const target = await inFolder({ name, folder: to, left: () => total }, chosen, () =>
      folderIn(chosen, to, { create: true }),
    );
    await inBrowser(name, 0, () => handles.set(key, target));
    await note(() => journal.add({ kind: 'moving', to: { kind: 'folder', name: to } }));
    const description = (await folder.read(manifestFile)) ?? fail('MOVE_UNFINISHED', { name });
    await inFolder({ name, folder: to, left: () => total - copied }, target, async () => {
      await sweepFolder(target, manifest.files);
      await copyFiles(manifest, target, copying);
      await writeFile(target, manifestFile, 'nothing', (write) => write(0, description));
      if (!(await holdsFile(target, manifestFile, description))) otherBytes(name, to, manifestFile);
    });
    signal.throwIfAborted();
    await note(() => {
      noteChunks(journal, manifest.files);
      journal.add({ kind: 'verified', at: now() });
      journal.add({ kind: 'placed', at: { kind: 'folder', name: to } });
    });
  } finally {
    await reading.close();
    journal.close();
  }
  await removeCopies(found);
}

interface Copying {
  readonly files: BundleFiles;
  readonly name: string;
  /** The name of the folder. */
  readonly to: string;
  readonly progress: (done: number) => void;
  readonly signal: AbortSignal;
}

/** Files that are there from an earlier time, and right, stay. A file counts half when it is written, and whole when it was compared. */
async function copyFiles(manifest: Manifest, target: FileSystemDirectoryHandle, copying: Copying): Promise<void> {
  const { name, to, progress, signal } = copying;
  let done = 0;
  for (const file of manifest.files) {
    progress(done);
    if (!(await isWhole(target, file, signal, () => undefined))) {
      await copyFile(file, target, copying, (bytes) => progress(Math.round(done + bytes / 2)));
      const compared = (bytes: number) => progress(Math.round(done + (file.bytes + bytes) / 2));
      if (!(await isWhole(target, file, signal, compared))) otherBytes(name, to, file.path);
    }
    done += file.bytes;
  }
  progress(done);
}

function copyFile(
  file: ManifestFile,
  target: FileSystemDirectoryHandle,
  { files, signal }: Copying,
  written: (bytes: number) => void,
): Promise<void> {
  let bytes = 0;
  return writeFile(target, file.path, 'nothing', (write) => {
    const take = async (chunk: number, taken: Uint8Array) => {
      signal.throwIfAborted();
      await write(chunk, taken);
      bytes += taken.length;
      written(bytes);
    };
    return files.chunks(file, { first: 0, count: file.chunks.length }, take, signal);
  });
}

function otherBytes(name: string, to: string, file: string): never {
  return fail('MOVE_UNWRITTEN', { name, to, detail: file });
}

/** What of a damaged model is not as it should be stays behind, and is had again by a repair. */
export async function moveToBrowser(found: ModelFolder, ground: MoveGround, signal: AbortSignal): Promise<void> {
  const { key, known, folder, description } = found;
  const name = nameOf(found);
  if (known?.place.kind !== 'folder' || description === null) return fail('MODEL_UNKNOWN', {});
  const from = known.place.name;
  const source = await folderOf(found, from, ground);
  const { manifest } = description;
  const isRight = ({ path, chunks }: ManifestFile) => (known.kept.get(path)?.size ?? 0) >= chunks.length;
  const right = manifest.files.filter(isRight);
  const journal = await Journal.open(folder);
  const notes = copiesNotedIn(journal);
  const left = () => totalBytes({ files: right }) - keptBytes({ files: right }, notes.known);
  const progress = (done: number, total: number) => ground.tell({ type: 'progress', key, doing: 'move', done, total });
  const copying = {
    manifest,
    stages: [{ files: right, description: null }],
    settled: new Set<string>(),
    ...{ folder, journal: notes, signal, progress, wait: ground.wait, changed: () => undefined },
    files: filesInFolder(openDirectory(source)),
  };
  try {
    await inBrowser(name, left(), async () => journal.add({ kind: 'moving', to: { kind: 'browser' } }));
    progress(keptBytes({ files: right }, notes.known), totalBytes({ files: right }));
    for (const file of right) {
      await inFolder({ name, folder: from, left }, source, () =>
        inBrowser(name, left(), () => completeFile(copying, file)),
      );
    }
    signal.throwIfAborted();
    await inBrowser(name, 0, async () => {
      for (const { path, chunks } of manifest.files.filter((file) => !isRight(file)))
        journal.add({ kind: 'damaged', path, chunks: [...chunks.keys()] });
      journal.add({ kind: 'placed', at: { kind: 'browser' } });
    });
  } finally {
    journal.close();
  }
  await forgetFolder(found, from, ground);
}

/** The journal of a model that lies elsewhere, as that of what is copied of it into the browser's storage. */
function copiesNotedIn(journal: Journal): ChunkNotes {
  return {
    get known() {
      return { kept: journal.known.copied };
    },
    add(note) {
      if (note.kind === 'complete') return;
      journal.add({ ...note, kind: note.kind === 'kept' ? 'copied' : 'uncopied' });
    },
  };
}

/** Ends a move for good: what was copied goes. */
export async function undoMove(found: ModelFolder, ground: MoveGround): Promise<void> {
  const { folder, known } = found;
  const moving = known?.moving ?? null;
  if (moving === null) return;
  const journal = await Journal.open(folder);
  try {
    await inBrowser(nameOf(found), 0, async () => journal.add({ kind: 'moving', to: null }));
  } finally {
    journal.close();
  }
  if (moving.kind === 'browser') await removeCopies(found);
  // Where it is damaged the copy may be all there is of it.
  else if (found.state === 'installed') await forgetFolder(found, moving.name, ground);
}

/**
 * Of a model that lies in a folder, what is left in the browser's storage goes but what describes it. What cannot be removed now is at
 * the next start.
 */
async function removeCopies({ folder }: ModelFolder): Promise<void> {
  for (const name of await folder.names()) {
    if (![manifestFile, pendingFile, journalFile].includes(name)) await folder.remove(name).catch(() => undefined);
  }
}

/**
 * Removes a model's files from the folder that its handle is kept of, and the handle with them.
 *
 * @throws FOLDER_LEFT where they cannot be removed: the handle is kept, and it is tried again at the next start
 */
export async function forgetFolder(
  found: ModelFolder,
  folder: string,
  { handles }: Pick<MoveGround, 'handles'>,
): Promise<void> {
  const handle = await handles.get(found.key);
  try {
    if (handle === null) throw new DOMException('its handle is gone', 'NotFoundError');
    await removeModelFrom(handle, found.description?.manifest.files ?? []);
  } catch {
    throw new FailureError(failure('FOLDER_LEFT', { name: nameOf(found), folder }));
  }
  await handles.remove(found.key);
}

/** @throws FOLDER_NEEDED where the browser has forgotten it */
export async function folderOf(
  found: ModelFolder,
  folder: string,
  { handles }: Pick<MoveGround, 'handles'>,
): Promise<FileSystemDirectoryHandle> {
  return (await handles.get(found.key)) ?? fail('FOLDER_NEEDED', { name: nameOf(found), folder });
}
