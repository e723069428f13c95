import { closeSync, fstatSync, lstatSync, openSync, readSync, type Stats } from 'node:fs';
import { type FileHandle, open, readdir, readFile, readlink, stat } from 'node:fs/promises';
import { basename, join, relative, sep } from 'node:path';
import { manifestFile } from '../model/bundle/manifest.ts';
import type { ByteSource, SourceFolder } from '../model/checkpoint/source.ts';
import { type Failure, FailureError, fail, failure } from '../model/failure.ts';
import type { ReadingProblem } from '../model/recognised.ts';

/**
 * A file of this machine as a byte source; `name` is what failures show. It is opened for each read, so nothing has to be
 * closed, and a file that changes or is replaced in the meantime is noticed (SOURCE_CHANGED).
 */
export async function openFile(path: string, name = basename(path)): Promise<ByteSource> {
  const first = await statusOf(path, name, 'file');
  if (!first.isFile()) {
    fail('FILE_UNREADABLE', { file: name, problem: first.isDirectory() ? 'is-folder' : 'not-a-file', reason: '' });
  }
  const { size } = first;
  const version = versionOf(first);
  return {
    name,
    size,
    ...(version !== null && { version }),
    async read(offset, length) {
      if (offset < 0 || length < 0 || offset + length > size) {
        fail('FILE_TRUNCATED', { file: name, needed: offset + length, size });
      }
      return reading(name, 'file', async () => {
        await using handle = await open(path, 'r');
        const bytes = await readFully(handle, name, offset, length);
        return isSame(first, await handle.stat()) ? bytes : fail('SOURCE_CHANGED', { file: name });
      });
    },
    atOnce: async () => (offset, into) => readAtOnce(path, name, first, offset, into),
  };
}

/**
 * Names a file's bytes by its size and when it was last written and changed: the system sets the second time itself, whatever a
 * copying program makes of the first. Null where a file system keeps no times.
 */
function versionOf({ size, mtimeMs, ctimeMs }: Stats): string | null {
  return mtimeMs > 0 && ctimeMs > 0 ? `${size} ${mtimeMs} ${ctimeMs}` : null;
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
    unreadable(name, 'file', error);
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

/** A folder of this machine, which failures show as it is named here; hidden files and folders are left out. */
export function openFolder(root: string): SourceFolder {
  return {
    async list() {
      await requireFolder(root);
      const found = await reading(root, 'folder', () => readdir(root, { recursive: true, withFileTypes: true }));
      const paths = found
        .filter((entry) => entry.isFile() || entry.isSymbolicLink())
        .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join('/'));
      return paths.filter((path) => !path.split('/').some((part) => part.startsWith('.'))).sort();
    },
    open: (path) => openFile(join(root, path), path),
  };
}

/** All of a file that a person named; a pipe (`<(…)`) is read too. Throws FILE_UNREADABLE, LINK_DANGLING. */
export async function readNamed(path: string): Promise<Buffer> {
  await statusOf(path, path, 'file');
  return reading(path, 'file', () => readFile(path));
}

/**
 * Whether anything has this path: a link that leads nowhere is something too. What cannot be looked up, for instance because
 * it is too long for a name, is not there; the reason is told by whoever reads or writes it.
 */
export function isThere(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch {
    return false;
  }
}

/** Whether a path is a folder; FILE_UNREADABLE where it does not exist. */
export async function isFolder(path: string): Promise<boolean> {
  return (await statusOf(path, path, 'either')).isDirectory();
}

/** @throws FILE_UNREADABLE, LINK_DANGLING */
export async function requireFolder(path: string): Promise<void> {
  const status = await statusOf(path, path, 'folder');
  if (!status.isDirectory()) fail('FILE_UNREADABLE', { file: path, problem: 'is-file', reason: '' });
}

/** What stands in a bundle's place is told by the path that a person gave. Throws FILE_UNREADABLE, LINK_DANGLING. */
export async function requireBundle(path: string): Promise<void> {
  await requireFolder(path);
  const manifest = join(path, manifestFile);
  await statusOf(manifest, manifest, 'file');
}

type Wanted = 'file' | 'folder' | 'either';

/** What is at this path, links followed. Throws FILE_UNREADABLE, and LINK_DANGLING where a link leads nowhere. */
async function statusOf(path: string, name: string, wanted: Wanted): Promise<Stats> {
  if (path === '-') return fail('FILE_UNREADABLE', { file: path, problem: 'standard-input', reason: '' });
  const target = await readlink(path).catch(() => null);
  const isDangling = target !== null && (await stat(path).then(() => null, codeOf)) === 'ENOENT';
  return isDangling ? fail('LINK_DANGLING', { file: name, target }) : reading(name, wanted, () => stat(path));
}

async function reading<Result>(file: string, wanted: Wanted, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    return unreadable(file, wanted, error);
  }
}

const absent = { file: 'no-file', folder: 'no-folder', either: 'nothing' } as const;

/** Also where a file stands in a folder's place, and where a sentence was given for a path: nothing is there. */
const absentCodes: readonly string[] = ['ENOENT', 'ENOTDIR', 'ENAMETOOLONG'];

const problems: Readonly<Record<string, ReadingProblem>> = {
  EACCES: 'refused',
  EPERM: 'refused',
  EISDIR: 'is-folder',
  ELOOP: 'link-loop',
  EIO: 'disk',
};

function unreadable(file: string, wanted: Wanted, error: unknown): never {
  if (error instanceof FailureError) throw error;
  throw new FailureError(readingFailure(file, wanted, error));
}

/** What the system says of something that was to be read, as a failure of ours. */
export function readingFailure(file: string, wanted: Wanted, error: unknown): Failure {
  const reason = codeOf(error);
  const problem = absentCodes.includes(reason) ? absent[wanted] : (problems[reason] ?? 'other');
  return failure('FILE_UNREADABLE', { file, problem, reason });
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}
