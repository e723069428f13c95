/** The places that the terminal reaches a bundle at: the files of a folder are read as they are wanted. */
import { fail } from '../../model/failure.ts';
import { openCheckedFolder } from '../../workers/bundle/checked-folder.ts';
import { openHttpFolder } from '../../workers/bundle/http-folder.ts';
import type { OpenLocation } from '../../workers/bundle/open-folder.ts';
import { openFolder } from '../files.ts';

export const openInTerminal: OpenLocation = async (location, progress) => {
  switch (location.kind) {
    case 'http':
      return openHttpFolder(location, progress);
    case 'folder':
      return openCheckedFolder(openFolder(location.path), location.sha256, progress);
    default:
      return fail('UNEXPECTED', { message: `the terminal has no ${location.kind}` });
  }
};
