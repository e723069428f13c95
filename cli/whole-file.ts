/** Files that appear whole or not at all: under a name of their own first, flushed, then renamed into place. */
import { constants } from 'node:fs';
import { access, chmod, type FileHandle, link, lstat, open, realpath, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { type Failure, FailureError, fail, failure } from '../model/failure.ts';
import type { WritingProblem } from '../model/recognised.ts';
import { sweepLeftovers, unfinishedIn } from './leftovers.ts';

/** Whether a file that exists may be written over. */
export type Existing = 'keep' | 'replace';

/** Less room than this is none: a small picture with its recipe has about as many bytes. */
const leastRoom = 64 * 1024;

/**
 * Tells what would stop files from being written, before there is anything to write. It tries in each of their folders, under
 * another name: permissions alone do not tell a read-only or a full disk.
 *
 * @throws FILE_EXISTS, OUTPUT_REFUSED
 */
export async function requireWritable(paths: readonly string[], existing: Existing): Promise<void> {
  const folders = new Map<string, string>();
  for (const path of paths) folders.set(dirname((await targetOf(path, existing)).path), path);
  for (const [folder, path] of folders) await tryFolder(folder, path);
}

function tryFolder(folder: string, path: string): Promise<void> {
  return refusing(path, async () => {
    // What a killed process left may be what fills the disk.
    await sweepLeftovers(folder, 'files');
    const unfinished = unfinishedIn(folder);
    try {
      await writeFlushed(unfinished, new Uint8Array(leastRoom));
    } finally {
      await rm(unfinished, { force: true });
    }
  });
}

/**
 * Writes a file whole. Where this fails, what was there before is as it was, and nothing else is left behind. A link stays a
 * link: the file it leads to is replaced.
 *
 * @throws FILE_EXISTS, OUTPUT_REFUSED, WRITE_FAILED
 */
export async function writeWhole(path: string, bytes: Uint8Array, existing: Existing): Promise<void> {
  const target = await targetOf(path, existing);
  await sweepLeftovers(dirname(target.path), 'files');
  const unfinished = unfinishedIn(dirname(target.path));
  try {
    await writeFlushed(unfinished, bytes);
    if (target.mode !== null) await chmod(unfinished, target.mode);
    if (existing === 'replace') await rename(unfinished, target.path);
    else await claim(unfinished, target.path);
    await flushFolder(dirname(target.path));
  } catch (error) {
    if (codeOf(error) === 'EEXIST') fail('FILE_EXISTS', { file: basename(path) });
    notWritten(basename(path), error);
  } finally {
    await rm(unfinished, { force: true }).catch(() => undefined);
  }
}

interface Target {
  /** Where the file lies itself, links followed. */
  readonly path: string;
  /** The permissions of a file that is replaced. */
  readonly mode: number | null;
}

async function targetOf(path: string, existing: Existing): Promise<Target> {
  const refuse = (problem: WritingProblem) => fail('OUTPUT_REFUSED', { file: basename(path), problem, reason: '' });
  const folder = await stat(dirname(path)).catch(() => undefined);
  if (!folder?.isDirectory()) return refuse('no-folder');
  const entry = await refusing(path, () => lstat(path).catch(absent));
  if (entry === undefined) return { path, mode: null };
  const status = await stat(path).catch(() => undefined);
  if (status === undefined) return refuse('dangling-link');
  if (status.isDirectory()) return refuse('is-folder');
  if (!status.isFile()) return refuse('not-a-file');
  if (existing === 'keep') return fail('FILE_EXISTS', { file: basename(path) });
  return refusing(path, async () => {
    await access(path, constants.W_OK);
    return { path: await realpath(path), mode: status.mode & 0o7777 };
  });
}

/** For what may have gone: that it has is no failure, anything else is. */
export function absent(error: unknown): undefined {
  if (codeOf(error) !== 'ENOENT') throw error;
}

/** A new file with these bytes, all of them on the disk. */
async function writeFlushed(path: string, bytes: Uint8Array): Promise<void> {
  await using handle = await open(path, 'wx');
  await writeAll(handle, bytes);
  await handle.sync();
  const { size } = await handle.stat();
  if (size !== bytes.length) throw new Error(`${size} bytes instead of ${bytes.length}`);
}

/** All of these bytes behind those that were written before: a system may take fewer at once. */
export async function writeAll(handle: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let written = 0; written < bytes.length; ) {
    const { bytesWritten } = await handle.write(bytes, written, bytes.length - written);
    if (bytesWritten === 0) throw new Error('short write');
    written += bytesWritten;
  }
}

/** Gives a file its name unless another has it (EEXIST): renaming would replace a file that came in the meantime. */
async function claim(unfinished: string, path: string): Promise<void> {
  try {
    await link(unfinished, path);
  } catch (error) {
    // Without hard links (FAT, some network disks) the moment between looking and renaming stays open.
    if (codeOf(error) === 'EEXIST' || (await lstat(path).catch(absent)) !== undefined) throw error;
    await rename(unfinished, path);
  }
}

async function flushFolder(path: string): Promise<void> {
  // Windows opens no folders; its renames are journalled.
  const handle = await open(path, 'r').catch(() => undefined);
  await handle?.sync().catch(() => undefined);
  await handle?.close();
}

async function refusing<Result>(path: string, task: () => Promise<Result>): Promise<Result> {
  try {
    return await task();
  } catch (error) {
    if (error instanceof FailureError) throw error;
    const reason = codeOf(error);
    return fail('OUTPUT_REFUSED', { file: basename(path), problem: problems[reason] ?? 'other', reason });
  }
}

/** What the system says of something that was being written, as a failure of ours. */
export function notWritten(file: string, error: unknown): never {
  if (error instanceof FailureError) throw error;
  throw new FailureError(writingFailure(file, error));
}

export function writingFailure(file: string, error: unknown): Failure {
  const reason = codeOf(error);
  return failure('WRITE_FAILED', { file, problem: problems[reason] ?? 'other', reason });
}

const problems: Readonly<Record<string, WritingProblem>> = {
  EACCES: 'read-only',
  EPERM: 'read-only',
  EROFS: 'read-only',
  ENOENT: 'no-folder',
  ENOTDIR: 'is-file',
  EEXIST: 'is-file',
  EISDIR: 'is-folder',
  ENOSPC: 'full',
  EDQUOT: 'full',
  EFBIG: 'file-size',
  ENAMETOOLONG: 'name',
  EIO: 'disk',
};

/** The system's code of an error; what the error says where it has none. */
export function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return 'code' in error ? String(error.code) : error.message;
}
