/** Which steps of a flow are run where those much like the last one are not. */
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { openInTerminal } from '../../cli/draw/terminal-locations.ts';
import { ort } from '../../cli/ort.ts';
import { packed, unpacked } from '../../model/diffusion/sampler-state.ts';
import { afterRun, type RunStep, stillHolds } from '../../model/diffusion/step-cache.ts';
import { resultOf } from '../../session/result-of.ts';
import { FluxDecoder } from '../../workers/painter/flux-decoder.ts';
import { servePainter } from '../../workers/painter/painter.ts';
import type { ImageEmbeddings, PaintRequest } from '../../workers/protocol.ts';
import { paintRequest } from '../helpers/paint-request.ts';
import { type ServedBundle, serveDrawingBundle } from '../helpers/served-bundle.ts';

const values = (...numbers: number[]) => Float32Array.from(numbers);

describe('a velocity that was computed', () => {
  // The latents moved by 2 in all, the velocity by 1: half as far. It is 8 large.
  const first = afterRun(null, values(1, 1), values(5, 4));
  const known = afterRun(first, values(0, 2), values(4, 4));

  test('says nothing of the next where it is the only one', () => {
    expect(first.rate).toBeNull();
    expect(stillHolds(first, first.latents, 1)).toBe(false);
  });

  test('holds as far as it is expected to change by no more than the threshold', () => {
    expect(known.rate).toBe(0.5);
    // 4 further, so 2 of 8.
    expect(stillHolds(known, values(-4, 2), 0.25)).toBe(true);
    expect(stillHolds(known, values(-4, 2), 0.24)).toBe(false);
    expect(stillHolds(known, values(-2, 4), 0.25)).toBe(true);
  });

  test('never holds at a threshold of 0, nor where the latents stood still', () => {
    expect(stillHolds(known, known.latents, 0)).toBe(false);
    const still = afterRun(known, known.latents, values(9, 9));
    expect(stillHolds(still, known.latents, 1)).toBe(false);
  });
});

describe('what is put by', () => {
  const latents = values(0.1, 0.2);
  const run = (rate: number | null): RunStep => ({ latents: values(1, 2), velocity: values(3, 4), rate });
  test.each<[string, RunStep | null]>([
    ['without a step cache', null],
    ['behind the first run', run(null)],
    ['behind a later one', run(Math.fround(0.7))],
  ])('is the same when it is read: %s', (_, lastRun) => {
    expect(unpacked(packed({ latents, lastRun }), 2)).toEqual({ latents, lastRun });
  });
  test.each([
    values(),
    values(1),
    values(1, 2, 3),
    values(1, Number.NaN),
    values(1, 2, 3, 4, 5, 6, Number.POSITIVE_INFINITY),
  ])('is nothing where it is not of such a painting', (damaged) => {
    expect(unpacked(damaged, 2)).toBeNull();
  });
});

describe('a painting', () => {
  let served: ServedBundle;
  const worker = servePainter({ loadOrt: async () => ort, openLocation: openInTerminal });
  beforeAll(async () => {
    served = await serveDrawingBundle();
    resultOf(await worker.open(served.order, new MessageChannel().port2));
  });
  afterEach(() => {
    vi.restoreAllMocks();
  });
  afterAll(async () => {
    await worker.close();
    await served.close();
  });

  const target: ImageEmbeddings = {
    data: Float32Array.from({ length: 4 * 64 }, (_, at) => Math.sin(at)),
    hidden: 64,
    grid: [1, 4, 4],
  };
  const steps = 40;

  /** The picture, and the steps that were run for it, from 0. */
  async function painted(changes: Partial<PaintRequest>) {
    const velocity = vi.spyOn(FluxDecoder.prototype, 'velocity');
    const drawing = { target, reference: null, decoder: 'generation' } as const;
    const { data } = resultOf(await worker.paint(paintRequest({ drawing, width: 48, height: 32, steps, ...changes })));
    const run = velocity.mock.calls.map(([, step]) => step);
    vi.restoreAllMocks();
    return { data, run };
  }

  test('runs the first two steps, the last one, and the fewer between the more a step may differ; the picture hardly does', async () => {
    const whole = await painted({});
    expect(whole.run).toEqual(Array.from({ length: steps }, (_, step) => step));
    expect((await painted({ stepCache: 0 })).data).toEqual(whole.data);
    const [careful, bold] = [await painted({ stepCache: 0.2 }), await painted({ stepCache: 0.8 })];
    expect(careful.run.length).toBeLessThan(steps);
    expect(bold.run.length).toBeLessThan(careful.run.length);
    for (const { run, data } of [careful, bold]) {
      expect(run.slice(0, 2)).toEqual([0, 1]);
      expect(run.at(-1)).toBe(steps - 1);
      expect(data).not.toEqual(whole.data);
    }
    const off = (data: Uint8ClampedArray) =>
      Math.max(...data.map((value, at) => Math.abs(value - (whole.data[at] ?? 0))));
    expect(off(careful.data)).toBeLessThanOrEqual(off(bold.data));
    expect(off(careful.data)).toBeLessThan(8);
  });

  test('begins anew where guidance begins or ends: a guided step is like none that is not', async () => {
    const { run } = await painted({ stepCache: 1, cfg: 3, cfgRange: [0.25, 0.5] });
    expect(run).toEqual(expect.arrayContaining([0, 1, 10, 11, 20, 21, 39]));
    expect(run.length).toBeLessThan(steps / 2);
    // Two branches in the guided steps, and both of them or none.
    const times = (step: number) => run.filter((other) => other === step).length;
    expect(new Set(run.map((step) => times(step) === (step >= 10 && step < 20 ? 2 : 1)))).toEqual(new Set([true]));
  });
});
