import { WasmRuntime } from '../workers/gpu/wasm-runtime.ts';
import { publishedSizes } from './bench/pieces.ts';
import { benchPrefill, midSize } from './bench/prefill.ts';
import { benchQuantisation } from './bench/quantisation.ts';
import type { BenchRow } from './bench/row.ts';
import { type Command, choice, parseCommandLine, UsageError } from './command.ts';
import { ort } from './ort.ts';
import { progress } from './progress.ts';
import { textTable } from './table.ts';

const usage = `nexus bench [--suite quantisation|prefill] [--cases N] [--json]

Measures pieces with random weights on this computer, by the wasm provider:

  quantisation  cosine and relative error of each piece with q4, q8 and f16 weights against float32, at published
                width, one block each (minutes, and up to 6 GB of memory)
  prefill       an image's 81 tokens in one pass against one at a time, in turns

  --suite NAME  which (default quantisation)
  --cases N     measurements of each figure (default 1 for quantisation, 5 for prefill)
  --json        one JSON object instead of the table
  --quiet       no progress on stderr

A figure is the median of its measurements, low and high their ends.

Exit: 0 done, 1 failed or below a floor, 2 wrong usage.`;

const options = {
  suite: { type: 'string', default: 'quantisation' },
  cases: { type: 'string' },
  json: { type: 'boolean', default: false },
  quiet: { type: 'boolean', default: false },
} as const;

const defaultCases = { quantisation: 1, prefill: 5 } as const;
type Suite = keyof typeof defaultCases;

export const bench: Command = {
  name: 'bench',
  summary: 'measure what quantisation and prefilled autoregression do',
  usage,
  async run(argv) {
    const { values, positionals } = parseCommandLine(argv, options);
    if (positionals.length > 0) throw new UsageError('bench takes options only');
    const suite = choice('suite', values.suite, ['quantisation', 'prefill']);
    const cases = values.cases === undefined ? defaultCases[suite] : countOf(values.cases);
    const runtime = new WasmRuntime(ort);
    try {
      const rows = await measureSuite(runtime, suite, cases, values.quiet);
      const { device } = runtime.report;
      process.stdout.write(`${values.json ? JSON.stringify({ suite, device, rows }) : table(rows)}\n`);
      return rows.some(({ value, floor }) => floor !== null && !(value >= floor)) ? 1 : 0;
    } finally {
      await runtime.close();
    }
  },
};

function countOf(text: string): number {
  if (!/^[1-9]\d{0,3}$/.test(text)) throw new UsageError(`--cases is a number from 1 to 9999, not "${text}"`);
  return Number(text);
}

async function measureSuite(runtime: WasmRuntime, suite: Suite, cases: number, quiet: boolean) {
  const thousandths = 1000;
  const bar = progress('bench', thousandths, quiet);
  const done = (count: number, total: number) => bar.done(Math.floor((count / total) * thousandths));
  try {
    if (suite === 'prefill') return await benchPrefill(runtime, midSize, cases, done);
    return await benchQuantisation(runtime, publishedSizes, cases, done);
  } finally {
    bar.end();
  }
}

function table(rows: readonly BenchRow[]): string {
  const shown = (value: number | null) => (value === null ? '' : value.toPrecision(6));
  return textTable([
    ['name', 'value', 'unit', 'low', 'high', 'count', 'floor', 'goal'],
    ...rows.map(({ name, value, unit, low, high, count, floor, goal }) => [
      name,
      shown(value),
      unit,
      shown(low),
      shown(high),
      count,
      shown(floor),
      shown(goal),
    ]),
  ]);
}
