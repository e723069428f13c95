/** This process as the shell that started it expects it: where its paths begin, and how it ends when nobody reads. */
import { existsSync, realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { sentenceLine } from './say.ts';
import { writingFailure } from './whole-file.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

/**
 * npm runs a script in the package's own folder and leaves the caller's in INIT_CWD: what is typed is relative to the latter.
 * Where this process was started in another way, an INIT_CWD of some npm above it means nothing.
 */
export function goToCaller(): void {
  const { INIT_CWD: caller, npm_package_json: packageFile } = process.env;
  if (caller === undefined || packageFile === undefined || !existsSync(caller) || !existsSync(packageFile)) return;
  const isOwnScript = realpathSync(packageFile) === realpathSync(`${root}package.json`);
  if (isOwnScript && realpathSync(process.cwd()) === realpathSync(root)) process.chdir(caller);
}

/** What a shell reports of a process that SIGPIPE ended: 128 and the signal's number. */
const brokenPipe = 141;

/** `nexus … | head -1` ends quietly, as a program does that writes to a closed pipe; Node turns the signal into an error. */
export function endWithReaders(): void {
  for (const [name, stream] of [
    ['stdout', process.stdout],
    ['stderr', process.stderr],
  ] as const) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE' || error.code === 'EOF') process.exit(brokenPipe);
      if (name === 'stdout') process.stderr.write(`${sentenceLine(writingFailure(name, error))}\n`);
      process.exit(1);
    });
  }
}
