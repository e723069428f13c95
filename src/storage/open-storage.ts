import { DeviceStorage, type SpawnStorage } from './device.ts';
import { memoryStorage } from './memory.ts';
import type { Storage } from './storage.ts';

/** A browser that does not answer is taken for one that refuses. */
const timeoutMs = 15_000;

/**
 * The device's storage, or memory where the browser refuses it. Calls wait until it is known which.
 *
 * @param guarded fulfils when workers may be started
 */
export function storageOfPage(guarded: Promise<void>, spawn: SpawnStorage): Storage {
  const device = new DeviceStorage(spawn);
  const late = new Promise<never>((_, reject) => setTimeout(reject, timeoutMs, new Error('no answer')));
  const chosen: Promise<Storage> = Promise.race([guarded.then(() => device.open()), late]).then(
    () => device,
    () => memoryStorage(),
  );
  const askToStay = once(() => navigator.storage.persist?.());
  return {
    open: async () => (await chosen).open(),
    commit: async (changes) => (await chosen).commit(changes),
    bring: async (changes) => (await chosen).bring(changes),
    subscribe: (listener) => device.subscribe(listener),
    blob: async (hash) => (await chosen).blob(hash),
    clean: async (keep) => (await chosen).clean(keep),
    async putBlob(hash, blob) {
      const storage = await chosen;
      await storage.putBlob(hash, blob);
      if (storage === device) askToStay();
    },
    bringBlob: async (hash, blob) => (await chosen).bringBlob(hash, blob),
    discard: async (hashes) => (await chosen).discard(hashes),
  };
}

/** The browser is asked not to throw anything away, now that there is something to lose; whatever it answers. */
function once(ask: () => Promise<unknown> | undefined): () => void {
  let asked = false;
  return () => {
    if (asked) return;
    asked = true;
    void ask()?.catch(() => undefined);
  };
}
