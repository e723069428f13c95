/** What a person sees while a model is converted: it moves whatever is computed, and the time left is that of this run. */
import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { ort } from '../../cli/ort.ts';
import { progress } from '../../cli/progress.ts';
import { planConversion } from '../../model/bundle/conversion-plan.ts';
import type { ConversionProgress } from '../../model/bundle/conversion-work.ts';
import { convert } from '../../model/bundle/convert.ts';
import { tinySizes } from '../../tools/checkpoint/tiny-sizes.ts';
import { graphRunner } from '../../workers/gpu/graph-runner.ts';
import { WasmRuntime } from '../../workers/gpu/wasm-runtime.ts';
import { tools } from '../helpers/conversion.ts';
import { MemorySink } from '../helpers/memory-sink.ts';
import { bytesFolder, failureFrom } from '../helpers/sources.ts';
import { tinyCheckpoint } from '../helpers/tiny-checkpoint.ts';

const runtime = new WasmRuntime(ort);
afterAll(() => runtime.close());

const schedules = [{ steps: 2, guidance: 3.5, strength: 1 as const }];
const sizes = { ...tinySizes, nexus_gen: { ...tinySizes.nexus_gen, schedules } };
const plan = await planConversion([bytesFolder(tinyCheckpoint(sizes))], 'q8');

/** Tells of each file what progress there was while it was made. */
class WatchedSink extends MemorySink {
  readonly told = new Map<string, ConversionProgress[]>();
  #file = '';

  override create(path: string) {
    this.#file = path;
    return super.create(path);
  }

  readonly progress = (now: ConversionProgress) => {
    this.told.set(this.#file, [...(this.told.get(this.#file) ?? []), now]);
  };
}

async function convertWith(sink: WatchedSink): Promise<readonly ConversionProgress[]> {
  await convert(plan, sink, { ...tools, runner: graphRunner(runtime), progress: sink.progress });
  return [...sink.told.values()].flat();
}

describe('a conversion', () => {
  test('goes from nothing to everything and never back', async () => {
    const all = await convertWith(new WatchedSink());
    const shares = all.map(({ share }) => share);
    expect(shares).toEqual(shares.toSorted((left, right) => left - right));
    expect(shares[0]).toBeLessThan(0.01);
    expect(all.at(-1)).toMatchObject({ share: 1, kept: 0 });
    expect(all.at(-1)?.written).toBe(all.at(-1)?.bytes);
  });

  test('moves while tables and the negative prompt are computed, of which nothing is written yet', async () => {
    const sink = new WatchedSink();
    await convertWith(sink);
    for (const file of [
      'generation_modulation_tables-1.bin',
      'editing_modulation_tables-1.bin',
      'negative_text.safetensors',
    ]) {
      const told = sink.told.get(file) ?? [];
      // A header may be written first.
      const computed = told.filter(({ written }) => written === told.at(Math.floor(told.length / 2))?.written);
      expect(new Set(computed.map(({ share }) => share)).size, file).toBeGreaterThan(5);
    }
  });

  test('that goes on tells what an earlier try had done, and ends with everything', async () => {
    const sink = new WatchedSink();
    sink.failAt = 60;
    await failureFrom(() => convertWith(sink));
    sink.failAt = Number.POSITIVE_INFINITY;
    sink.told.clear();
    const all = await convertWith(sink);
    const kept = all.at(-1)?.kept ?? 0;
    expect(kept).toBeGreaterThan(0.05);
    expect(kept).toBeLessThan(1);
    const first = all.find(({ share, kept: before }) => share > before);
    expect(first?.kept).toBe(kept);
    expect(all.at(-1)?.share).toBe(1);
  });
});

describe('the bar on a terminal', () => {
  const hadTty = process.stderr.isTTY;
  const setTty = (isTTY: boolean) => {
    process.stderr.isTTY = isTTY;
  };
  let shown = '';
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['performance'] });
    vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
      shown = String(text);
      return true;
    });
    setTty(true);
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.restoreAllMocks();
    setTty(hadTty);
  });

  test('tells the time left from what this run has done', () => {
    const bar = progress('convert', 1000, false);
    vi.advanceTimersByTime(4000);
    bar.done(500, 500);
    expect(shown).toMatch(/ 50 %$/);
    vi.advanceTimersByTime(10_000);
    bar.done(600, 500);
    expect(shown).toMatch(/ 60 % 40 s left$/);
    vi.advanceTimersByTime(20_000);
    bar.done(620, 500);
    expect(shown).toMatch(/ 62 % 95 s left$/);
    vi.advanceTimersByTime(600_000);
    bar.done(700, 500);
    expect(shown).toMatch(/ 70 % 16 min left$/);
  });
});
