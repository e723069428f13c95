/** The places that the terminal reaches a bundle at: the files of a folder are read as they are wanted. */
import { openCheckedFolder } from '../../workers/bundle/checked-folder.ts';
import { openHttpFolder } from '../../workers/bundle/http-folder.ts';
import type { OpenLocation } from '../../workers/bundle/open-folder.ts';
import { openFolder } from '../files.ts';

export const openInTerminal: OpenLocation = async (location, progress) => {
  switch (location.kind) {
    case 'http':
      return openHttpFolder(location, progress);
    case 'folder': {
      const opened = await openCheckedFolder(openFolder(location.path), location.sha256, progress);
      // A file is open for each read alone.
      return { ...opened, close: async () => undefined };
    }
  }
};
