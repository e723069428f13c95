import { fail } from '../../model/failure.ts';
import { findChrome } from '../chrome.ts';
import { execute, nodeProgram } from './execute.ts';

/**
 * The Chrome or Chromium for the tests: one that is there, else the system's package, else Playwright's.
 *
 * @throws NO_CHROME where none of these works; its sentence has the command to run
 */
export async function ensureChrome(): Promise<string> {
  const present = await findChrome();
  if (present !== undefined) return present;
  if (process.getuid?.() === 0)
    await attempt(execute('apt-get', ['install', '-y', '--no-install-recommends', 'chromium']));
  const packaged = await findChrome();
  if (packaged !== undefined) return packaged;
  await attempt(nodeProgram('playwright-core/cli.js', ['install', 'chromium']));
  return (await findChrome()) ?? fail('NO_CHROME', {});
}

/** A machine without this installer is no failure yet: the next way is tried. */
async function attempt(installing: Promise<unknown>): Promise<void> {
  await installing.catch(() => undefined);
}
