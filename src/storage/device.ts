/** Chats in IndexedDB, pictures and embeddings in the origin private file system. */
import { type DBSchema, openDB } from 'idb';
import { type FailureData, FailureError, failure } from '../../model/failure.ts';
import type { ChatRecord } from './records.ts';
import type { Storage } from './storage.ts';

interface Schema extends DBSchema {
  chats: { key: string; value: ChatRecord };
  values: { key: string; value: unknown };
}

/** Rejects where the browser refuses either store. */
export async function openDeviceStorage(): Promise<Storage> {
  const database = await openDB<Schema>('nexus-gen', 1, {
    upgrade(created) {
      created.createObjectStore('chats', { keyPath: 'id' });
      created.createObjectStore('values');
    },
  });
  const root = await navigator.storage.getDirectory();
  const folder = await root.getDirectoryHandle('pictures', { create: true });
  /** Under way, by name: writing the same bytes once more would take the file from under those who read it. */
  const writing = new Map<string, Promise<void>>();
  return {
    lasting: 'device',
    chats: () => database.getAll('chats'),
    putChat: (chat) => written('chat', database.put('chats', chat)),
    deleteChat: (id) => written('chat', database.delete('chats', id)),
    value: (key) => database.get('values', key),
    putValue: (key, value) => written('setting', database.put('values', value, key)),
    blob: (hash) => readFile(folder, hash),
    putBlob(hash, blob) {
      const begun = writing.get(hash) ?? writeFile(folder, hash, blob).finally(() => writing.delete(hash));
      writing.set(hash, begun);
      return written('picture', begun);
    },
  };
}

async function readFile(folder: FileSystemDirectoryHandle, name: string): Promise<Blob | null> {
  try {
    return await (await folder.getFileHandle(name)).getFile();
  } catch (error) {
    if (error instanceof DOMException && error.name === 'NotFoundError') return null;
    throw error;
  }
}

/** The browser writes into a copy and swaps it in at close, so a file is there whole or not at all. */
async function writeFile(folder: FileSystemDirectoryHandle, name: string, blob: Blob): Promise<void> {
  const known = await readFile(folder, name);
  if (known !== null && known.size === blob.size) return;
  const file = await folder.getFileHandle(name, { create: true });
  const stream = await file.createWritable();
  await stream.write(blob);
  await stream.close();
}

async function written(what: FailureData['NOT_KEPT']['what'], writing: Promise<unknown>): Promise<void> {
  try {
    await writing;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new FailureError(failure('NOT_KEPT', { what, reason }));
  }
}
