/** Words that stand where a picture should. */
import { lstatSync } from 'node:fs';
import { UsageError } from '../command.ts';

/**
 * A path that leads nowhere and does not end as a file's name does was meant as words: the picture is missing, or stands behind them.
 *
 * @param usage how the command is written
 * @throws UsageError
 */
export function requirePicturePlace(paths: readonly string[], usage: string): void {
  const words = paths.find((path) => path !== '-' && !/\.\w{2,5}$/.test(path) && !isThere(path));
  if (words === undefined) return;
  throw new UsageError(`the picture is missing: there is no file "${words}". It is written ${usage}`);
}

/** What cannot be looked up, for instance because it is too long for a name, is not there. */
function isThere(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch {
    return false;
  }
}
