/** Words that stand where a picture should. */
import { UsageError } from '../command.ts';
import { isThere } from '../files.ts';

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
