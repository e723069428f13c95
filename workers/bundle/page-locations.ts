/** The places that a page reaches a bundle at. */
import { fail } from '../../model/failure.ts';
import { readKnown } from '../library/journal.ts';
import { holdAsReader } from '../library/locks.ts';
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
    case 'directory':
      return openCheckedFolder(openDirectory(location.handle), sha256, progress);
    case 'files':
      return openCheckedFolder(openFiles(location.files), sha256, progress);
    case 'folder':
      return fail('UNEXPECTED', { message: 'a page does not read folders by their path' });
  }
};

/** The library changes nothing of it while it is open. */
async function openInstalled(path: readonly string[], sha256: string | undefined): Promise<OpenFolder> {
  const root = await navigator.storage.getDirectory();
  const key = path.at(-1) ?? '';
  const letGo = await holdAsReader(navigator.locks, key, async () => {
    const known = await readKnown(opfsFolder(await directoryAt(root, path)));
    return known?.name ?? key;
  });
  try {
    const folder = openOpfsFolder(root, path);
    const opened = await openTrustedFolder(folder, sha256);
    const close = () => opened.close().finally(letGo);
    return { ...opened, close };
  } catch (error) {
    letGo();
    throw error;
  }
}
