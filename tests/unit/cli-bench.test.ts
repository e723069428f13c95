import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openSink } from '../../cli/bundle-sink.ts';
import { UsageError } from '../../cli/command.ts';
import { ort } from '../../cli/ort.ts';
import { bench } from '../../tools/bench/bench.ts';
import { benchFloat16 } from '../../tools/bench/float16.ts';
import { benchNano } from '../../tools/bench/nano.ts';
import { narrowSizes } from '../../tools/bench/pieces.ts';
import { benchPrefill } from '../../tools/bench/prefill.ts';
import { benchQuantisation } from '../../tools/bench/quantisation.ts';
import { type LanguageSizes, midSize } from '../../tools/bench/random-language.ts';
import { type BenchRow, benchRow } from '../../tools/bench/row.ts';
import { benchTurns } from '../../tools/bench/turns.ts';
import { WasmRuntime } from '../../workers/gpu/wasm-runtime.ts';
import { writeDrawingBundle } from '../helpers/drawing-bundle.ts';

async function withRuntime<Result>(use: (runtime: WasmRuntime) => Promise<Result>): Promise<Result> {
  const runtime = new WasmRuntime(ort);
  try {
    return await use(runtime);
  } finally {
    await runtime.close();
  }
}

function expectRows(rows: readonly BenchRow[], count: number): void {
  const keys = ['count', 'floor', 'goal', 'high', 'low', 'name', 'unit', 'value'];
  for (const row of rows) {
    expect(Object.keys(JSON.parse(JSON.stringify(row))).sort()).toEqual(keys);
    expect(row.count).toBe(count);
    expect(row.value).toBeGreaterThanOrEqual(Number(row.low));
    expect(row.value).toBeLessThanOrEqual(Number(row.high));
  }
}

test('a figure is the median of its measurements', () => {
  const row = { name: 'speed', unit: 'ms', low: 1, floor: null, goal: null };
  expect(benchRow('speed', 'ms', [9, 1, 2])).toEqual({ ...row, value: 2, high: 9, count: 3 });
  expect(benchRow('speed', 'ms', [4, 1, 2, 9], { goal: 2 })).toEqual({ ...row, value: 3, high: 9, count: 4, goal: 2 });
});

describe('the quantisation suite', () => {
  test('finds less error in every piece the more bits a matrix has', async () => {
    const rows = await withRuntime((runtime) => benchQuantisation(runtime, narrowSizes, 1, () => undefined));
    expect(rows).toHaveLength(6 * 3 * 2);
    expectRows(rows, 1);
    const figure = (name: string) => Number(rows.find((row) => row.name === name)?.value);
    const pieces = [...new Set(rows.map(({ name }) => name.replace(/, (q4|q8|f16), .*/, '')))];
    expect(pieces).toHaveLength(6);
    for (const piece of pieces) {
      const [q4, q8, f16] = ['q4', 'q8', 'f16'].map((precision) => figure(`${piece}, ${precision}, relative error`));
      expect(f16).toBeGreaterThan(0);
      expect(q8).toBeGreaterThan(f16 ?? Number.NaN);
      // The adapter is stored in 8 bits in a bundle of 4.
      if (piece === 'generation adapter') expect(q4).toBe(q8);
      else expect(q4).toBeGreaterThan(q8 ?? Number.NaN);
      expect(q4).toBeLessThan(0.3);
      expect(figure(`${piece}, q4, cosine`)).toBeGreaterThan(0.95);
    }
  });
});

const { hidden_size, num_attention_heads, num_key_value_heads, intermediate_size, rope_scaling } =
  narrowSizes.transformer;
const widths = { hidden_size, num_attention_heads, num_key_value_heads, intermediate_size, rope_scaling };
const tiny: LanguageSizes = {
  transformer: { ...midSize.transformer, ...widths, num_hidden_layers: 1 },
  vision: { ...narrowSizes.vision, out_hidden_size: hidden_size },
};

