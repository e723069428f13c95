/** What is done with a model where it was moved to: compared with its hashes, mended, found again. */
import { type Manifest, type ManifestFile, manifestFile } from '../../model/bundle/manifest.ts';
import { fail } from '../../model/failure.ts';
import { openDirectory } from '../bundle/file-folder.ts';
import { readManifest } from '../bundle/open-folder.ts';
import { writeFileWhole } from '../storage/files.ts';
import type { BundleFiles } from './bundle-files.ts';
import { keptBytes, nextMissing, totalBytes } from './installation.ts';
import { Journal } from './journal.ts';
import { type ModelFolder, nameOf, readModelFolder, sweepModelFolder } from './model-folder.ts';
import { inBrowser, inFolder } from './move-failures.ts';
import { bytesAt, folderIn, folderNameOf, holdsFile, isReached, sweepFolder, writeFile } from './moved-folder.ts';
import { folderOf, forgetFolder, type MoveGround } from './moving.ts';
import type { ModelKey } from './protocol.ts';
import { type Damage, damagedChunks } from './verification.ts';

/** Where a model's files lie outside the browser's storage; null where they lie in it. */
export function movedTo({ known }: ModelFolder): string | null {
  return known?.place.kind === 'folder' ? known.place.name : null;
}

/**
 * What of a model is not as its description says, wherever it lies.
 *
 * @throws FOLDER_NEEDED, FOLDER_CLOSED, FOLDER_UNREACHED: at the end too, so that a folder which goes away in between is not taken
 * for one whose files were changed
 */
export async function damageOf(
  found: ModelFolder,
  ground: MoveGround,
  progress: (done: number, total: number) => void,
): Promise<Damage> {
  const { manifest } = found.description ?? fail('BUNDLE_FILE', { file: manifestFile, problem: 'hash' });
  const folder = movedTo(found);
  if (folder === null) {
    const files = ground.disk.reading(found.key);
    return damagedChunks(manifest, files, progress).finally(() => files.close());
  }
  const handle = await reached(found, folder, ground);
  const { damaged, bytes } = await damagedChunks(manifest, openDirectory(handle), progress);
  const own = (await found.folder.read(manifestFile)) ?? new Uint8Array();
  const isDescribed = await inFolder({ name: nameOf(found), folder, left: () => 0 }, handle, () =>
    holdsFile(handle, manifestFile, own),
  );
  await reached(found, folder, ground);
  if (isDescribed) return { damaged, bytes };
  return { damaged: new Map([...damaged, [manifestFile, [0]]]), bytes: bytes + own.length };
}

async function reached(found: ModelFolder, folder: string, ground: MoveGround): Promise<FileSystemDirectoryHandle> {
  const handle = await folderOf(found, folder, ground);
  const name = nameOf(found);
  await inFolder({ name, folder, left: () => 0 }, handle, async () => {
    if (!(await isReached(handle))) fail('FOLDER_UNREACHED', { name, folder });
  });
  return handle;
}

/**
 * Brings the files that are not as they should be into the folder that the model lies in.
 *
 * @param source is asked for where there are such files
 */
export async function mend(
  found: ModelFolder,
  folder: string,
  source: () => Promise<BundleFiles>,
  ground: MoveGround,
  signal: AbortSignal,
): Promise<void> {
  const { key, folder: own } = found;
  const name = nameOf(found);
  const handle = await reached(found, folder, ground);
  const manifest = found.description?.manifest ?? (await describedThere(found, handle));
  const journal = await Journal.open(own);
  const total = totalBytes(manifest);
  const left = () => total - keptBytes(manifest, journal.known);
  const mendFile = async (file: ManifestFile, run: NonNullable<ReturnType<typeof nextMissing>>) => {
    const files = await source();
    const keep = run.count === file.chunks.length ? 'nothing' : 'other chunks';
    await writeFile(handle, file.path, keep, (write) => files.chunks(file, run, write, signal));
    const chunks = Array.from({ length: run.count }, (_, at) => run.first + at);
    await inBrowser(name, left(), async () => journal.add({ kind: 'kept', path: file.path, chunks }));
    ground.tell({ type: 'progress', key, doing: 'install', done: total - left(), total });
  };
  try {
    await inFolder({ name, folder, left }, handle, async () => {
      await sweepFolder(handle, manifest.files);
      for (const file of manifest.files) {
        for (let run = nextMissing(file, journal.known); run !== null; run = nextMissing(file, journal.known))
          await mendFile(file, run);
      }
      const bytes = (await own.read(manifestFile)) ?? fail('MODEL_UNKNOWN', {});
      await writeFile(handle, manifestFile, 'nothing', (write) => write(0, bytes));
      await inBrowser(name, 0, async () => journal.add({ kind: 'kept', path: manifestFile, chunks: [0] }));
    });
  } finally {
    journal.close();
  }
}

/** The description that lies beside the files takes the place of one that was changed in the browser's storage. */
async function describedThere(found: ModelFolder, handle: FileSystemDirectoryHandle): Promise<Manifest> {
  const { key, folder, known } = found;
  const bytes =
    (await bytesAt(handle, manifestFile)) ?? fail('BUNDLE_FILE', { file: manifestFile, problem: 'missing' });
  const { manifest } = await readManifest(bytes, known?.source?.kind === 'checkpoint' ? undefined : key);
  await inBrowser(nameOf(found), 0, () => writeFileWhole(folder, manifestFile, [bytes]));
  return manifest;
}

/**
 * Takes the folder that a person shows for the one that the model lies in.
 *
 * @throws FOLDER_OTHER where it is another
 */
export async function showFolder(
  found: ModelFolder,
  folder: string,
  shown: FileSystemDirectoryHandle,
  { handles }: Pick<MoveGround, 'handles'>,
): Promise<void> {
  const name = nameOf(found);
  const id = found.description?.manifest.id;
  const own = id === undefined ? folder : folderNameOf(id, found.key);
  await inFolder({ name, folder, left: () => 0 }, shown, async () => {
    const handle = await folderIn(shown, own, {}).catch((error: unknown) => {
      if (error instanceof DOMException && error.name === 'NotFoundError') return shown;
      throw error;
    });
    const there = await bytesAt(handle, manifestFile);
    const described = there && (await readManifest(there, found.description?.sha256).catch(() => null));
    if (described === null) fail('FOLDER_OTHER', { name, folder, shown: shown.name });
    await inBrowser(name, 0, () => handles.set(found.key, handle));
  });
}

/** What a move or a deletion left in the middle: for the only writer of the model's folder. */
export async function sweepModel(ground: MoveGround, key: ModelKey): Promise<void> {
  const before = await readModelFolder(ground.disk, key);
  const folder = movedTo(before);
  if (before.known?.isDeleted === true && folder !== null)
    await forgetFolder(before, folder, ground).catch(() => undefined);
  await sweepModelFolder(ground.disk, before);
  const { handles, disk } = ground;
  if (!(await disk.folders()).includes(key)) return handles.remove(key).catch(() => undefined);
  const { place, moving } = before.known ?? {};
  const isSettled = before.state === 'installed' && place?.kind === 'browser' && moving === null;
  if (!isSettled || (await handles.get(key)) === null) return;
  // Of a model that is still whole in the browser's storage, and was moved back or never moved out: old copies go.
  const found = await readModelFolder(disk, key);
  if (found.state === 'installed') await forgetFolder(found, '', ground).catch(() => undefined);
}
