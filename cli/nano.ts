/** The bundles that ship with the page, and the one that a person means by `--bundle`. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { manifestFile } from '../model/bundle/manifest.ts';
import { isThere } from './files.ts';

const shipped = fileURLToPath(new URL('../public/models', import.meta.url));

/** The folder of nano, which serves where no bundle is named. */
export const nano = join(shipped, 'nano');

/** The folder at this path; where nothing is there, that of the shipped bundle with this id. */
export function bundleFolder(path: string): string {
  if (!/^[\w-]+$/.test(path)) return path;
  // A link that leads nowhere is something: it is to be told as that.
  if (isThere(path)) return path;
  const folder = join(shipped, path);
  return existsSync(join(folder, manifestFile)) ? folder : path;
}
