/** The places that a page reaches a bundle at. */
import { fail } from '../../model/failure.ts';
import { readKnown } from '../library/journal.ts';
import { holdAsReader } from '../library/locks.ts';
import { modelsFolder } from '../library/model-entry.ts';
import { inFolder } from '../library/move-failures.ts';
import { opfsFolder } from '../storage/opfs.ts';
import { openCheckedFolder, openTrustedFolder } from './checked-folder.ts';
import { directoryAt, openDirectory, openFiles } from './file-folder.ts';
import { openHttpFolder } from './http-folder.ts';
import type { OpenFolder, OpenLocation } from './open-folder.ts';
import { openOpfsFolder } from './opfs-folder.ts';

export const openInPage: OpenLocation = async (location, progress) => {
  const { sha256 } = location;
  switch (location.kind) {
    case 'http':
      return openHttpFolder(location, progress);
    case 'opfs':
      return openInstalled(location.path, sha256);
    case 'directory': {
      const open = () => openCheckedFolder(openDirectory(location.handle), sha256, progress);
      return location.key === undefined ? open() : openMoved(location.key, location.handle, open);
    }
    case 'files':
      return openCheckedFolder(openFiles(location.files), sha256, progress);
    case 'folder':
      return fail('UNEXPECTED', { message: 'a page does not read folders by their path' });
  }
};

async function openInstalled(path: readonly string[], sha256: string | undefined): Promise<OpenFolder> {
  const root = await navigator.storage.getDirectory();
  return heldOpen(path.at(-1) ?? '', async () => openTrustedFolder(openOpfsFolder(root, path), sha256));
}

/** One of the library that lies in a folder of this machine. */
function openMoved(
  key: string,
  handle: FileSystemDirectoryHandle,
  open: () => Promise<OpenFolder>,
): Promise<OpenFolder> {
  return heldOpen(key, async (nameOf) => {
    const name = await nameOf();
    return inFolder({ name, folder: handle.name, left: () => 0 }, handle, open);
  });
}

/** The library changes nothing of it while it is open. */
async function heldOpen(
  key: string,
  open: (nameOf: () => Promise<string>) => Promise<OpenFolder>,
): Promise<OpenFolder> {
  const nameOf = async () => {
    const root = await navigator.storage.getDirectory();
    const known = await readKnown(opfsFolder(await directoryAt(root, [modelsFolder, key])));
    return known?.name ?? key;
  };
  const letGo = await holdAsReader(navigator.locks, key, nameOf);
  try {
    const opened = await open(nameOf);
    const close = () => opened.close().finally(letGo);
    return { ...opened, close };
  } catch (error) {
    letGo();
    throw error;
  }
}
