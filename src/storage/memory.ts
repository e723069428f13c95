import { fail } from '../../model/failure.ts';
import type { Storage } from './storage.ts';

/** Keeps pictures until the page is closed, where the browser refuses to store; chats are in the page's state anyway. */
export function memoryStorage(): Storage {
  const blobs = new Map<string, Blob>();
  return {
    open: async () => ({ role: 'session', chats: [], settings: {}, number: 0, others: [], told: [] }),
    commit: async () => [],
    bring: async () => refuse('chat'),
    subscribe: () => () => undefined,
    blob: async (hash) => blobs.get(hash) ?? null,
    clean: async () => undefined,
    putBlob: async (hash, blob) => void blobs.set(hash, blob),
    bringBlob: async () => refuse('picture'),
    discard: async () => undefined,
  };
}

/** What ends with the page is not brought into it. */
function refuse(what: 'chat' | 'picture'): never {
  return fail('NOT_KEPT', { what, reason: 'other', detail: 'the browser refuses to store' });
}
