/** A painting that goes on from a step of it, on the tiny bundle: the same bits as one that nothing disturbed. */
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { openInTerminal } from '../../cli/draw/terminal-locations.ts';
import { ort } from '../../cli/ort.ts';
import type { Mask } from '../../model/image/mask.ts';
import type { RgbImage } from '../../model/image/pixels.ts';
import { resultOf } from '../../session/result-of.ts';
import { servePainter } from '../../workers/painter/painter.ts';
import type { ImageEmbeddings, ImageId, PaintRequest, SamplerState, WorkerEvent } from '../../workers/protocol.ts';
import { paintRequest } from '../helpers/paint-request.ts';
import { type ServedBundle, serveDrawingBundle } from '../helpers/served-bundle.ts';
import { settles } from '../helpers/until.ts';

let served: ServedBundle;
let heard: SamplerState[] = [];
let listener: (event: WorkerEvent) => void = () => undefined;
const worker = servePainter({ loadOrt: async () => ort, openLocation: openInTerminal });
beforeAll(async () => {
  served = await serveDrawingBundle();
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = ({ data }: MessageEvent<WorkerEvent>) => {
    if (data.type === 'reached') heard.push(data.state);
    listener(data);
  };
  resultOf(await worker.open(served.order, port2));
});
afterEach(() => {
  heard = [];
  listener = () => undefined;
  vi.restoreAllMocks();
});
afterAll(async () => {
  await worker.close();
  await served.close();
});

const embeddings = (phase: number): ImageEmbeddings => ({
  data: Float32Array.from({ length: 4 * 64 }, (_, at) => Math.sin(at + phase)),
  hidden: 64,
  grid: [1, 4, 4],
});
const photo: RgbImage = {
  width: 40,
  height: 40,
  data: Uint8Array.from({ length: 40 * 40 * 3 }, (_, at) => 128 + 90 * Math.sin(at / 31)),
};
const half: Mask = { width: 8, height: 8, marked: Uint8Array.from({ length: 64 }, (_, at) => +(at % 8 < 4)) };
const steps = 4;

function drawing(changes: Partial<PaintRequest> = {}): PaintRequest {
  const target = { target: embeddings(0), reference: null, decoder: 'generation' } as const;
  return paintRequest({ drawing: target, width: 48, height: 32, steps, ...changes });
}

const edit: Partial<PaintRequest> = {
  drawing: {
    target: embeddings(0),
    reference: { image: 'photo' as ImageId, embeddings: embeddings(1) },
    decoder: 'editing',
  },
};

const paint = async (request: PaintRequest) => resultOf(await worker.paint(request));

/** As if every look at the clock were this much later. */
function clockOf(milliseconds: number): void {
  let now = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => (now += milliseconds));
}

/** A painting and every state on its way. */
async function watched(request: PaintRequest) {
  clockOf(10_000);
  const painting = await paint(request);
  vi.restoreAllMocks();
  await settles(() => expect(heard).toHaveLength(steps));
  return { painting, states: heard };
}

describe.each<[string, Partial<PaintRequest>]>([
  ['a drawing', {}],
  ['a drawing with guidance in some steps', { cfg: 3, cfgRange: [0.25, 0.75] }],
  ['a drawing with a step cache', { stepCache: 1 }],
  ['a drawing with a step cache and guidance in some steps', { stepCache: 1, cfg: 3, cfgRange: [0, 0.75] }],
  ['a drawing from a picture of which a part may change', { start: { pixels: photo, strength: 0.6 } }],
  ['an edit', edit],
  ['an edit of an area', { ...edit, area: { pixels: photo, mask: half } }],
])('%s', (_, changes) => {
  test('that goes on from any step ends with the bits of one that was not interrupted', async () => {
    const { painting, states } = await watched(drawing(changes));
    expect(states.map(({ step }) => step)).toEqual([1, 2, 3, 4]);
    expect(painting.reached).toEqual(states.at(-1));
    for (const resume of states) {
      const told: number[] = [];
      listener = (event) => event.type === 'step' && told.push(event.step);
      const resumed = await paint(drawing({ ...changes, resume }));
      expect(resumed, `from step ${resume.step}`).toEqual(painting);
      await settles(() => expect(told).toEqual([1, 2, 3, 4].slice(resume.step)));
    }
  });
});

test('the steps before are what it goes on from, not painted anew', async () => {
  const { states } = await watched(drawing());
  const [first, second] = states;
  if (first === undefined || second === undefined) throw new Error('no states');
  const changed = { step: first.step, latents: first.latents.map((value) => value / 2) };
  const whole = await paint(drawing({ resume: first }));
  expect((await paint(drawing({ resume: changed }))).data).not.toEqual(whole.data);
  expect((await paint(drawing({ resume: { step: 3, latents: second.latents } }))).data).not.toEqual(whole.data);
});

test('one that is stopped answers with where it is, and goes on from there; again and again', async () => {
  const whole = await paint(drawing({ steps: 300 }));
  let resume: SamplerState | undefined;
  let parts = 0;
  for (let done = false; !done; parts += 1) {
    let seen = 0;
    listener = ({ type }) => {
      seen += +(type === 'step');
      if (type === 'step' && seen === 20 && parts < 3) void worker.cancel(drawing().job);
    };
    const painting = await paint(drawing({ steps: 300, resume }));
    done = painting.end === 'finished';
    if (done) expect(painting).toEqual(whole);
    else expect(painting.reached?.step).toBeGreaterThan(resume?.step ?? 0);
    resume = painting.reached;
  }
  expect(parts).toBe(4);
});

describe('how far it is', () => {
  test('is told every other second, and at the end of what took as long', async () => {
    const told = async (milliseconds: number) => {
      heard = [];
      clockOf(milliseconds);
      await paint(drawing({ steps: 40 }));
      vi.restoreAllMocks();
      // What comes over a port comes in its order.
      await new Promise((resolve) => setTimeout(resolve, 100));
      return heard.map(({ step }) => step);
    };
    expect(await told(0.001)).toEqual([]);
    const slow = await told(20);
    expect(slow.length).toBeGreaterThan(1);
    expect(slow.length).toBeLessThan(40);
    expect(slow.at(-1)).toBe(40);
  });
});

/** As with what was run last. */
const threeOf = (latents: Float32Array) => Float32Array.from([...latents, ...latents, ...latents, 1]);

const nothing = { step: 1, latents: new Float32Array(0) };
test.each<[string, (state: SamplerState) => SamplerState]>([
  ['of another size', () => nothing],
  ['of a step that there is not', ({ latents }) => ({ step: steps + 1, latents })],
  ['before the first step', ({ latents }) => ({ step: 0, latents })],
  ['of a painting with a step cache', ({ step, latents }) => ({ step, latents: threeOf(latents) })],
  ['that are no numbers', ({ step, latents }) => ({ step, latents: latents.map(() => Number.NaN) })],
])('latents %s are refused', async (_, damaged) => {
  const { states } = await watched(drawing());
  const answer = await worker.paint(drawing({ resume: damaged(states[0] ?? nothing) }));
  expect(answer).toEqual({ ok: false, failure: { code: 'LATENTS_GONE', data: {} } });
});
