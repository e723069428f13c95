import { type Command, choice, parseCommandLine, UsageError } from '../../cli/command.ts';
import { ort } from '../../cli/ort.ts';
import { progress } from '../../cli/progress.ts';
import { textTable } from '../../cli/table.ts';
import { usualThreads } from '../../cli/threads.ts';
import { jsonLine } from '../../cli/visible.ts';
import { WasmRuntime } from '../../workers/gpu/wasm-runtime.ts';
import { benchSizes } from '../checkpoint/sizes.ts';
import { benchBlocks } from './blocks.ts';
import { ofKind, withChrome } from './chrome-bench.ts';
import { benchDevices } from './devices.ts';
import { benchFull } from './full.ts';
import { benchNano } from './nano.ts';
import { benchPage } from './page.ts';
import { publishedSizes } from './pieces.ts';
import { benchQuality, qualityRows } from './quality.ts';
import type { BenchRow, Done } from './row.ts';
import { type RuntimeSuite, runtimeSuites } from './runtime-suites.ts';

const usage = `nexus bench [--suite NAME] [--device wasm|webgpu] [--cases N] [--row NAME] [--fresh] [--json]

Measures on this computer:

  quantisation  cosine and relative error of each piece with q4, q8 and f16 weights against float32, at published
                width, one block each (minutes, and up to 6 GB of memory)
  depth         which matrices of a q4 bundle 8 bits would help most: relative error at the published depth and a fraction
                of the width, and what they cost at the published widths (a minute)
  float16       the same of each piece with float16 activations, where the device has them
  devices       cosine and relative error of each piece on the graphics card, in Chrome, against the processor: a q4 bundle's
                weights at published width, one block each; a cosine has a floor (minutes, also in software)
  prefill       an image's 81 tokens in one pass against one at a time, in turns
  turns         the first word of a second turn, from the caches of the first and cold, in turns
  block         a FLUX block through Chrome against onnxruntime-node on the same driver, where that can be had, in turns
                (Chrome's folder has a Vulkan loader for a system without one: LD_LIBRARY_PATH=/usr/lib/chromium)
  nano          how often the model that ships with the page does what was asked, row by row, Chinese apart (-zh), judged by
                training/ in Python; hours for all of it
  full          the whole way at the published widths with few layers and random weights: conversion, the quantiser against
                onnxruntime's (Python), loading against the disk, a step and a token resident, streamed and with two
                threads, memory against its plan (minutes, and up to 5 GB of disk in the system's temporary folder)
  nano-speed    what the model that ships with the page costs: its size, seconds a picture and a reply
  page          the page in Chrome: first paint, when it can be typed in, its longest task, also while it draws; and with 1,000
                turns and 500 pictures in its store: opening that chat, opening Settings, scrolling, typing and work in it

  --suite NAME          which (default quantisation)
  --device wasm|webgpu  for all but devices, block, page, full and nano, where they are measured (default wasm; webgpu is headless
                        Chrome)
  --cases N             measurements of each figure (default 1 for quantisation, depth, float16 and devices, else 5); of nano the
                        most cases of a row (default all)
  --row NAME            of nano: ${qualityRows.slice(0, 8).join(', ')},
                        ${qualityRows.slice(8).join(', ')}
  --fresh               of nano: begins all rows, or that one, anew; else what was judged of this bundle before counts
  --json                one JSON object instead of the table
  --quiet               no progress on stderr

A figure is the median of its measurements, low and high their ends; "absent" where this computer lacks what is measured.
Of nano it is the share of right cases or the mean of decibels, low and high its 95 % interval.

Exit: 0 done, 1 failed or below a floor, 2 wrong usage.`;

const options = {
  suite: { type: 'string', default: 'quantisation' },
  device: { type: 'string' },
  cases: { type: 'string' },
  row: { type: 'string' },
  fresh: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
  quiet: { type: 'boolean', default: false },
} as const;

type Device = 'wasm' | 'webgpu';
type Measure = (device: Device, asked: Asked, done: Done) => Promise<readonly BenchRow[]>;

interface Asked {
  /** Null where nobody said. */
  readonly cases: number | null;
  readonly row: string | null;
  readonly kept: 'goes-on' | 'fresh';
}

