/** The places that a page reaches a bundle at. */
import { fail } from '../../model/failure.ts';
import { openCheckedFolder, openTrustedFolder } from './checked-folder.ts';
import { openDirectory, openFiles } from './file-folder.ts';
import { openHttpFolder } from './http-folder.ts';
import type { OpenLocation } from './open-folder.ts';
import { openOpfsFolder } from './opfs-folder.ts';

export const openInPage: OpenLocation = async (location, progress) => {
  const { sha256 } = location;
  switch (location.kind) {
    case 'http':
      return openHttpFolder(location, progress);
    case 'opfs': {
      const folder = openOpfsFolder(await navigator.storage.getDirectory(), location.path);
      return openTrustedFolder(folder, sha256);
    }
    case 'directory':
      return openCheckedFolder(openDirectory(location.handle), sha256, progress);
    case 'files':
      return openCheckedFolder(openFiles(location.files), sha256, progress);
    case 'folder':
      return fail('UNEXPECTED', { message: 'a page does not read folders by their path' });
  }
};
