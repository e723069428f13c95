/** Files that are being written, under names of their own, and what is left of them where a process was killed meanwhile. */
import { createHash, randomUUID } from 'node:crypto';
import { readlinkSync } from 'node:fs';
import { lstat, readdir, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';

/** Of the names of files that are not whole yet. */
const unfinishedEnding = '.unfinished';
/** What stands before it: process, what it is numbered in, and a name. Older versions wrote the last alone, or the first too. */
const stem = /^\.(?:(\d+)-)?(?:([\da-f]{8})-)?[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/;
/** In what this process has its number: this machine, and on Linux this container of it. */
export const numberedIn = createHash('sha256').update(`${hostname()} ${processNamespace()}`).digest('hex').slice(0, 8);

/** A file that is being written changes all the time: one of a process that another container or machine numbered is left alone. */
const quietMs = 10 * 60_000;
/** Another process may have got the number of the one that was killed. */
const abandonedMs = 24 * 60 * 60_000;

/**
 * The name of a file or a folder for as long as it is being written. Short, so that it is no longer than the folder's file system
 * allows where the finished one's own name is not.
 */
export function unfinishedIn(folder: string): string {
  return join(folder, `.${process.pid}-${numberedIn}-${randomUUID()}${unfinishedEnding}`);
}

/** Removes this person's leftovers of one kind from a folder. What cannot be looked at or removed stays. */
export async function sweepLeftovers(folder: string, kind: 'files' | 'folders'): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    const found = name.endsWith(unfinishedEnding) ? stem.exec(name.slice(0, -unfinishedEnding.length)) : null;
    if (found === null) continue;
    const path = join(folder, name);
    const [, pid, where] = found;
    if (await isLeftover(path, kind, pid, where))
      await rm(path, { recursive: true, force: true }).catch(() => undefined);
  }
}

async function isLeftover(
  path: string,
  kind: 'files' | 'folders',
  pid: string | undefined,
  where: string | undefined,
): Promise<boolean> {
  const status = await lstat(path).catch(() => null);
  if (status === null || !(kind === 'files' ? status.isFile() : status.isDirectory())) return false;
  if (status.uid !== (process.getuid?.() ?? status.uid)) return false;
  return hasEnded({ pid, where }, Date.now() - status.mtimeMs);
}

/**
 * Whether the process that a file names has ended.
 *
 * @param pid undefined where it is not known, and `where` what it is numbered in
 * @param age of the file's last change, in milliseconds
 */
export function hasEnded(
  { pid, where }: { readonly pid: string | undefined; readonly where: string | undefined },
  age: number,
): boolean {
  const isGone = pid !== undefined && !isRunning(Number(pid));
  return age > abandonedMs || (isGone && (where === numberedIn || age > quietMs));
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Another person's process is there as well.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

function processNamespace(): string {
  try {
    return readlinkSync('/proc/self/ns/pid');
  } catch {
    return '';
  }
}
