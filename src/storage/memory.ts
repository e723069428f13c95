import type { Storage } from './storage.ts';

/** Keeps pictures until the page is closed, where the browser refuses to store; chats are in the page's state anyway. */
export function memoryStorage(): Storage {
  const blobs = new Map<string, Blob>();
  return {
    open: async () => ({ role: 'session', chats: [], settings: {}, number: 0, others: [], told: [] }),
    commit: async () => [],
    subscribe: () => () => undefined,
    blob: async (hash) => blobs.get(hash) ?? null,
    clean: async () => undefined,
    putBlob: async (hash, blob) => void blobs.set(hash, blob),
  };
}
