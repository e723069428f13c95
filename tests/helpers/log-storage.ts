/** The storage of a page whose worker is this process: a log in a folder that outlives the page. */
import type { Storage } from '../../src/storage/storage.ts';
import { BlobFiles } from '../../workers/storage/blobs.ts';
import type { StorageEvent } from '../../workers/storage/protocol.ts';
import type { FakeBrowser } from './fake-tabs.ts';

export function logStorage(browser: FakeBrowser) {
  const listeners = new Set<(event: StorageEvent) => void>();
  const opened = browser.begin(undefined, (event) => {
    for (const listener of listeners) listener(event);
  });
  const blobs = new BlobFiles(browser.blobs);
  const storage: Storage = {
    async open() {
      await opened.tab.open();
      const { contents, role } = opened.tab;
      const { number } = contents;
      const others = await opened.tab.others();
      return { role, chats: contents.chats(), settings: contents.settings(), number, others, told: [] };
    },
    async bring(changes) {
      const records = await opened.tab.commit(changes);
      for (const listener of listeners) listener({ type: 'records', records });
    },
    bringBlob: async (hash, blob) => blobs.write(hash, new Uint8Array(await blob.arrayBuffer())),
    async discard(hashes) {
      const inUse = opened.tab.contents.hashesInUse();
      await blobs.remove(
        hashes,
        (hash) => inUse === null || inUse.has(hash),
        async () => true,
      );
    },
    commit: (changes) => opened.tab.commit(changes),
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async blob(hash) {
      const bytes = await blobs.read(hash);
      return bytes === null ? null : new Blob([bytes]);
    },
    async clean(keep) {
      await opened.tab.forgetDeleted();
      const inUse = opened.tab.contents.hashesInUse();
      if (inUse === null) return;
      await blobs.removeOthers(
        (hash) => keep.includes(hash) || inUse.has(hash),
        async () => (await opened.tab.others()).length === 0,
      );
    },
    putBlob: async (hash, blob) => blobs.write(hash, new Uint8Array(await blob.arrayBuffer())),
  };
  return { storage, end: opened.end };
}
