/** The suite of the whole way, on a model that takes seconds. */
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test, vi } from 'vitest';
import { benchFull } from '../../tools/bench/full.ts';
import { benchQuantisers } from '../../tools/bench/quantisers.ts';
import { sizedCheckpoint } from '../../tools/checkpoint/sizes.ts';
import { failureFrom } from '../helpers/sources.ts';

vi.setConfig({ testTimeout: 300_000 });

const folder = mkdtempSync(join(tmpdir(), 'nexus-bench-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A program that stands for Python. */
function python(script: string): string {
  const path = join(folder, 'python');
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
  return path;
}

const quantisers = (program: string) => benchQuantisers([64, 96], { folder, cases: 2, python: program });

test('the whole way is measured, each run in a process of its own, and nothing of it is left', async () => {
  vi.stubEnv('TMPDIR', folder);
  const told: number[] = [];
  const sized = sizedCheckpoint('tiny', 1);
  const rows = await benchFull({ sized, matrix: [64, 96], cases: 2, python: 'no-such-python' }, (count) =>
    told.push(count),
  );
  vi.unstubAllEnvs();
  const named = new Map(rows.map((row) => [row.name, row]));
  for (const what of ['a step of FLUX', 'a token']) {
    const figures = ['resident, of the processor', 'streamed, of the processor', 'two threads, of the clock'];
    for (const how of figures) {
      expect(named.get(`${what}, ${how}`)).toMatchObject({ unit: 's', count: 2 });
    }
    expect(named.get(`${what}, streamed / resident`)?.value).toBeGreaterThan(0);
    expect(named.get(`${what}, two threads / one`)?.value).toBeGreaterThan(0);
  }
  for (const kind of ['embeddings', 'pixels']) {
    const difference = (what: string) => Number(named.get(`${kind}, ${what}, largest difference`)?.value);
    expect(difference('streamed against resident')).toBe(0);
    expect(difference('a layer a segment against one graph')).toBe(0);
    expect(difference('two threads against one')).toBeLessThanOrEqual(kind === 'pixels' ? 1 / 255 : 1e-5);
  }
  expect(named.get('loading it again / reading')?.value).toBeGreaterThan(0);
  expect(named.get('ledger / planned weights and cache, resident')?.value).toBeGreaterThan(0.8);
  expect(named.get('ledger / planned weights and cache, resident')?.value).toBeLessThan(1.2);
  expect(named.get('conversion to q4, two threads')?.value).toBeGreaterThan(0);
  expect(named.get('quantising / onnxruntime’s')).toMatchObject({ value: 'absent' });
  expect(told).toEqual(told.toSorted((left, right) => left - right));
  expect(told.at(-1)).toBe(100);
});

test('the quantiser is told beside onnxruntime’s, where there is a Python that has it', async () => {
  const [own, other, ratio] = await quantisers(python(`echo '{"seconds": [2, 4]}'`));
  // 64 · 96 values of 2 bytes in three seconds.
  expect(other).toMatchObject({ unit: 'MB/s', count: 2, value: (0.012288 / 2 + 0.012288 / 4) / 2 });
  expect(ratio?.value).toBeCloseTo(Number(own?.value) / Number(other?.value));
  expect((await quantisers(python('exit 3'))).map(({ value }) => value === 'absent')).toEqual([false, true, true]);
  expect(await failureFrom(() => quantisers(python('echo broken >&2; exit 1')))).toMatchObject({
    code: 'BENCH_FAILED',
  });
});
