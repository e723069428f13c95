/** A model's folder as it is found, and as it is left behind by whatever ended in the middle. */
import { type Manifest, manifestFile } from '../../model/bundle/manifest.ts';
import type { SourceFolder } from '../../model/checkpoint/source.ts';
import { encodeUtf8 } from '../../model/checkpoint/utf8.ts';
import { readManifest } from '../bundle/open-folder.ts';
import { partSuffix, type StorageFolder } from '../storage/files.ts';
import type { LibraryDisk } from './disk.ts';
import { pendingFile } from './installation.ts';
import { isRemainder, Journal, journalFile, type Known, readKnown } from './journal.ts';
import type { ModelKey, ModelState } from './protocol.ts';

export interface Description {
  readonly manifest: Manifest;
  readonly sha256: string;
}

export interface ModelFolder {
  readonly key: ModelKey;
  readonly folder: StorageFolder;
  readonly names: readonly string[];
  readonly known: Known | null;
  /** Of what can be used, or else of what is to come; null where none can be read: it was changed on the disk. */
  readonly description: Description | null;
  /** Of the whole model, where the other is of a part of it. */
  readonly whole: Description | null;
  /** As it was noted when it was converted: where it is lost it can be had from here. */
  readonly remembered: Description | null;
  readonly state: ModelState;
}

/** Folders are named by the SHA-256 of the bundle.json in them, or of what it was converted from. */
const keyPattern = /^[0-9a-f]{64}$/;

export function keyOf(name: string): ModelKey | null {
  return keyPattern.test(name) ? (name as ModelKey) : null;
}

export async function readModelFolder(disk: LibraryDisk, key: ModelKey): Promise<ModelFolder> {
  const folder = await disk.folder(key);
  const names = await folder.names();
  const known = await readKnown(folder);
  // What was converted here is named by what it was made from; a part of a model is not what the whole is named by.
  // A note of where it came from may itself be lost.
  const isConverted = (known?.source ?? null) === null || known?.source?.kind === 'checkpoint';
  const isPart = names.includes(manifestFile) && names.includes(pendingFile);
  const whole = await readDescription(folder, pendingFile, isConverted ? undefined : key);
  const description =
    (await readDescription(folder, manifestFile, isConverted || isPart ? undefined : key)) ??
    (names.includes(manifestFile) ? null : whole);
  const isWhole = names.includes(manifestFile) && description !== null && known?.isDamaged !== true;
  const wasWhole = names.includes(manifestFile) || known?.isDamaged === true;
  return {
    key,
    folder,
    names,
    known,
    description,
    whole,
    remembered: known?.described ? await described(encodeUtf8(known.described), undefined) : null,
    state: isWhole ? 'installed' : wasWhole ? 'damaged' : 'unfinished',
  };
}

/** What a person knows a model by; its key only where nothing of it can be read. */
export function nameOf({ key, known, description }: ModelFolder): string {
  return known?.name ?? description?.manifest.name ?? key;
}

async function readDescription(
  folder: StorageFolder,
  name: string,
  sha256: string | undefined,
): Promise<Description | null> {
  const bytes = await folder.read(name);
  return bytes === null ? null : described(bytes, sha256);
}

function described(bytes: Uint8Array, sha256: string | undefined): Promise<Description | null> {
  return readManifest(bytes, sha256).catch(() => null);
}

/** Bytes that are there of what is converted. */
export function convertedBytes({ known, description }: ModelFolder): number {
  const files = new Map(known?.made);
  for (const { path, bytes } of description?.manifest.files ?? []) files.set(path, bytes);
  const { converting } = known ?? {};
  if (converting && !files.has(converting.path)) files.set(converting.path, converting.bytes);
  return [...files.values()].reduce((sum, bytes) => sum + bytes, 0);
}

/** What was left in the middle goes; a model of which files are gone is one no more. For the folder's only writer. */
export async function sweepModelFolder(
  disk: LibraryDisk,
  { key, folder, names, known, description }: ModelFolder,
): Promise<void> {
  const isMoved = known?.place.kind === 'folder';
  const isModel = names.includes(manifestFile);
  if (known?.isDeleted === true || (!isModel && (known === null || known.source === null))) {
    return disk.removeFolder(key);
  }
  // What is still to be listed, of a model of which more is to come.
  const isAdded = description === null || known?.isComplete === false || (!isMoved && names.includes(pendingFile));
  // Of a model that lies elsewhere, only what is being copied back.
  const isHere = !isMoved || known.moving !== null;
  const listed = new Set(isHere ? description?.manifest.files.map(({ path }) => path) : []);
  const begun = known?.isComplete === false && known.converting ? known.converting.path + partSuffix : null;
  const isOurs = (name: string) =>
    [manifestFile, journalFile, pendingFile, begun].includes(name) || (isAdded ? !isRemainder(name) : listed.has(name));
  for (const name of names) if (!isOurs(name)) await folder.remove(name).catch(() => undefined);
  if (isModel && description !== null && !isMoved) await noteLostFiles(disk, key, folder, description);
}

/** Files that are not there as they were when they were noted. */
export async function lostFiles(
  manifest: Manifest,
  files: SourceFolder,
  { kept }: Known,
): Promise<ReadonlySet<string>> {
  const lost = new Set<string>();
  for (const { path, bytes, chunks } of manifest.files) {
    const there = kept.get(path)?.size ?? 0;
    if (there < chunks.length || (await sizeIn(files, path)) !== bytes) lost.add(path);
  }
  return lost;
}

async function noteLostFiles(
  disk: LibraryDisk,
  key: ModelKey,
  folder: StorageFolder,
  { manifest }: Description,
): Promise<void> {
  const files = await disk.snapshot(key);
  const lost = [];
  for (const file of manifest.files) if ((await sizeIn(files, file.path)) !== file.bytes) lost.push(file);
  if (lost.length === 0) return;
  await noteDamage(folder, new Map(lost.map(({ path, chunks }) => [path, [...chunks.keys()]])));
}

async function sizeIn(files: SourceFolder, path: string): Promise<number | null> {
  return files.open(path).then(
    ({ size }) => size,
    () => null,
  );
}

/** Chunks by file that are not as they should be: until they are, this is no model. */
export async function noteDamage(
  folder: StorageFolder,
  damaged: ReadonlyMap<string, readonly number[]>,
): Promise<void> {
  const journal = await Journal.open(folder);
  let isMoved = false;
  try {
    for (const [path, chunks] of damaged) journal.add({ kind: 'damaged', path, chunks: [...chunks] });
    isMoved = journal.known.place.kind === 'folder';
  } finally {
    journal.close();
  }
  // What lies in a folder of this machine is opened by the list alone, which goes by the notes.
  if (isMoved) return;
  // Where it is open it cannot be moved: the notes say enough until the next start.
  const withdraw = (await folder.names()).includes(pendingFile)
    ? folder.remove(manifestFile)
    : folder.rename(manifestFile, pendingFile);
  await withdraw.catch(() => undefined);
}
