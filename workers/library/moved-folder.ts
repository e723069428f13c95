/**
 * The folder of this machine that a model is moved to. The browser writes a file there whole or not at all: beside it, under a name
 * of its own, until it is closed.
 */
import { chunkBytes } from '../../model/bundle/hashes.ts';
import { type ManifestFile, manifestFile } from '../../model/bundle/manifest.ts';
import type { ByteSource } from '../../model/checkpoint/source.ts';
import { openDirectory } from '../bundle/file-folder.ts';
import { sha256Hex } from '../sha256.ts';
import { stretchOf } from './bundle-files.ts';
import { isRemainder } from './journal.ts';
import type { ModelKey } from './protocol.ts';

/** TypeScript's library lacks it, and so do some browsers. */
type RemovableFolder = FileSystemDirectoryHandle & { remove?(): Promise<void> };

/** What the files of a model lie in: named so that a person knows it, and no two models share one. */
export function folderNameOf(id: string, key: ModelKey): string {
  return `${id.replace(/[^\w.-]+/g, '-').slice(0, 40)}-${key.slice(0, 8)}`;
}

/** The model's own folder in the one that a person chose, or that one, where it is it. */
export async function folderIn(
  chosen: FileSystemDirectoryHandle,
  name: string,
  options: FileSystemGetDirectoryOptions,
): Promise<FileSystemDirectoryHandle> {
  return chosen.name === name ? chosen : chosen.getDirectoryHandle(name, options);
}

/** Whether anything can be read there; it may be gone with its disk. */
export async function isReached(folder: FileSystemDirectoryHandle): Promise<boolean> {
  try {
    for await (const _ of folder.keys()) break;
    return true;
  } catch (error) {
    if (error instanceof DOMException && error.name === 'NotFoundError') return false;
    throw error;
  }
}

/** Whether a file is there with these bytes and no others. `checked` is told of the bytes so far. */
export async function isWhole(
  folder: FileSystemDirectoryHandle,
  file: ManifestFile,
  signal: AbortSignal,
  checked: (bytes: number) => void,
): Promise<boolean> {
  const source = await found(folder, file.path);
  if (source === null || source.size !== file.bytes) return false;
  for (const [index, hash] of file.chunks.entries()) {
    signal.throwIfAborted();
    const { offset, length } = stretchOf(file, { first: index, count: 1 });
    if ((await sha256Hex(await source.read(offset, length))) !== hash) return false;
    checked(offset + length);
  }
  return true;
}

async function found(folder: FileSystemDirectoryHandle, path: string): Promise<ByteSource | null> {
  return (await namesIn(folder)).includes(path) ? openDirectory(folder).open(path) : null;
}

/** What is written to a file, whole or not at all. `change` writes at a position; what it throws leaves the file as it was. */
export async function writeFile(
  folder: FileSystemDirectoryHandle,
  path: string,
  keep: 'nothing' | 'other chunks',
  change: (write: (chunk: number, bytes: Uint8Array) => Promise<void>) => Promise<void>,
): Promise<void> {
  const file = await folder.getFileHandle(path, { create: true });
  const writable = await file.createWritable({ keepExistingData: keep === 'other chunks' });
  try {
    await change((chunk, bytes) =>
      writable.write({ type: 'write', position: chunk * chunkBytes, data: new Uint8Array(bytes) }),
    );
  } catch (error) {
    await writable.abort().catch(() => undefined);
    throw error;
  }
  await writable.close();
}

export async function bytesAt(folder: FileSystemDirectoryHandle, path: string): Promise<Uint8Array | null> {
  const source = await found(folder, path);
  return source === null ? null : source.read(0, source.size);
}

/** Whether a file is there with just these bytes. */
export async function holdsFile(folder: FileSystemDirectoryHandle, path: string, bytes: Uint8Array): Promise<boolean> {
  const there = await bytesAt(folder, path);
  return there?.length === bytes.length && there.every((byte, at) => byte === bytes[at]);
}

/** What a browser that was killed left of writing these files. */
export async function sweepFolder(folder: FileSystemDirectoryHandle, files: readonly ManifestFile[]): Promise<void> {
  const isOurs = (name: string) => files.some(({ path }) => name.startsWith(path)) || name.startsWith(manifestFile);
  for (const name of await namesIn(folder)) if (isRemainder(name) && isOurs(name)) await folder.removeEntry(name);
}

/** Removes a model's files, its description first, and the folder where nothing else lies in it. */
export async function removeModelFrom(
  folder: FileSystemDirectoryHandle,
  files: readonly ManifestFile[],
): Promise<void> {
  await sweepFolder(folder, files);
  const there = new Set(await namesIn(folder));
  for (const path of [manifestFile, ...files.map((file) => file.path)]) {
    if (there.delete(path)) await folder.removeEntry(path);
  }
  // What else is in it is the person's.
  if (there.size === 0) await (folder as RemovableFolder).remove?.().catch(() => undefined);
}

async function namesIn(folder: FileSystemDirectoryHandle): Promise<readonly string[]> {
  const names: string[] = [];
  for await (const name of folder.keys()) names.push(name);
  return names;
}
