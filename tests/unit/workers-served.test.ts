/** Both workers as they are served, on the processor: opened, asked, stopped from outside, and closed. */
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { openInTerminal } from '../../cli/draw/terminal-locations.ts';
import { ort } from '../../cli/ort.ts';
import { WasmRuntime } from '../../workers/gpu/wasm-runtime.ts';
import type { LoadOrt } from '../../workers/hosted-model.ts';
import { serveLanguage } from '../../workers/language/language.ts';
import { servePainter } from '../../workers/painter/painter.ts';
import type {
  Drawing,
  ImageContent,
  ImageId,
  JobId,
  Opened,
  OpenOptions,
  Outcome,
  PaintRequest,
  Seed,
  TurnRequest,
  WorkerEvent,
} from '../../workers/protocol.ts';
import { replies } from '../helpers/drawing-checkpoint.ts';
import { type SaidTurn, turnRequest } from '../helpers/say.ts';
import { type ServedBundle, serveDrawingBundle } from '../helpers/served-bundle.ts';
import { settles } from '../helpers/until.ts';

let served: ServedBundle;
beforeAll(async () => {
  served = await serveDrawingBundle();
});
afterAll(() => served.close());

const job = 'job' as JobId;
const other = 'other job' as JobId;

interface Opening {
  open(order: OpenOptions, port: MessagePort): Promise<Outcome<Opened>>;
}

/** Opens a worker; `listener` hears its events. */
async function open(worker: Opening, listener: (event: WorkerEvent) => void = () => undefined): Promise<Opened> {
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = ({ data }: MessageEvent<WorkerEvent>) => listener(data);
  return resultOf(await worker.open(served.order, port2));
}

function resultOf<Result>(outcome: Outcome<Result>): Result {
  if (!outcome.ok) throw new Error(JSON.stringify(outcome.failure));
  return outcome.result;
}

const seen: ImageContent = {
  id: 'seen' as ImageId,
  kind: 'seen',
  pixels: { width: 60, height: 60, data: new Uint8Array(60 * 60 * 3).fill(99) },
};

const request = (text: string, changes: Partial<SaidTurn> = {}): TurnRequest =>
  turnRequest(text, { sampling: { temperature: 0, topP: 1, maxTokens: 300 }, ...changes });

const target = { data: Float32Array.from({ length: 4 * 64 }, (_, at) => Math.sin(at)), hidden: 64, grid: [1, 4, 4] };
const drawing: Drawing = { target: { ...target, grid: [1, 4, 4] }, reference: null, decoder: 'generation' };

function order(changes: Partial<PaintRequest> = {}): PaintRequest {
  const settings = { steps: 3, seed: '7' as Seed, guidance: 3.5, cfg: 1, negative: '', start: null };
  return { job, drawing, width: 32, height: 32, ...settings, ...changes };
}