describe('the prefill suite', () => {
  test('draws the same in one pass as in a loop', async () => {
    const rows = await withRuntime((runtime) => benchPrefill(runtime, tiny, 3, () => undefined));
    expectRows(rows, 3);
    expect(rows.map(({ name, unit }) => [name, unit])).toEqual([
      ['one pass', 'ms'],
      ['loop', 'ms'],
      ['loop / pass', '1'],
      ['cosine of pass and loop', '1'],
    ]);
    expect(rows[2]?.low).toBeGreaterThan(0);
    expect(rows[3]?.low).toBeGreaterThan(0.999999);
  });
});

describe('the turns suite', () => {
  test('times a second turn from the caches of the first and anew', async () => {
    const rows = await withRuntime((runtime) => benchTurns(runtime, tiny, 3, () => undefined));
    expectRows(rows, 3);
    expect(rows.map(({ name, unit }) => [name, unit])).toEqual([
      ['second turn, cached', 'ms'],
      ['second turn, cold', 'ms'],
      ['cold / cached', '1'],
    ]);
    for (const { value } of rows) expect(value).toBeGreaterThan(0);
  });
});

describe('the float16 suite', () => {
  test('says that float16 is absent where the device has none', async () => {
    const rows = await withRuntime((runtime) => benchFloat16(runtime, narrowSizes, 1, () => undefined));
    expect(rows).toHaveLength(6 * 2);
    for (const row of rows) expect(row).toMatchObject({ value: 'absent', low: null, high: null, count: 0 });
  });

  test('finds little error where it has', async () => {
    const rows = await withRuntime((runtime) => {
      // onnxruntime computes float16 graphs on the processor by way of float32.
      const report = { ...runtime.report, activations: 'float16' } as const;
      const half = new Proxy(runtime, {
        get: (target, name) => (name === 'report' ? report : bound(target, name)),
      });
      return benchFloat16(half, narrowSizes, 1, () => undefined);
    });
    expectRows(rows, 1);
    for (const { name, value } of rows) {
      if (name.endsWith('cosine')) expect(value).toBeGreaterThan(0.9999);
      else expect(value).toBeGreaterThan(0);
    }
  });
});

describe('the nano suite', () => {
  test('measures pictures and replies of a bundle, and what it holds against its plan', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'nexus-gen-bench-'));
    await writeDrawingBundle(await openSink(folder));
    const rows = await benchNano({ kind: 'wasm', threads: 1 }, 2, () => undefined, folder);
    await rm(folder, { recursive: true });
    expect(rows.map(({ name, unit, count }) => [name, unit, count])).toEqual([
      ['bundle', 'MB', 1],
      ['nano is ready', 's', 1],
      ['first picture', 's', 1],
      ['picture', 's', 2],
      ['picture, the painter alone', 's', 2],
      ['reply about a picture', 's', 2],
      ['most memory / planned, language', '1', 1],
      ['most memory / planned, painter', '1', 1],
    ]);
    for (const { value } of rows) expect(value).toBeGreaterThan(0);
    const promised = rows.filter(({ goal }) => goal !== null).map(({ name, goal }) => [name, goal]);
    expect(promised).toEqual([
      ['bundle', 32],
      ['picture', 2],
      ['reply about a picture', 1],
    ]);
    for (const { value } of rows.slice(-2)) expect(value).toBeLessThanOrEqual(1);
  });
});

function bound(target: object, name: string | symbol): unknown {
  const member: unknown = Reflect.get(target, name);
  return typeof member === 'function' ? member.bind(target) : member;
}

test.each([
  ['--suite', 'speed'],
  ['--suite', 'block', '--device', 'wasm'],
  ['--cases', '0'],
  ['--cases', '1e3'],
  ['nano'],
])('refuses %s %s', async (...argv) => {
  await expect(bench.run(argv)).rejects.toBeInstanceOf(UsageError);
});
