/** How much of the disk this page uses, and for what. */
export interface StorageUse {
  /** In bytes. */
  readonly chats: number;
  readonly pictures: number;
  readonly models: number;
  /** The rest: what the browser keeps of the page itself. */
  readonly page: number;
  readonly all: number;
  /** What may still be stored, as the browser tells; null where it does not. */
  readonly free: number | null;
}

/** What the browser says that is used and free; what it does not tell counts as nothing used, and as free null. */
export async function room(): Promise<{ readonly usage: number; readonly free: number | null }> {
  const { usage, quota } = (await navigator.storage?.estimate?.()) ?? {};
  const free = usage === undefined || quota === undefined ? null : Math.max(0, quota - usage);
  return { usage: usage ?? 0, free };
}

/** All zero where the browser stores nothing. */
export async function measureUse(): Promise<StorageUse> {
  const root = await navigator.storage.getDirectory().catch(() => null);
  const sizeOf = async (name: string) => {
    const folder = await root?.getDirectoryHandle(name).catch(() => null);
    return folder == null ? 0 : folderBytes(folder);
  };
  const [chats, pictures, models] = [await sizeOf('chats'), await sizeOf('pictures'), await sizeOf('models')];
  const { usage, free } = await room().catch(() => ({ usage: 0, free: null }));
  const counted = chats + pictures + models;
  const all = Math.max(usage, counted);
  return { chats, pictures, models, page: all - counted, all, free };
}

/** A file that goes while it is looked at counts nothing. */
async function folderBytes(folder: FileSystemDirectoryHandle): Promise<number> {
  let bytes = 0;
  try {
    for await (const entry of folder.values()) {
      const isFolder = entry.kind === 'directory';
      bytes += isFolder
        ? await folderBytes(entry as FileSystemDirectoryHandle)
        : await (entry as FileSystemFileHandle).getFile().then(
            ({ size }) => size,
            () => 0,
          );
    }
  } catch {
    // The folder itself went.
  }
  return bytes;
}
