/** A folder that one process writes into at a time: a file in it names that process and its machine. */
import { link, open, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { fail } from '../model/failure.ts';
import { hasEnded, numberedIn, unfinishedIn } from './leftovers.ts';
import { absent, codeOf, notWritten } from './whole-file.ts';

/** Hidden, so that it is no file of a bundle. */
const lockFile = '.conversion-lock';
/** Often enough for `hasEnded`, which takes a process of another machine for ended when its file has not changed for long. */
const renewalMs = 60_000;

/**
 * Holds a folder until it is disposed of. What an ended process left is taken over.
 *
 * @throws FOLDER_BUSY where another process holds it, WRITE_FAILED
 */
export async function lockFolder(folder: string): Promise<AsyncDisposable> {
  const path = join(folder, lockFile);
  const own = `${process.pid} ${numberedIn} ${hostname()}\n`;
  try {
    while (!(await claim(folder, path, own))) await takeOver(folder, path);
  } catch (error) {
    return notWritten(lockFile, error);
  }
  const renewal = setInterval(() => {
    const now = new Date();
    utimes(path, now, now).catch(() => undefined);
  }, renewalMs);
  renewal.unref();
  return {
    async [Symbol.asyncDispose]() {
      clearInterval(renewal);
      // Where another has taken it over meanwhile, it is not this one's to remove.
      if ((await contentOf(path).catch(() => undefined)) === own)
        await rm(path, { force: true }).catch(() => undefined);
    },
  };
}

/** Whether the lock is this one's now. It appears with its content, so that nobody reads half a name. */
async function claim(folder: string, path: string, own: string): Promise<boolean> {
  const written = unfinishedIn(folder);
  try {
    await writeFile(written, own, { flag: 'wx' });
    return await linked(written, path, own);
  } finally {
    await rm(written, { force: true });
  }
}

async function linked(written: string, path: string, own: string): Promise<boolean> {
  try {
    await link(written, path);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    return created(path, own);
  }
}

/** Where there are no hard links (FAT, some network disks). */
async function created(path: string, own: string): Promise<boolean> {
  try {
    await using handle = await open(path, 'wx');
    await handle.writeFile(own);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
}

/** Removes the lock of an ended process; of two that try, one removes what it looked at, and the other puts back what it did not. */
async function takeOver(folder: string, path: string): Promise<void> {
  const [held, status] = await Promise.all([contentOf(path), stat(path).catch(absent)]);
  if (held === undefined || status === undefined) return;
  const [pid = '', where = '', machine = ''] = held.trim().split(' ');
  if (!hasEnded({ pid, where }, Date.now() - status.mtimeMs)) {
    fail('FOLDER_BUSY', { folder, process: pid, machine, lock: lockFile });
  }
  const removed = unfinishedIn(folder);
  await rename(path, removed).catch(absent);
  if ((await contentOf(removed)) !== held) await link(removed, path).catch(() => undefined);
  await rm(removed, { force: true });
}

/** Of a lock that is gone, none; what else keeps it from being read would be met again at each try. */
function contentOf(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch(absent);
}
