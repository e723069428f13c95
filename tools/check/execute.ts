import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

export interface Executed {
  readonly code: number;
  /** Empty unless it was to be read. */
  readonly stdout: string;
}

/** Runs a program in the project's folder and waits for its end; its output is shown, or stdout is read. */
export function execute(
  program: string,
  args: readonly string[],
  stdout: 'show' | 'read' = 'show',
  environment: Readonly<Record<string, string>> = {},
): Promise<Executed> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd: root,
      env: { ...process.env, ...environment },
      stdio: ['ignore', stdout === 'show' ? 'inherit' : 'pipe', 'inherit'],
    });
    const pieces: Buffer[] = [];
    child.stdout?.on('data', (piece: Buffer) => pieces.push(piece));
    child.once('error', reject);
    child.once('close', (code) => resolve({ code: code ?? 1, stdout: Buffer.concat(pieces).toString('utf8') }));
  });
}

/** Runs the program of an installed package, named by package and file, by this Node. */
export function nodeProgram(
  path: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<Executed> {
  const [, name = '', file = ''] = /^((?:@[^/]+\/)?[^/]+)\/(.+)$/.exec(path) ?? [];
  const manifest = createRequire(import.meta.url).resolve(`${name}/package.json`);
  return execute(process.execPath, [join(dirname(manifest), file), ...args], 'show', environment);
}
