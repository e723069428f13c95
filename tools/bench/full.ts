/**
 * What the whole way costs at the published widths, with as few layers as that takes: conversion, loading, one step and one token,
 * resident and streamed, in segments and in one graph, with one thread and two, and memory against its plan. Where threads do not matter the seconds are those of
 * the processor, which other work on the machine leaves as they are.
 */
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { nodeHashing, openSink } from '../../cli/bundle-sink.ts';
import { requireFree } from '../../cli/conversion-estimate.ts';
import { openFolder } from '../../cli/files.ts';
import { ort } from '../../cli/ort.ts';
import { openQuantiser } from '../../cli/quantiser.ts';
import { planConversion } from '../../model/bundle/conversion-plan.ts';
import { takenBytes } from '../../model/bundle/conversion-work.ts';
import { convert } from '../../model/bundle/convert.ts';
import { fail } from '../../model/failure.ts';
import { graphRunner } from '../../workers/gpu/graph-runner.ts';
import { WasmRuntime } from '../../workers/gpu/wasm-runtime.ts';
import { openTokenizer } from '../../workers/language/words-tokenizer.ts';
import { filledBytes, planCheckpoint } from '../checkpoint/plan.ts';
import type { SizedCheckpoint } from '../checkpoint/sizes.ts';
import { writeCheckpoint } from '../checkpoint/write.ts';
import type { FullRun, FullRunOptions, Taken } from './full-run.ts';
import { benchQuantisers, type MatrixShape } from './quantisers.ts';
import { type BenchRow, benchRow, type Done } from './row.ts';

export interface FullOptions {
  readonly sized: SizedCheckpoint;
  /** What is quantised beside onnxruntime. */
  readonly matrix: MatrixShape;
  /** Measurements of each figure of a run. */
  readonly cases: number;
  readonly python?: string;
}

/** Stages of the suite, in hundredths of its time. */
const shares = { checkpoint: 10, quantisers: 15, conversion: 35, segments: 55, runs: 100 } as const;

/** Each of two bundles takes less than half of what it is made of, and the tensor that quantisers share as much again. */
const roomShare = 2.5;

