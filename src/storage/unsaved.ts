/** What is on the page and not on the disk: said until it is saved, and tried again meanwhile. */
import { type Failure, failureOf } from '../../model/failure.ts';
import type { Storage } from './storage.ts';

/** How long it takes until what was not saved is tried again by itself. */
export const retryMs = 5000;

export interface Unsaved {
  /** Something could not be saved, or was (null). */
  set(what: string, failure: Failure | null): void;
}

/** Tells the first of the failures that stand, or null when everything is saved. */
export function trackUnsaved(tell: (failure: Failure | null) => void): Unsaved {
  const failures = new Map<string, Failure>();
  return {
    set(what, failure) {
      if (failure === null && !failures.delete(what)) return;
      if (failure !== null) failures.set(what, failure);
      tell(failures.values().next().value ?? null);
    },
  };
}

/**
 * Keeps pictures in memory that the device had no room for, each by itself: one that does not fit keeps no other from the disk.
 * They are tried again with every later change, and on a timer. A browser on a full disk may lose the name of a small file that it
 * has just written: what was written while others found no room is looked for once there is room again.
 */
export function retryingBlobs(device: Storage, unsaved: Unsaved): Storage {
  const waiting = new Map<string, Blob>();
  const writtenOnFullDisk = new Map<string, Blob>();
  let timer: ReturnType<typeof setTimeout> | undefined;

  async function save(hash: string, blob: Blob): Promise<void> {
    try {
      await device.putBlob(hash, blob);
      waiting.delete(hash);
      if (waiting.size > 0) writtenOnFullDisk.set(hash, blob);
      else await writeAgain();
      unsaved.set(hash, null);
    } catch (error) {
      unsaved.set(hash, failureOf(error));
    }
  }

  /** What is whole on the disk stays as it is. */
  async function writeAgain(): Promise<void> {
    for (const [hash, blob] of [...writtenOnFullDisk]) {
      writtenOnFullDisk.delete(hash);
      try {
        await device.putBlob(hash, blob);
      } catch (error) {
        waiting.set(hash, blob);
        unsaved.set(hash, failureOf(error));
      }
    }
  }

  async function saveAll(): Promise<void> {
    clearTimeout(timer);
    for (const [hash, blob] of [...waiting]) await save(hash, blob);
    if (waiting.size > 0) timer = setTimeout(() => void saveAll(), retryMs);
  }

  return {
    open: () => device.open(),
    subscribe: (listener) => device.subscribe(listener),
    async commit(changes) {
      const records = await device.commit(changes);
      if (waiting.size > 0) void saveAll();
      return records;
    },
    bring: (changes) => device.bring(changes),
    bringBlob: (hash, blob) => device.bringBlob(hash, blob),
    discard: (hashes) => device.discard(hashes.filter((hash) => !waiting.has(hash) && !writtenOnFullDisk.has(hash))),
    blob: async (hash) => waiting.get(hash) ?? writtenOnFullDisk.get(hash) ?? device.blob(hash),
    clean: (keep) => device.clean(keep),
    async putBlob(hash, blob) {
      waiting.set(hash, blob);
      await saveAll();
    },
  };
}
