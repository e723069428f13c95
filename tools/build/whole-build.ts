/** A build takes the place of the one before in the moment when it is whole: what is there is a whole build, or none. */
import { rename, rm } from 'node:fs/promises';
import { dirname, relative, resolve } from 'node:path';
import type { Plugin } from 'vite';
import { sweepLeftovers, unfinishedIn } from '../../cli/leftovers.ts';

/** Has Vite write beside the folder that it was told, whoever starts it. Killed half-way, it leaves what was there. */
export function wholeBuild(): Plugin {
  let folder = '';
  let unfinished = '';
  let isWritten = false;
  let isTold = false;
  return {
    name: 'whole-build',
    apply: 'build',
    async config({ root = '.', build, logLevel }) {
      folder = resolve(root, build?.outDir ?? 'dist');
      unfinished = unfinishedIn(dirname(folder));
      await sweepLeftovers(dirname(folder), 'folders');
      // Vite's own list of the files it has written would name the folder that is there for the moment.
      isTold = logLevel === undefined;
      return { logLevel: logLevel ?? 'warn', build: { outDir: unfinished, emptyOutDir: true } };
    },
    writeBundle: {
      order: 'post',
      sequential: true,
      handler() {
        isWritten = true;
      },
    },
    closeBundle: {
      order: 'post',
      sequential: true,
      async handler() {
        try {
          if (!isWritten) return;
          await takePlace(unfinished, folder);
          if (isTold) process.stdout.write(`built: ${relative(process.cwd(), folder)}\n`);
        } finally {
          await rm(unfinished, { recursive: true, force: true });
        }
      },
    },
  };
}

/** A folder that is not empty cannot be replaced in one step: the one before is moved aside first. */
async function takePlace(made: string, folder: string): Promise<void> {
  for (;;) {
    const aside = unfinishedIn(dirname(folder));
    await rename(folder, aside).catch(unless('ENOENT'));
    try {
      return await rename(made, folder);
    } catch (error) {
      // Another build came in between.
      unless('ENOTEMPTY', 'EEXIST')(error);
    } finally {
      await rm(aside, { recursive: true, force: true });
    }
  }
}

function unless(...codes: readonly string[]): (error: unknown) => void {
  return (error) => {
    if (!(error instanceof Error && 'code' in error && codes.includes(String(error.code)))) throw error;
  };
}
