/**
 * A bundle in the browser's private file system, where the library put it: its chunks were compared with their hashes when it was
 * installed. Files stay open, for reading alone where the browser knows that mode, so that both workers may have them open.
 */
import { manifestFile } from '../../model/bundle/manifest.ts';
import type { ByteSource, ReadAtOnce } from '../../model/checkpoint/source.ts';
import { fail } from '../../model/failure.ts';
import type { ClosableFolder } from './checked-folder.ts';
import { blobSource, directoryAt, fileAt, readingHandle, refused } from './file-folder.ts';
import { heldSource, sourceOf } from './held-source.ts';

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
        // Not held open: it is replaced when the model can do more.
        if (name === manifestFile) return heldSource(name, new Uint8Array(await (await file.getFile()).arrayBuffer()));
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
  const fill: ReadAtOnce = (offset, into) => unlessRefused(name, () => readFully(name, handle, offset, into));
  const read = async (at: number, end: number) => {
    const bytes = new Uint8Array(end - at);
    fill(at, bytes);
    return bytes;
  };
  return { ...sourceOf(name, handle.getSize(), read), atOnce: async () => fill };
}

/** One read may bring fewer bytes than there are. */
function readFully(name: string, handle: ReadingHandle, offset: number, into: Uint8Array): void {
  for (let filled = 0; filled < into.length; ) {
    const read = handle.read(into.subarray(filled), { at: offset + filled });
    if (read === 0) fail('SOURCE_CHANGED', { file: name });
    filled += read;
  }
}

function unlessRefused<Result>(file: string, read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    return refused(file, error);
  }
}
