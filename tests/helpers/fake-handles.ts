/** Folder and file handles as browsers give them, over files in memory. */

export interface FakeDisk {
  readonly files: Map<string, Uint8Array<ArrayBuffer>>;
  /** Names of the files that have a handle open. */
  readonly open: string[];
  /** How the browser's handles are; absent: for reading alone, where that is asked for. */
  handles?: 'exclusive';
  /** A read brings so many bytes at most. */
  pieceBytes?: number;
  /** The person took the permission back. */
  refused?: boolean;
  /** Every file has been written to since it was opened. */
  changed?: boolean;
  /** Reads are never answered. */
  silent?: boolean;
}

/** What is left out is never called. */
export function fakeDirectory(disk: FakeDisk): FileSystemDirectoryHandle {
  const directory: Partial<FileSystemDirectoryHandle> = {
    name: 'folder',
    async getFileHandle(name) {
      if (disk.refused) throw new DOMException('', 'NotAllowedError');
      const bytes = disk.files.get(name);
      if (bytes === undefined) throw new DOMException('', 'NotFoundError');
      return fakeFile(disk, name, bytes);
    },
  };
  return directory as FileSystemDirectoryHandle;
}

class FakeFile extends File {
  disk: FakeDisk | null = null;

  override slice(begin: number, end: number): Blob {
    const part = super.slice(begin, end);
    const { disk } = this;
    part.arrayBuffer = async () => {
      if (disk?.silent) await new Promise(() => undefined);
      if (disk?.changed) throw new DOMException('', 'NotReadableError');
      return Blob.prototype.arrayBuffer.call(part);
    };
    return part;
  }
}

function fakeFile(disk: FakeDisk, name: string, bytes: Uint8Array<ArrayBuffer>): FileSystemFileHandle {
  const file = {
    kind: 'file',
    name,
    async getFile() {
      const found = new FakeFile([bytes], name);
      found.disk = disk;
      return found;
    },
    async createSyncAccessHandle() {
      const mode = disk.handles === 'exclusive' ? 'readwrite' : 'read-only';
      if (mode === 'readwrite' && disk.open.includes(name)) {
        throw new DOMException('', 'NoModificationAllowedError');
      }
      disk.open.push(name);
      return {
        mode,
        getSize: () => bytes.length,
        read(into: Uint8Array, { at }: { readonly at: number }) {
          const piece = bytes.subarray(at, at + Math.min(into.length, disk.pieceBytes ?? bytes.length));
          into.set(piece);
          return piece.length;
        },
        close: () => void disk.open.splice(disk.open.indexOf(name), 1),
      };
    },
  };
  return file as unknown as FileSystemFileHandle;
}
