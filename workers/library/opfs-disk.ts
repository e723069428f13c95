/** The library's disk in the browser's private file system. */
import { openDirectory } from '../bundle/file-folder.ts';
import { openOpfsFolder } from '../bundle/opfs-folder.ts';
import { opfsFolder } from '../storage/opfs.ts';
import type { LibraryDisk } from './disk.ts';
import { modelsFolder } from './model-entry.ts';

export async function openLibraryDisk(root: FileSystemDirectoryHandle): Promise<LibraryDisk> {
  const models = await root.getDirectoryHandle(modelsFolder, { create: true });
  return {
    async folders() {
      const names: string[] = [];
      for await (const [name, { kind }] of models.entries()) if (kind === 'directory') names.push(name);
      return names.sort();
    },
    folder: async (name) => opfsFolder(await models.getDirectoryHandle(name, { create: true })),
    reading: (name) => openOpfsFolder(models, [name]),
    snapshot: async (name) => openDirectory(await models.getDirectoryHandle(name)),
    removeFolder: (name) => models.removeEntry(name, { recursive: true }),
  };
}
