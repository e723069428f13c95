/**
 * How well the model that ships with the page does what it says: the rows of training/nano/report.py, judged in Python by rendering
 * what should have been drawn (`training/run.py bundle`). What was judged is kept, so that a run that was cut off goes on.
 */
import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { nano } from '../../cli/nano.ts';
import { fail } from '../../model/failure.ts';
import type { BenchRow, Done } from './row.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Git ignores it. Icons, lists of nouns and every judged case lie in it. */
const ownState = join(root, '.cache', 'nano-quality');

export const qualityRows = [
  'draw',
  'hand-written',
  'edit',
  'which',
  'unchanged-region',
  'several-instructions',
  'story',
  'ask',
  'read',
  'caption',
  'polish',
  'twelve-turns',
  'when-to-draw',
  'reply-language',
  'foreign-picture',
  'seeds-differ',
] as const;

export interface QualityOptions {
  /** Of each row at most; null for all there are. */
  readonly cases: number | null;
  /** Null for every row. */
  readonly row: string | null;
  /** Whether what was judged before counts. */
  readonly kept: 'goes-on' | 'fresh';
  /** The bundle's folder. */
  readonly bundle?: string;
  /** The folder of what is kept. */
  readonly state?: string;
  /** The program. */
  readonly python?: string;
}

const figure = z.number().finite();
const rowsSchema = z.object({
  rows: z
    .array(
      z.object({
        name: z.string(),
        value: z.union([figure, z.literal('absent')]),
        unit: z.enum(['%', 'dB', 'points']),
        low: figure.nullable(),
        high: figure.nullable(),
        count: z.int().nonnegative(),
        floor: figure.nullable(),
        goal: figure.nullable(),
      }),
    )
    .readonly(),
});

/** @throws NO_PYTHON where it or a package of training/requirements.txt is not there; BENCH_FAILED */
export async function benchQuality(options: QualityOptions, done: Done): Promise<readonly BenchRow[]> {
  const { cases, row, kept, bundle = nano, state = process.env.NANO_STATE ?? ownState, python = 'python3' } = options;
  const environment = {
    NANO_BUNDLE: bundle,
    ...(cases !== null && { NANO_CASES: String(cases) }),
    ...(row !== null && { NANO_ROWS: row }),
    ...(kept === 'fresh' && { NANO_FRESH: '1' }),
  };
  const program = [join('training', 'run.py'), 'bundle', '--state', state, '--minutes', '100000'];
  await judge(python, program, environment, done);
  const { rows } = rowsSchema.parse(JSON.parse(await readFile(join(state, 'bundle-evaluation.json'), 'utf8')));
  // Of the two rows that are judged by the same replies, the one that was asked for.
  const base = (name: string) => name.replace(/-zh$/, '').replace(/:.*$/, '');
  return rows.filter(({ name }) => row === null || base(name) === row);
}

const lastLines = 8;

/** Runs the judges to their end and tells how far they are. */
async function judge(
  python: string,
  program: readonly string[],
  environment: Readonly<Record<string, string>>,
  done: Done,
): Promise<void> {
  // Options of a row or a number of cases that were set for another run would be meant here too.
  const { NANO_CASES: _, NANO_ROWS: __, NANO_FRESH: ___, ...inherited } = process.env;
  const child = spawn(python, program, {
    cwd: root,
    env: { ...inherited, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? 1));
  }).catch((error: NodeJS.ErrnoException) =>
    error.code === 'ENOENT' ? fail('NO_PYTHON', { lacks: python }) : Promise.reject(error),
  );
  createInterface({ input: child.stdout }).on('line', (line) => {
    const [, count, total] = /^judged (\d+) of (\d+)$/.exec(line) ?? [];
    if (Number(total) > 0) done(Number(count), Number(total));
  });
  const said: string[] = [];
  createInterface({ input: child.stderr }).on('line', (line) => said.push(line));
  if ((await ended) === 0) return;
  const [, lacks] = /No module named '([^'.]+)/.exec(said.join('\n')) ?? [];
  if (lacks !== undefined) fail('NO_PYTHON', { lacks });
  fail('BENCH_FAILED', { reason: said.slice(-lastLines).join(' ').trim() });
}
