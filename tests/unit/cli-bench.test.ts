import { describe, expect, test } from 'vitest';
import { type PieceSizes, publishedSizes } from '../../cli/bench/pieces.ts';
import { benchPrefill, midSize } from '../../cli/bench/prefill.ts';
import { benchQuantisation } from '../../cli/bench/quantisation.ts';
import { type BenchRow, benchRow } from '../../cli/bench/row.ts';
import { bench } from '../../cli/bench.ts';
import { UsageError } from '../../cli/command.ts';
import { ort } from '../../cli/ort.ts';
import { WasmRuntime } from '../../workers/gpu/wasm-runtime.ts';

const { vision, transformer, flux, adapter, merger } = publishedSizes;
const narrow = { hidden_size: 128, num_attention_heads: 4, num_key_value_heads: 2, intermediate_size: 256 };
const sections = { mrope_section: [8, 4, 4] } as const;
const small: PieceSizes = {
  vision: { ...vision, hidden_size: 64, num_heads: 2, intermediate_size: 128, out_hidden_size: 96 },
  transformer: { ...transformer, ...narrow, rope_scaling: sections },
  flux: { ...flux, hidden: 128, heads: 4, headDim: 32, axes: [8, 12, 12] },
  adapter: { ...adapter, input: 96, output: 128 },
  merger: {
    ...merger,
    hidden: 96,
    heads: 3,
    kvHeads: 1,
    headDim: 32,
    mropeSection: [8, 4, 4],
    intermediate: 128,
    out: 64,
  },
};

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
    expect(row.value).toBeGreaterThanOrEqual(row.low);
    expect(row.value).toBeLessThanOrEqual(row.high);
  }
}

test('a figure is the median of its measurements', () => {
  const row = { name: 'speed', unit: 'ms', low: 1, floor: null, goal: null };
  expect(benchRow('speed', 'ms', [9, 1, 2])).toEqual({ ...row, value: 2, high: 9, count: 3 });
  expect(benchRow('speed', 'ms', [4, 1, 2, 9], { goal: 2 })).toEqual({ ...row, value: 3, high: 9, count: 4, goal: 2 });
});

describe('the quantisation suite', () => {
  test('finds less error in every piece the more bits a matrix has', async () => {
    const rows = await withRuntime((runtime) => benchQuantisation(runtime, small, 2, () => undefined));
    expect(rows).toHaveLength(6 * 3 * 2);
    expectRows(rows, 2);
    const figure = (name: string) => rows.find((row) => row.name === name)?.value ?? Number.NaN;
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

describe('the prefill suite', () => {
  test('draws the same in one pass as in a loop', async () => {
    const config = { ...midSize, ...narrow, num_hidden_layers: 1, rope_scaling: sections };
    const rows = await withRuntime((runtime) => benchPrefill(runtime, config, 3, () => undefined));
    expectRows(rows, 3);
    expect(rows.map(({ name, unit }) => [name, unit])).toEqual([
      ['one pass', 'ms'],
      ['loop', 'ms'],
      ['pass / loop', '1'],
      ['cosine of pass and loop', '1'],
    ]);
    expect(rows[2]?.high).toBeLessThan(1);
    expect(rows[3]?.low).toBeGreaterThan(0.999999);
  });
});

test.each([['--suite', 'speed'], ['--cases', '0'], ['--cases', '1e3'], ['nano']])('refuses %s %s', async (...argv) => {
  await expect(bench.run(argv)).rejects.toBeInstanceOf(UsageError);
});
