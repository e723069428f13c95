/** A folder of the browser's private file system. */
import type { StorageFolder } from './files.ts';

interface SyncHandle {
  getSize(): number;
  read(into: Uint8Array, options: { readonly at: number }): number;
  write(bytes: Uint8Array, options: { readonly at: number }): number;
  flush(): void;
  truncate(size: number): void;
  close(): void;
}

/**
 * TypeScript's library lacks `move`, which every browser with this file system has, and in its types of a page (which the tests
 * are checked with) what workers alone may call.
 */
type FileHandle = FileSystemFileHandle & {
  move(name: string): Promise<void>;
  createSyncAccessHandle(): Promise<SyncHandle>;
};

export function opfsFolder(folder: FileSystemDirectoryHandle): StorageFolder {
  return {
    async names() {
      const names: string[] = [];
      try {
        for await (const name of folder.keys()) names.push(name);
      } catch (error) {
        // The folder itself was removed.
        if (!isNotFound(error)) throw error;
      }
      return names;
    },
    async open(name) {
      const file = (await folder.getFileHandle(name, { create: true })) as FileHandle;
      const handle = await file.createSyncAccessHandle();
      return {
        size: () => handle.getSize(),
        read: (into, at) => handle.read(into, { at }),
        write: (bytes, at) => handle.write(bytes, { at }),
        flush: () => handle.flush(),
        truncate: (size) => handle.truncate(size),
        close: () => handle.close(),
      };
    },
    read: (name) => readUnchanged(folder, name),
    async rename(from, to) {
      await ((await folder.getFileHandle(from)) as FileHandle).move(to);
    },
    remove: (name) => folder.removeEntry(name),
  };
}

function isNotFound(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'NotFoundError';
}

/** A file that another worker writes to may change between being found and being read: then it is read again. */
const attempts = 5;

async function readUnchanged(folder: FileSystemDirectoryHandle, name: string): Promise<Uint8Array<ArrayBuffer> | null> {
  for (let attempt = 1; ; attempt++) {
    try {
      const file = await (await folder.getFileHandle(name)).getFile();
      return new Uint8Array(await file.arrayBuffer());
    } catch (error) {
      if (isNotFound(error)) return null;
      if (attempt === attempts) throw error;
    }
  }
}
