/** The quality suite: its rows come from the judges in Python, and what they lack is said plainly. */
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { UsageError } from '../../cli/command.ts';
import { bench } from '../../tools/bench/bench.ts';
import { benchQuality, type QualityOptions, qualityRows } from '../../tools/bench/quality.ts';
import { failureFrom } from '../helpers/sources.ts';

const work = mkdtempSync(join(tmpdir(), 'nexus-quality-'));
const at = (name: string) => join(work, name);
afterAll(() => rmSync(work, { recursive: true }));

/** A program in Python's place, which gets its arguments and environment. */
function python(name: string, body: string): string {
  const path = at(name);
  writeFileSync(path, `#!${process.execPath}\n${body}\n`);
  chmodSync(path, 0o755);
  return path;
}

const row = (name: string, value: number) => ({
  name,
  value,
  unit: '%',
  low: value - 1,
  high: value + 1,
  count: 40,
  floor: 90,
  goal: 98,
});
const listed = ['reply-language', 'reply-language-zh', 'when-to-draw', 'when-to-draw-zh'].map((name, index) =>
  row(name, 90 + index),
);
const judges = python(
  'judges',
  `const fs = require('node:fs'), [, , , , , state] = process.argv;
const { NANO_CASES, NANO_ROWS, NANO_FRESH, NANO_BUNDLE } = process.env;
fs.writeFileSync(state + '/asked.json', JSON.stringify({ arguments: process.argv.slice(2, 4), NANO_CASES, NANO_ROWS, NANO_FRESH, NANO_BUNDLE }));
fs.writeFileSync(state + '/bundle-evaluation.json', ${JSON.stringify(JSON.stringify({ bundle: 'x', rows: listed }))});
console.log('judged 0 of 2\\njudged 2 of 2\\ndraw 90 %');`,
);

const options: QualityOptions = { cases: null, row: null, kept: 'goes-on', state: work, bundle: at('bundle') };
const ignored = () => undefined;

describe('bench --suite nano', () => {
  test('asks the judges for so many cases of a row, tells how far they are and answers with its rows', async () => {
    const told: [number, number][] = [];
    const asked = { ...options, python: judges, cases: 4, row: 'reply-language', kept: 'fresh' } as const;
    const rows = await benchQuality(asked, (count, total) => told.push([count, total]));
    expect(rows.map(({ name }) => name)).toEqual(['reply-language', 'reply-language-zh']);
    expect(rows[0]).toEqual(listed[0]);
    expect(told).toEqual([
      [0, 2],
      [2, 2],
    ]);
    expect(JSON.parse(readFileSync(at('asked.json'), 'utf8'))).toEqual({
      arguments: [join('training', 'run.py'), 'bundle'],
      NANO_CASES: '4',
      NANO_ROWS: 'reply-language',
      NANO_FRESH: '1',
      NANO_BUNDLE: at('bundle'),
    });
  });

  test('asks for all of every row where nobody says which, and goes on with what is kept', async () => {
    expect(await benchQuality({ ...options, python: judges }, ignored)).toEqual(listed);
    expect(JSON.parse(readFileSync(at('asked.json'), 'utf8'))).not.toHaveProperty('NANO_FRESH');
  });

  test.each([
    ['Python itself', at('nowhere'), { code: 'NO_PYTHON', data: { lacks: at('nowhere') } }],
    [
      'a package',
      python('bare', `console.error("ModuleNotFoundError: No module named 'tokenizers.models'"); process.exit(1);`),
      { code: 'NO_PYTHON', data: { lacks: 'tokenizers' } },
    ],
    [
      'an icon',
      python('broken', `console.error('OSError: no icon'); process.exit(1);`),
      { code: 'BENCH_FAILED', data: { reason: 'OSError: no icon' } },
    ],
  ])('says that %s is not there', async (_, program, failure) => {
    expect(await failureFrom(() => benchQuality({ ...options, python: program }, ignored))).toEqual(failure);
  });

  test('has rows that other suites have not, and no others', async () => {
    await expect(bench.run(['--suite', 'nano', '--row', 'beauty'])).rejects.toThrow(UsageError);
    await expect(bench.run(['--suite', 'nano-speed', '--fresh'])).rejects.toThrow(/--fresh is of the suite nano/);
    await expect(bench.run(['--suite', 'turns', '--row', 'draw'])).rejects.toThrow(/--row is of the suite nano/);
  });

  test('its rows are those that the judges promise', () => {
    const promised = readFileSync(new URL('../../training/nano/report.py', import.meta.url), 'utf8');
    const table = /PROMISED[^{]*\{([^}]*)\}/.exec(promised)?.[1] ?? '';
    expect([...table.matchAll(/"([a-z-]+)"/g)].map(([, name]) => name)).toEqual([...qualityRows]);
  });
});
