import { closeSync, fstatSync, openSync, readSync, type Stats } from 'node:fs';
import { type FileHandle, open, readdir, readlink, stat } from 'node:fs/promises';
import { basename, join, relative, sep } from 'node:path';
import type { ByteSource, SourceFolder } from '../model/checkpoint/source.ts';
import { FailureError, fail } from '../model/failure.ts';

/**
 * A file of this machine as a byte source; `name` is what failures show. It is opened for each read, so nothing has to be
 * closed, and a file that changes or is replaced in the meantime is noticed (SOURCE_CHANGED).
 */
export async function openFile(path: string, name = basename(path)): Promise<ByteSource> {
  const first = await statusOf(path, name);
  if (!first.isFile()) fail('FILE_UNREADABLE', { file: name, reason: 'not a file' });
  const { size } = first;
  return {
    name,
    size,
    async read(offset, length) {
      if (offset < 0 || length < 0 || offset + length > size) {
        fail('FILE_TRUNCATED', { file: name, needed: offset + length, size });
      }
      return reading(name, async () => {
        await using handle = await open(path, 'r');
        const bytes = await readFully(handle, name, offset, length);
        return isSame(first, await handle.stat()) ? bytes : fail('SOURCE_CHANGED', { file: name });
      });
    },
    atOnce: async () => (offset, into) => readAtOnce(path, name, first, offset, into),
  };
}

function isSame(first: Stats, now: Stats): boolean {
  return now.size === first.size && now.mtimeMs === first.mtimeMs && now.ino === first.ino;
}

function readAtOnce(path: string, name: string, first: Stats, offset: number, into: Uint8Array): void {
  try {
    const file = openSync(path, 'r');
    try {
      if (!isSame(first, fstatSync(file))) fail('SOURCE_CHANGED', { file: name });
      for (let filled = 0; filled < into.length; ) {
        const read = readSync(file, into, filled, into.length - filled, offset + filled);
        if (read === 0) fail('SOURCE_CHANGED', { file: name });
        filled += read;
      }
    } finally {
      closeSync(file);
    }
  } catch (error) {
    unreadable(name, error);
  }
}

async function readFully(handle: FileHandle, name: string, offset: number, length: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  for (let filled = 0; filled < length; ) {
    const { bytesRead } = await handle.read(bytes, filled, length - filled, offset + filled);
    if (bytesRead === 0) fail('SOURCE_CHANGED', { file: name });
    filled += bytesRead;
  }
  return bytes;
}

/** A folder of this machine; Hidden files and folders are left out. */
export function openFolder(root: string): SourceFolder {
  return {
    async list() {
      const found = await reading(basename(root), () => readdir(root, { recursive: true, withFileTypes: true }));
      const paths = found
        .filter((entry) => entry.isFile() || entry.isSymbolicLink())
        .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join('/'));
      return paths.filter((path) => !path.split('/').some((part) => part.startsWith('.'))).sort();
    },
    open: (path) => openFile(join(root, path), path),
  };
}

/** Whether a path is a folder; FILE_UNREADABLE where it does not exist. */
export async function isFolder(path: string): Promise<boolean> {
  return (await statusOf(path, basename(path))).isDirectory();
}

/** What is at this path, links followed. Throws FILE_UNREADABLE, and LINK_DANGLING where a link leads nowhere. */
async function statusOf(path: string, name: string): Promise<Stats> {
  const target = await readlink(path).catch(() => null);
  const exists = target === null || (await stat(path).catch(() => null)) !== null;
  return exists ? reading(name, () => stat(path)) : fail('LINK_DANGLING', { file: name, target });
}

async function reading<Result>(file: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    return unreadable(file, error);
  }
}

function unreadable(file: string, error: unknown): never {
  if (error instanceof FailureError) throw error;
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
  return fail('FILE_UNREADABLE', { file, reason: code });
}
