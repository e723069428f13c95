/**
 * The folders of this machine that models are moved to, as the browser keeps them: only its database takes them. What it forgets is
 * shown again by the person; that a model lies in a folder is noted in its own log.
 */
import type { ModelKey } from './protocol.ts';

export interface FolderHandles {
  /** Null where none is kept, or none can be read. */
  get(key: ModelKey): Promise<FileSystemDirectoryHandle | null>;
  /** On the disk when it returns. */
  set(key: ModelKey, folder: FileSystemDirectoryHandle): Promise<void>;
  remove(key: ModelKey): Promise<void>;
}

const databaseName = 'nexus-gen folders';
const storeName = 'folders';

/** A database that does not answer has forgotten its folders: the list of models does not wait for it. */
const timeoutMs = 2000;

export const folderHandles: FolderHandles = {
  get: (key) =>
    Promise.race([
      inStore('readonly', (store) => store.get(key)),
      new Promise<null>((resolve) => setTimeout(resolve, timeoutMs, null)),
    ]).then(
      (found) => (found instanceof FileSystemDirectoryHandle ? found : null),
      () => null,
    ),
  set: async (key, folder) => void (await inStore('readwrite', (store) => store.put(folder, key))),
  remove: (key) => inStore('readwrite', (store) => store.delete(key)),
};

async function inStore<Result>(
  mode: IDBTransactionMode,
  ask: (store: IDBObjectStore) => IDBRequest<Result>,
): Promise<Result> {
  const database = await opened();
  try {
    return await new Promise<Result>((resolve, reject) => {
      const transaction = database.transaction(storeName, mode, { durability: 'strict' });
      const request = ask(transaction.objectStore(storeName));
      transaction.oncomplete = () => resolve(request.result);
      transaction.onabort = () => reject(transaction.error ?? request.error);
    });
  } finally {
    database.close();
  }
}

function opened(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(databaseName, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(storeName);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
