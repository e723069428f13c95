/** A folder of this machine as browsers give it to a page, on a disk in memory that can fail at any operation. */
import { type StorageFile, writeWhole } from '../../workers/storage/files.ts';
import { type FaultFolder, GoneError } from './fault-folder.ts';

/** What became of a folder: the person took the permission back, or its disk was unplugged. */
export interface Reach {
  state: 'there' | 'refused' | 'gone';
}

/** Below `path` on the disk; folders exist as soon as they are asked for. What is left out is never called. */
export function fakeDirectory(disk: FaultFolder, path: string, reach: Reach): FileSystemDirectoryHandle {
  const at = (name: string) => `${path}/${name}`;
  const own = () => disk.fileNames.filter((name) => name.startsWith(`${path}/`));
  const asked = () => {
    if (reach.state === 'refused') throw new DOMException('', 'NotAllowedError');
    if (reach.state === 'gone') throw new DOMException('', 'NotFoundError');
  };
  const directory = {
    kind: 'directory',
    name: path.slice(path.lastIndexOf('/') + 1),
    async getDirectoryHandle(name: string, options?: FileSystemGetDirectoryOptions) {
      asked();
      const isThere = disk.fileNames.some((file) => file.startsWith(`${at(name)}/`));
      if (!isThere && options?.create !== true) throw new DOMException('', 'NotFoundError');
      return fakeDirectory(disk, at(name), reach);
    },
    async getFileHandle(name: string, options?: FileSystemGetFileOptions) {
      asked();
      if (!disk.fileNames.includes(at(name))) {
        if (options?.create !== true) throw new DOMException('', 'NotFoundError');
        (await disk.open(at(name))).close();
      }
      return fakeFile(disk, at(name), asked);
    },
    async *keys() {
      asked();
      await disk.names();
      yield* new Set(own().map((name) => name.slice(path.length + 1).split('/')[0]));
    },
    async removeEntry(name: string) {
      asked();
      await disk.remove(at(name));
    },
    async remove() {
      asked();
      await disk.names();
    },
  };
  return directory as unknown as FileSystemDirectoryHandle;
}

function fakeFile(disk: FaultFolder, path: string, asked: () => void) {
  return {
    async getFile() {
      asked();
      const bytes = (await disk.read(path)) ?? new Uint8Array();
      const file = new File([bytes], path);
      const slice = file.slice.bind(file);
      file.slice = (begin, end) => {
        const part = slice(begin, end);
        const arrayBuffer = part.arrayBuffer.bind(part);
        part.arrayBuffer = async () => {
          asked();
          await disk.names();
          return arrayBuffer();
        };
        return part;
      };
      return file;
    },
    async createWritable({ keepExistingData }: FileSystemCreateWritableOptions) {
      asked();
      const swap = `${path}.crswap`;
      const file = await disk.open(swap);
      file.truncate(0);
      if (keepExistingData) put(file, disk.bytes(path), 0);
      return {
        async write({ position, data }: { readonly position: number; readonly data: Uint8Array }) {
          asked();
          put(file, data, position);
        },
        async close() {
          asked();
          file.flush();
          file.close();
          await disk.rename(swap, path);
        },
        async abort() {
          file.close();
          await disk.remove(swap);
        },
      };
    },
  };
}

/** What is not taken is told, unlike of files that are open in the browser's own storage. */
function put(file: StorageFile, data: Uint8Array, at: number): void {
  try {
    writeWhole(file, data, at);
  } catch (error) {
    throw error instanceof DOMException || error instanceof GoneError
      ? error
      : new DOMException('', 'QuotaExceededError');
  }
}
