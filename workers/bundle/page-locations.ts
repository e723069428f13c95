/** The places that a page reaches a bundle at. */
import { fail } from '../../model/failure.ts';
import { openHttpFolder } from './http-folder.ts';
import type { OpenLocation } from './open-folder.ts';

export const openInPage: OpenLocation = (location, progress) => {
  switch (location.kind) {
    case 'http':
      return openHttpFolder(location, progress);
    case 'folder':
      return fail('UNEXPECTED', { message: 'a page does not read folders by their path' });
  }
};
