/** Files that are being written, under names of their own, and what is left of them where a process was killed meanwhile. */
import { randomUUID } from 'node:crypto';
import { lstat, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** Of the names of files that are not whole yet. */
export const unfinishedEnding = '.unfinished';
/** What stands before it; older versions named no process. */
const stem = /^\.(?:(\d+)-)?[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/;

/** A file that is being written changes all the time, so that one of a process in another container or machine is left alone. */
const quietMs = 10 * 60_000;
/** Another process may have got the number of the one that was killed. */
const abandonedMs = 24 * 60 * 60_000;

/** Short, so that it is no longer than the folder's file system allows where the file's own name is not. */
export function unfinishedIn(folder: string): string {
  return join(folder, `.${process.pid}-${randomUUID()}${unfinishedEnding}`);
}

/** Removes this person's leftovers from a folder. What cannot be looked at or removed stays. */
export async function sweepLeftovers(folder: string): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    const found = name.endsWith(unfinishedEnding) ? stem.exec(name.slice(0, -unfinishedEnding.length)) : null;
    if (found === null) continue;
    const path = join(folder, name);
    if (await isLeftover(path, found[1])) await rm(path, { force: true }).catch(() => undefined);
  }
}

async function isLeftover(path: string, pid: string | undefined): Promise<boolean> {
  const status = await lstat(path).catch(() => null);
  const isOwn = status?.isFile() === true && status.uid === (process.getuid?.() ?? status.uid);
  if (!isOwn) return false;
  const age = Date.now() - status.mtimeMs;
  return age > abandonedMs || (age > quietMs && pid !== undefined && !isRunning(Number(pid)));
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
