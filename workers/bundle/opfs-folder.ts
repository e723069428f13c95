/**
 * A bundle in the browser's private file system, where the library put it: its chunks were compared with their hashes when it was
 * installed. Files stay open, for reading alone where the browser knows that mode, so that both workers may have them open.
 */
import type { ByteSource } from '../../model/checkpoint/source.ts';
import { fail } from '../../model/failure.ts';
import type { ClosableFolder } from './checked-folder.ts';
import { blobSource, directoryAt, fileAt, readingHandle } from './file-folder.ts';
import { sourceOf } from './held-source.ts';

/** What is used of a handle; TypeScript's library knows no modes. */
interface ReadingHandle {
  readonly mode?: string;
  getSize(): number;
  read(into: Uint8Array, options: { readonly at: number }): number;
  close(): void;
}

interface HandleOwner {
  createSyncAccessHandle(options: { readonly mode: 'read-only' }): Promise<ReadingHandle>;
}

/** @param path names of folders from `root` on */
export function openOpfsFolder(root: FileSystemDirectoryHandle, path: readonly string[]): ClosableFolder {
  const handles: ReadingHandle[] = [];
  return {
    list: () => readingHandle(path.at(-1) ?? '', async () => namesIn(await directoryAt(root, path))),
    open: (name) =>
      readingHandle(name, async () => {
        const file = (await fileAt(await directoryAt(root, path), name)) as FileSystemFileHandle & HandleOwner;
        const handle = await readOnly(file);
        if (handle === null) return blobSource(name, await file.getFile());
        handles.push(handle);
        return handleSource(name, handle);
      }),
    async close() {
      for (const handle of handles.splice(0)) handle.close();
    },
  };
}

async function namesIn(directory: FileSystemDirectoryHandle): Promise<readonly string[]> {
  const names: string[] = [];
  for await (const name of directory.keys()) names.push(name);
  return names.sort();
}

/** Null where the browser has no handles for reading alone: one of the other kind would shut the other worker out. */
async function readOnly(file: HandleOwner): Promise<ReadingHandle | null> {
  try {
    const handle = await file.createSyncAccessHandle({ mode: 'read-only' });
    if (handle.mode === 'read-only') return handle;
    handle.close();
    return null;
  } catch (error) {
    // Another worker has just such a handle.
    if (error instanceof DOMException && error.name === 'NoModificationAllowedError') return null;
    throw error;
  }
}

function handleSource(name: string, handle: ReadingHandle): ByteSource {
  const size = handle.getSize();
  return sourceOf(name, size, (at, end) => readingHandle(name, async () => readFully(name, handle, at, end)));
}

/** One read may bring fewer bytes than there are. */
function readFully(name: string, handle: ReadingHandle, at: number, end: number): Uint8Array {
  const bytes = new Uint8Array(end - at);
  for (let filled = 0; filled < bytes.length; ) {
    const read = handle.read(bytes.subarray(filled), { at: at + filled });
    if (read === 0) fail('SOURCE_CHANGED', { file: name });
    filled += read;
  }
  return bytes;
}
