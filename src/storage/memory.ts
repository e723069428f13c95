import type { ChatId, ChatRecord } from './records.ts';
import type { Storage } from './storage.ts';

/** Keeps everything until the page is closed, where the browser refuses to store. */
export function memoryStorage(): Storage {
  const chats = new Map<ChatId, ChatRecord>();
  const values = new Map<string, unknown>();
  const blobs = new Map<string, Blob>();
  return {
    lasting: 'session',
    chats: async () => [...chats.values()],
    putChat: async (chat) => void chats.set(chat.id, chat),
    deleteChat: async (id) => void chats.delete(id),
    value: async (key) => values.get(key),
    putValue: async (key, value) => void values.set(key, value),
    blob: async (hash) => blobs.get(hash) ?? null,
    putBlob: async (hash, blob) => void blobs.set(hash, blob),
  };
}