interface Suite {
  readonly devices: readonly [Device, ...Device[]];
  readonly measure: Measure;
}

const usualCases = 5;

const suites: Readonly<Record<string, Suite>> = {
  quantisation: onRuntime('quantisation'),
  depth: onRuntime('depth'),
  float16: onRuntime('float16'),
  devices: {
    devices: ['webgpu'],
    measure: (_, { cases }, done) => benchDevices(publishedSizes, cases ?? 1, done),
  },
  prefill: onRuntime('prefill'),
  turns: onRuntime('turns'),
  block: { devices: ['webgpu'], measure: (_, { cases }, done) => benchBlocks(cases ?? usualCases, done) },
  nano: { devices: ['wasm'], measure: (_, asked, done) => benchQuality(asked, done) },
  'nano-speed': {
    devices: ['wasm', 'webgpu'],
    measure: (device, { cases }, done) => measureNano(device, cases ?? usualCases, done),
  },
  full: {
    devices: ['wasm'],
    measure: (_, { cases }, done) =>
      benchFull({ sized: benchSizes(), matrix: [4096, 3584], cases: cases ?? usualCases }, done),
  },
  page: { devices: ['webgpu'], measure: (_, { cases }, done) => benchPage(cases ?? usualCases, done) },
};

export const bench: Command = {
  usage,
  async run(argv) {
    const { values, positionals } = parseCommandLine(argv, options);
    if (positionals.length > 0) throw new UsageError('bench takes options only');
    const name = choice('suite', values.suite, Object.keys(suites));
    const suite = suites[name];
    if (suite === undefined) throw new UsageError(`there is no suite ${name}`);
    const device = choice('device', values.device ?? suite.devices[0], suite.devices);
    if (name !== 'nano' && (values.row !== undefined || values.fresh)) {
      throw new UsageError(`--${values.fresh ? 'fresh' : 'row'} is of the suite nano`);
    }
    const asked: Asked = {
      cases: values.cases === undefined ? null : countOf(values.cases),
      row: values.row === undefined ? null : choice('row', values.row, qualityRows),
      kept: values.fresh ? 'fresh' : 'goes-on',
    };
    const rows = await withProgress(values.quiet, (done) => suite.measure(device, asked, done));
    process.stdout.write(`${values.json ? jsonLine({ suite: name, device, rows }) : table(rows)}\n`);
    return rows.some(isBelowFloor) ? 1 : 0;
  },
};

function measureNano(device: Device, cases: number, done: Done): Promise<readonly BenchRow[]> {
  return benchNano(device === 'wasm' ? { kind: device, threads: usualThreads } : { kind: device }, cases, done);
}

function onRuntime(suite: RuntimeSuite): Suite {
  const { cases: usual, measure } = runtimeSuites[suite];
  return {
    devices: ['wasm', 'webgpu'],
    async measure(device, asked, done) {
      const cases = asked.cases ?? usual;
      if (device === 'webgpu') {
        return withChrome(async (ask) => ofKind(await ask({ kind: 'suite', suite, cases }), 'suite').rows);
      }
      const runtime = new WasmRuntime(ort);
      try {
        return await measure(runtime, cases, done);
      } finally {
        await runtime.close();
      }
    },
  };
}

function countOf(text: string): number {
  if (!/^[1-9]\d{0,3}$/.test(text)) throw new UsageError(`--cases is a number from 1 to 9999, not "${text}"`);
  return Number(text);
}

async function withProgress<Result>(quiet: boolean, work: (done: Done) => Promise<Result>): Promise<Result> {
  const thousandths = 1000;
  const bar = progress('bench', thousandths, quiet);
  try {
    return await work((count, total) => bar.done(Math.floor((count / total) * thousandths)));
  } finally {
    bar.end();
  }
}

function isBelowFloor({ value, floor }: BenchRow): boolean {
  return floor !== null && value !== 'absent' && !(value >= floor);
}

function table(rows: readonly BenchRow[]): string {
  const shown = (value: number | string | null) => (typeof value === 'number' ? value.toPrecision(6) : (value ?? ''));
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
