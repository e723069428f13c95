/** One run of a bundle in a process of its own: what loading, a token and a step take, and the memory that it grows to. */
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { openFolder } from '../../cli/files.ts';
import { ortWithThreads } from '../../cli/ort.ts';
import { type FitPlan, planFit } from '../../model/bundle/fit.ts';
import { Bundle } from '../../model/bundle/reader.ts';
import { stagesOf } from '../../model/bundle/stages.ts';
import { allLayers, segmentName } from '../../model/pieces/transformer.ts';
import { newJobId } from '../../session/job-id.ts';
import { WasmRuntime } from '../../workers/gpu/wasm-runtime.ts';
import { openBundleLanguage } from '../../workers/language/bundle-language.ts';
import { ImageEmbedder } from '../../workers/language/image-embedder.ts';
import { drawImage, readToken } from '../../workers/language/imagining.ts';
import { LanguageModel } from '../../workers/language/model.ts';
import { openBundlePainter } from '../../workers/painter/bundle-painter.ts';
import { allResident, allStreamed } from '../../workers/painter/flux-weights.ts';
import { PainterModel } from '../../workers/painter/model.ts';
import type { ImageEmbeddings, ImageId, PaintRequest, Seed } from '../../workers/protocol.ts';

export interface FullRunOptions {
  /** A folder. */
  readonly bundle: string;
  readonly placement: 'resident' | 'streamed';
  readonly threads: number;
  readonly cases: number;
}

/** Seconds of the clock, and of the processor: what else a machine does makes those of the clock more. */
export interface Taken {
  readonly clock: number;
  readonly processor: number;
}

export interface FullRun {
  /** Gigabytes a second of the transformer's first shard: read plainly; loaded for the first time, and again. */
  readonly load: {
    readonly reads: readonly number[];
    readonly firsts: readonly number[];
    readonly loads: readonly number[];
  };
  readonly tokens: readonly Taken[];
  readonly steps: readonly Taken[];
  /** What it came to: the embeddings of the first imagined position, and a picture's pixels. */
  readonly answers: { readonly embeddings: readonly number[]; readonly pixels: readonly number[] };
  /** In bytes, with both sides open. */
  readonly memory: {
    readonly planned: number;
    readonly plannedLedger: number;
    readonly ledger: number;
    /** What the process grew by. */
    readonly process: number;
  };
}

/** The smallest picture that people are offered: of FLUX's rows most are text then. */
const side = 64;
const seen = {
  id: 'seen' as ImageId,
  kind: 'seen',
  pixels: { width: side, height: side, data: new Uint8Array(3 * side * side).fill(90) },
} as const;

export async function fullRun({ bundle: path, placement, threads, cases }: FullRunOptions): Promise<FullRun> {
  const before = process.memoryUsage.rss();
  const runtime = new WasmRuntime(ortWithThreads(threads));
  const bundle = await Bundle.open(openFolder(path));
  const { manifest, config } = bundle;
  const { memoryBytes, report } = runtime;
  const plan = planFit(manifest, config, { device: 'wasm', memoryBytes, activations: report.activations });
  const stages = stagesOf(manifest, config, report.activations).map(({ name }) => name);
  const streamed = new Set(placement === 'streamed' ? stages : []);

  const weights = openBundleLanguage(runtime, bundle, streamed);
  const model = new LanguageModel(runtime, weights, config, plan.slots);
  const [segment] = weights.segments;
  const name = segmentName(config, segment ?? allLayers(config));
  const load = await loading(path, manifest, name, cases, () => weights.using(name, async () => undefined));
  await readToken(model, 20, 0);
  const tokens: Taken[] = [];
  for (let place = 1; place <= cases; place += 1) tokens.push(await taken(() => readToken(model, 20, place)));
  // Every piece that the plan counts is used once.
  await new ImageEmbedder(weights, config).embeddings(seen.id, 'reading', [seen]);
  const { spatial_merge_size: mergeSize } = config.vision_config;
  const { drawn_grid: grid } = config.nexus_gen.image;
  const { embeddings } = await drawImage(model, { start: cases + 1, grid, mergeSize, mode: 'pass' });

  const source = openBundlePainter(runtime, bundle, streamed);
  const painter = new PainterModel(runtime, source, placement === 'streamed' ? allStreamed : allResident);
  const hidden = config.hidden_size;
  const { steps, pixels } = await stepsOf(painter, { data: embeddings, hidden, grid }, cases);
  const ledger = runtime.peakBytes();
  const grown = 1024 * process.resourceUsage().maxRSS - before;
  await painter.close();
  await source.close();
  model.close();
  await weights.close();
  await runtime.close();
  const answers = { embeddings: [...embeddings.subarray(0, hidden)], pixels: [...pixels] };
  return { load, tokens, steps, answers, memory: { ...planned(plan), ledger, process: grown } };
}

/** Of both sides together. */
function planned({ language, painter }: FitPlan) {
  const sides = [language, ...(painter === null ? [] : [painter])];
  const sum = (of: (side: FitPlan['language']) => number) => sides.reduce((all, side) => all + of(side), 0);
  return { planned: sum(({ total, host }) => total + host), plannedLedger: sum((each) => each.weights + each.cache) };
}

/** What is resident is loaded once. */
async function loading(
  path: string,
  { shards }: Bundle['manifest'],
  part: string,
  cases: number,
  load: () => Promise<void>,
): Promise<FullRun['load']> {
  const own = shards.filter((shard) => shard.part === part);
  const gigabytes = own.reduce((sum, { bytes }) => sum + bytes, 0) / 1e9;
  const rate = async (work: () => Promise<unknown>) => gigabytes / (await taken(work)).clock;
  const firsts = [await rate(load)];
  const [reads, loads]: [number[], number[]] = [[], []];
  for (let turn = 0; turn < cases; turn += 1) {
    reads.push(await rate(() => Promise.all(own.map(({ file }) => readThrough(join(path, file))))));
    loads.push(await rate(load));
  }
  return { reads, firsts, loads };
}

async function readThrough(path: string): Promise<void> {
  const file = await open(path);
  try {
    const buffer = new Uint8Array(2 ** 23);
    while ((await file.read(buffer, 0, buffer.length)).bytesRead > 0);
  } finally {
    await file.close();
  }
}

/** The first step loads and is left out. */
async function stepsOf(painter: PainterModel, target: ImageEmbeddings, cases: number) {
  const request: PaintRequest = {
    job: newJobId(),
    drawing: { target, reference: null, decoder: 'generation' },
    width: side,
    height: side,
    steps: cases + 1,
    seed: '0' as Seed,
    guidance: 3.5,
    cfg: 1,
    negative: '',
    start: { pixels: seen.pixels, strength: 0.9 },
  };
  const ends: Taken[] = [];
  const callbacks = {
    step: () => void ends.push(sinceStart()),
    preview: () => undefined,
    reached: () => undefined,
    developing: () => undefined,
  };
  const { data: pixels } = await painter.paint(request, callbacks, new AbortController().signal);
  return { steps: ends.slice(1).map((end, at) => between(ends[at] ?? end, end)), pixels };
}

function sinceStart(): Taken {
  const { user, system } = process.cpuUsage();
  return { clock: performance.now() / 1000, processor: (user + system) / 1e6 };
}

function between(begin: Taken, end: Taken): Taken {
  return { clock: end.clock - begin.clock, processor: end.processor - begin.processor };
}

async function taken(work: () => Promise<unknown>): Promise<Taken> {
  const begin = sinceStart();
  await work();
  return between(begin, sinceStart());
}