/** @throws NO_ROOM in the system's folder for temporary files; BENCH_FAILED */
export async function benchFull(
  { sized, matrix, cases, python }: FullOptions,
  done: Done,
): Promise<readonly BenchRow[]> {
  const work = await mkdtemp(join(tmpdir(), 'nexus-bench-'));
  try {
    const [checkpoint, bundle, segmented] = [join(work, 'checkpoint'), join(work, 'bundle'), join(work, 'segmented')];
    // One decoder is enough.
    const files = planCheckpoint(sized, 'all', false).filter(({ path }) => !path.endsWith('/edit_decoder.bin'));
    const bytes = files.reduce((sum, file) => sum + filledBytes(file), 0);
    await requireFree(work, roomShare * bytes);
    const within = (from: number, to: number) => (part: number) => done(from + part * (to - from), 100);
    const writing = within(0, shares.checkpoint);
    await writeCheckpoint(files, checkpoint, '0', (written) => writing(written / bytes));
    const quantisers = await benchQuantisers(matrix, { folder: work, cases, ...(python !== undefined && { python }) });
    done(shares.quantisers, 100);
    const conversion = await converted(checkpoint, bundle, within(shares.quantisers, shares.conversion));
    // The least that a segment may take: each has one layer.
    await convertedInto(segmented, checkpoint, within(shares.conversion, shares.segments), 1);
    const runs = await measuredRuns({ bundle, segmented }, cases, within(shares.segments, shares.runs));
    return [...conversion, ...quantisers, ...runs];
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function converted(from: string, to: string, tell: (part: number) => void): Promise<readonly BenchRow[]> {
  const [begun, processor] = [performance.now(), process.cpuUsage()];
  const plan = await convertedInto(to, from, tell);
  const seconds = (performance.now() - begun) / 1000;
  const { user, system } = process.cpuUsage(processor);
  const megabytes = plan.shards.reduce((sum, shard) => sum + takenBytes(plan, shard), 0) / 1e6;
  return [
    benchRow('conversion to q4, two threads', 'MB/s', [megabytes / seconds]),
    benchRow('conversion to q4, a second of the processor', 'MB/s', [megabytes / ((user + system) / 1e6)]),
  ];
}

/** @param segmentLimit bytes of a segment of the transformer, at most */
async function convertedInto(to: string, from: string, tell: (part: number) => void, segmentLimit?: number) {
  const plan = await planConversion([openFolder(from)], 'q4', { segmentLimit });
  const runtime = new WasmRuntime(ort);
  const quantiser = await openQuantiser(2);
  try {
    await convert(plan, await openSink(to), {
      ...nodeHashing,
      runner: graphRunner(runtime),
      openTokenizer,
      quantiser,
      progress: ({ share }) => tell(share),
    });
  } finally {
    await quantiser.close();
    await runtime.close();
  }
  return plan;
}

interface Bundles {
  /** Folder of the bundle with the transformer in one graph. */
  readonly bundle: string;
  /** With a segment a layer. */
  readonly segmented: string;
}

async function measuredRuns(
  { bundle, segmented }: Bundles,
  cases: number,
  tell: (part: number) => void,
): Promise<readonly BenchRow[]> {
  const kinds = [
    { bundle, placement: 'resident', threads: 1 },
    { bundle, placement: 'streamed', threads: 1 },
    { bundle, placement: 'resident', threads: 2 },
    { bundle: segmented, placement: 'resident', threads: 1 },
  ] as const;
  const found: FullRun[] = [];
  for (const [at, kind] of kinds.entries()) {
    found.push(await inProcess({ ...kind, cases }));
    tell((at + 1) / kinds.length);
  }
  const [resident, streamed, twoThreads, inSegments] = found;
  if (!resident || !streamed || !twoThreads || !inSegments) return [];
  const times = (what: string, of: (run: FullRun) => readonly Taken[]) => {
    const processor = (run: FullRun) => of(run).map((taken) => taken.processor);
    const clock = (run: FullRun) => of(run).map((taken) => taken.clock);
    return [
      benchRow(`${what}, resident, of the processor`, 's', processor(resident)),
      benchRow(`${what}, streamed, of the processor`, 's', processor(streamed)),
      ratio(`${what}, streamed / resident`, processor(streamed), processor(resident)),
      benchRow(`${what}, one thread, of the clock`, 's', clock(resident)),
      benchRow(`${what}, two threads, of the clock`, 's', clock(twoThreads)),
      ratio(`${what}, two threads / one`, clock(twoThreads), clock(resident)),
    ];
  };
  const { load } = streamed;
  return [
    benchRow('reading the transformer’s shard', 'GB/s', load.reads),
    benchRow('loading the transformer, its hashes compared', 'GB/s', load.firsts),
    benchRow('loading it again', 'GB/s', load.loads),
    ratio('loading it again / reading', load.loads, load.reads),
    ...times('a step of FLUX', ({ steps }) => steps),
    ...times('a token', ({ tokens }) => tokens),
    benchRow('ledger / planned weights and cache, resident', '1', [
      resident.memory.ledger / resident.memory.plannedLedger,
    ]),
    benchRow('process / planned, resident', '1', [resident.memory.process / resident.memory.planned]),
    benchRow('process, streamed / resident', '1', [streamed.memory.process / resident.memory.process]),
    ...differences('streamed against resident', streamed.answers, resident.answers),
    ...differences('a layer a segment against one graph', inSegments.answers, resident.answers),
    ...differences('two threads against one', twoThreads.answers, resident.answers),
  ];
}

/** Largest differences, as parts of the largest value. */
function differences(what: string, of: FullRun['answers'], to: FullRun['answers']): readonly BenchRow[] {
  return (['embeddings', 'pixels'] as const).map((kind) => {
    const [values, others] = [of[kind], to[kind]];
    const largest = Math.max(...others.map(Math.abs));
    const off = others.map((other, at) => Math.abs((values[at] ?? Number.NaN) - other));
    return benchRow(`${kind}, ${what}, largest difference`, '1', [Math.max(...off) / largest]);
  });
}

/** Of medians. */
function ratio(name: string, of: readonly number[], to: readonly number[]): BenchRow {
  const median = (values: readonly number[]) => Number(benchRow('', '1', values).value);
  return benchRow(name, '1', [median(of) / median(to)]);
}

/** A process has one number of threads, and its memory never shrinks: each run has one of its own. */
async function inProcess(options: FullRunOptions): Promise<FullRun> {
  const script = fileURLToPath(new URL('./full-run.mjs', import.meta.url));
  const child = spawn(process.execPath, [script, JSON.stringify(options)], { stdio: ['ignore', 'pipe', 'pipe'] });
  const said = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream].setEncoding('utf8').on('data', (text: string) => {
      said[stream] += text;
    });
  }
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (code !== 0) fail('BENCH_FAILED', { reason: said.stderr.trim().split('\n').slice(-3).join(' ') });
  return JSON.parse(said.stdout);
}