describe('the language worker', () => {
  let events: WorkerEvent[] = [];
  let listener: (event: WorkerEvent) => void = () => undefined;
  const worker = serveLanguage({ loadOrt: async () => ort, openLocation: openInTerminal });
  afterEach(async () => {
    events = [];
    listener = () => undefined;
    await worker.close();
  });
  const opening = () =>
    open(worker, (event) => {
      events.push(event);
      listener(event);
    });

  test('answers a question with a failure while nothing is open', async () => {
    const closed = { ok: false, failure: { code: 'MODEL_CLOSED', data: { worker: 'language' } } };
    expect(await worker.lacking(request('who?'))).toEqual(closed);
    expect(await worker.speak(request('who?'), [])).toEqual(closed);
  });

  test('tells of no run while onnxruntime arrives: what never arrives would be waited for as a run is', async () => {
    const heard: WorkerEvent[] = [];
    const arrived = Promise.withResolvers<typeof ort>();
    const loadOrt: LoadOrt = (progress) => {
      progress('', 5, 5);
      return arrived.promise;
    };
    const waiting = serveLanguage({ loadOrt, openLocation: openInTerminal });
    const opened = open(waiting, (event) => heard.push(event));
    await expect.poll(() => heard).toContainEqual({ type: 'loading', part: 'onnxruntime', done: 5, total: 0 });
    expect(heard.filter(({ type }) => type === 'running')).toEqual([]);
    arrived.resolve(ort);
    await opened;
    await expect.poll(() => heard).toContainEqual({ type: 'running', name: 'onnxruntime', expectedMs: null });
    await waiting.close();
  });

  test('says which pictures it is reading, and lacks none that it has read', async () => {
    await opening();
    const ask = request('what is this?', { turns: [{ from: 'person', text: 'what is this?', images: [seen.id] }] });
    expect(resultOf(await worker.lacking(ask))).toEqual([seen.id]);
    expect(resultOf(await worker.speak(ask, [seen])).text).toBe(replies.said);
    await expect.poll(() => events.filter(({ type }) => type === 'reading')).toHaveLength(1);
    expect(resultOf(await worker.lacking(ask))).toEqual([]);
    expect(resultOf(await worker.speak(ask, [])).text).toBe(replies.said);
  });

  test('that is told to stop in the middle keeps its words, and answers the next turn from the same cache', async () => {
    await opening();
    listener = ({ type }) => {
      if (type === 'text') void worker.cancel(job);
    };
    const stopped = resultOf(await worker.speak(request('say #'), []));
    listener = () => undefined;
    expect(stopped).toMatchObject({ end: 'stopped', drawing: null });
    const words = stopped.text.trim().split(' ');
    expect(words.length).toBeGreaterThan(0);
    expect(words.length).toBeLessThan(100);
    const next = resultOf(await worker.speak(request('say #', { sampling: { ...greedy, maxTokens: 20 } }), []));
    expect(next.end).toBe('length');
    expect(next.tokens.reused).toBe(next.tokens.prompt - 1);
  });

  test('measures what the device computes in a second, and speaks from the same model afterwards', async () => {
    await opening();
    const before = resultOf(await worker.speak(request('say #'), []));
    const { owners } = await worker.memory();
    const { weights, operations } = resultOf(await worker.throughput(other));
    for (const rate of [weights, operations]) {
      expect(Number.isFinite(rate)).toBe(true);
      // The slowest processor there is does more.
      expect(rate).toBeGreaterThan(1e5);
    }
    expect((await worker.memory()).owners).toEqual(owners);
    expect(resultOf(await worker.speak(request('say #'), [])).text).toBe(before.text);
  });

  test('that is told to stop measuring does, and speaks', async () => {
    await opening();
    const measuring = worker.throughput(other);
    await worker.cancel(other);
    expect(await measuring).toMatchObject({ ok: false, failure: { code: 'STOPPED' } });
    expect(resultOf(await worker.speak(request('say #'), [])).tokens.written).toBeGreaterThan(0);
  });

  test('answers turns that come at once one after the other', async () => {
    await opening();
    const [one, two] = await Promise.all([
      worker.speak(request('draw a car'), []),
      worker.speak(request('what is this?', { job: other, task: 'ask' }), []),
    ]);
    expect([resultOf(one).text, resultOf(two).text]).toEqual([`${replies.drawn} <image>.`, replies.said]);
  });

  test('holds no more than was planned, and nothing once it is closed', async () => {
    const { memory } = await opening();
    await worker.speak(request('draw a car'), []);
    const { owners, peak } = await worker.memory();
    expect(Object.keys(owners).sort()).toEqual(['language cache', 'text_projector', 'transformer', 'vision_projector']);
    expect(peak).toBeLessThanOrEqual(memory.languageBytes);
    await worker.close();
    expect((await worker.memory()).owners).toEqual({});
  });
});

const greedy = { temperature: 0, topP: 1 } as const;

describe('the painter', () => {
  let listener: (event: WorkerEvent) => void = () => undefined;
  const worker = servePainter({ loadOrt: async () => ort, openLocation: openInTerminal });
  afterEach(async () => {
    listener = () => undefined;
    await worker.close();
  });
  const opening = () => open(worker, (event) => listener(event));

  test('that is told to stop in the middle keeps its last preview, and paints the next picture undisturbed', async () => {
    await opening();
    const undisturbed = resultOf(await worker.paint(order()));
    let steps = 0;
    listener = ({ type }) => {
      if (type === 'step') steps += 1;
      if (type === 'step' && steps === 2) void worker.cancel(job);
    };
    const stopped = resultOf(await worker.paint(order({ steps: 500 })));
    expect(stopped).toMatchObject({ end: 'stopped', width: 4, height: 4 });
    expect(steps).toBeLessThan(50);
    expect(resultOf(await worker.paint(order())).data).toEqual(undisturbed.data);
  });

  test('holds as much after fifty pictures as after two, no more than was planned, and nothing once it is closed', async () => {
    const { memory } = await opening();
    const cfg = { cfg: 2 };
    // The first picture loads graphs and weights as it goes; from the second on all of them are there.
    await worker.paint(order(cfg));
    await worker.paint(order(cfg));
    const first = await worker.memory();
    const onHost = process.memoryUsage().arrayBuffers;
    for (let picture = 2; picture < 50; picture += 1) {
      expect(resultOf(await worker.paint(order({ ...cfg, seed: String(picture) as Seed }))).end).toBe('finished');
    }
    expect(await worker.memory()).toEqual(first);
    expect(Object.keys(first.owners).sort()).toEqual([
      'autoencoder_decode',
      'generation decoder',
      'generation_adapter',
    ]);
    expect(first.peak).toBeLessThanOrEqual(memory.painterBytes ?? 0);
    expect(process.memoryUsage().arrayBuffers - onHost).toBeLessThan(8e6);
    await worker.close();
    expect((await worker.memory()).owners).toEqual({});
  });

  test('that is told to stop a picture which still waits ends it at once', async () => {
    await opening();
    const first = worker.paint(order());
    const second = worker.paint(order({ job: other }));
    await worker.cancel(other);
    const stopped = { ok: false, failure: { code: 'STOPPED', data: { stage: 'waiting' } } };
    expect(await Promise.race([first, second])).toEqual(stopped);
    expect(resultOf(await first).end).toBe('finished');
  });

  test('that is closed while it paints ends the picture and holds nothing', async () => {
    await opening();
    const painting = worker.paint(order({ steps: 500 }));
    await worker.close();
    expect((await worker.memory()).owners).toEqual({});
    expect(await painting).toMatchObject({ ok: false, failure: { code: 'STOPPED' } });
  });

  test('that is being closed takes no picture, and holds nothing', async () => {
    await opening();
    const closing = worker.close();
    const late = await worker.paint(order());
    await closing;
    for (const refused of [late, await worker.paint(order())]) {
      expect(refused).toMatchObject({ ok: false, failure: { code: 'MODEL_CLOSED' } });
    }
    expect((await worker.memory()).owners).toEqual({});
  });

  test('that is closed behind a picture leaves nothing of one that was asked for meanwhile', async () => {
    await opening();
    const painting = worker.paint(order({ steps: 500 }));
    await settles(async () => expect(Object.keys((await worker.memory()).owners)).not.toEqual([]));
    const closing = worker.close();
    await Promise.resolve();
    const late = worker.paint(order({ job: other }));
    await closing;
    expect(await painting).toMatchObject({ ok: false, failure: { code: 'STOPPED' } });
    expect((await late).ok).toBe(false);
    expect((await worker.memory()).owners).toEqual({});
  });

  test('that is opened twice at once closes the first, and paints', async () => {
    const closes = vi.spyOn(WasmRuntime.prototype, 'close');
    await Promise.all([opening(), opening()]);
    expect(closes).toHaveBeenCalledTimes(1);
    expect(resultOf(await worker.paint(order())).end).toBe('finished');
    await worker.close();
    expect(closes).toHaveBeenCalledTimes(2);
    closes.mockRestore();
  });

  test('names each run before it starts, with how long its like took, and when it has ended', async () => {
    const told: WorkerEvent[] = [];
    await open(worker, (event) => {
      if (event.type === 'running' || event.type === 'ran') told.push(event);
    });
    await worker.paint(order());
    await worker.paint(order());
    await settles(() => expect(told.at(-1)).toEqual({ type: 'ran' }));
    const developing = told.filter((event) => event.type === 'running' && event.name === 'autoencoder_decode');
    expect(developing[0]).toMatchObject({ expectedMs: null });
    expect(developing.at(-1)).toMatchObject({ expectedMs: expect.any(Number) });
    expect(told[0]).toMatchObject({ type: 'running', name: 'onnxruntime' });
  });
});
