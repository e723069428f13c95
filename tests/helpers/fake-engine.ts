/** The engine's double: speaks and paints as told, at the pace a test sets. */
import { FailureError, failure } from '../../model/failure.ts';
import { writePng } from '../../model/recipe/png.ts';
import type {
  Engine,
  ImageEmbeddings,
  Opened,
  Painting,
  PaintOrder,
  Reply,
  TurnOrder,
  WorkerEvent,
} from '../../src/engine/engine.ts';

export const opened: Opened = {
  bundle: {
    id: 'fake',
    name: 'Fake',
    sha256: 'a'.repeat(64),
    identity: { language: 'a'.repeat(64), generation: 'a'.repeat(64), editing: 'a'.repeat(64) },
    forms: 'plain',
    context: 'conversation',
    decoders: ['generation', 'editing'],
    negative: 'empty',
    defaults: {
      width: 64,
      height: 64,
      steps: 4,
      guidance: 3.5,
      cfg: 1,
      editingCfg: 1,
      strength: 1,
      temperature: 0,
      topP: 1,
      maxTokens: 256,
    },
    bytes: 1,
  },
  device: { device: 'webgpu', adapter: 'fake', activations: 'float32', subgroups: 'absent', notice: null },
  memory: { residency: 'both', deviceBytes: 4e9, languageBytes: 1e6, painterBytes: 1e6 },
};

const target: ImageEmbeddings = { data: Float32Array.of(1, 2, 3, 4), hidden: 4, grid: [1, 2, 2] };

export function reply(text: string, draws: 'picture' | 'words'): Reply {
  return {
    text,
    form: 'plain',
    language: 'en',
    drawing: draws === 'picture' ? { target, reference: null, decoder: 'generation' } : null,
    end: 'finished',
    turnsLeftOut: 0,
    tokens: { prompt: 1, reused: 0, written: 1 },
  };
}

export interface FakeEngine extends Engine {
  readonly asked: TurnOrder['request'][];
  readonly painted: PaintOrder[];
  /** Lets `open` end. */
  openNow(result: Opened | Error): void;
  /** What the next turns answer; a promise holds them up. */
  answer: (order: TurnOrder) => Promise<Reply> | Reply;
  /** Called while a picture is painted; a promise holds it up. */
  painting: (order: PaintOrder) => Promise<void> | void;
  emit(event: WorkerEvent): void;
}

export function fakeEngine(): FakeEngine {
  const listeners = new Set<(event: WorkerEvent) => void>();
  const opening = Promise.withResolvers<Opened>();
  opening.promise.catch(() => undefined);
  const engine: FakeEngine = {
    asked: [],
    painted: [],
    answer: () => reply('Here is an image based on the description:<image>', 'picture'),
    painting: () => undefined,
    openNow: (result) => (result instanceof Error ? opening.reject(result) : opening.resolve(result)),
    emit(event) {
      for (const listener of listeners) listener(event);
    },
    open: () => opening.promise,
    async run(order, signal) {
      engine.asked.push(order.request);
      const { job } = order.request;
      const said = await unlessStopped(Promise.resolve(engine.answer(order)), signal);
      engine.emit({ type: 'text', job, delta: said.text });
      if (said.drawing === null) return { reply: said, painting: null };
      engine.emit({ type: 'imagining', job });
      const plan = await order.plan(said.drawing, said);
      return { reply: said, painting: await engine.repaint({ ...plan, job, drawing: said.drawing }, signal) };
    },
    async repaint(order, signal) {
      engine.painted.push(order);
      await unlessStopped(Promise.resolve(engine.painting(order)), signal);
      return pictureOf(order);
    },
    encode: async (painting, recipe) => new Uint8Array(writePng(painting, recipe)),
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: () => undefined,
  };
  return engine;
}

/** One colour, which follows from the seed. */
function pictureOf({ width, height, seed }: PaintOrder): Painting {
  const data = new Uint8ClampedArray(width * height * 4).fill(255);
  for (let at = 0; at < data.length; at += 4) data[at] = Number(BigInt(seed) % 256n);
  return { width, height, data, end: 'finished' };
}

function unlessStopped<Value>(value: Promise<Value>, signal: AbortSignal): Promise<Value> {
  const stopped = Promise.withResolvers<never>();
  const stop = () => stopped.reject(new FailureError(failure('STOPPED', { stage: 'fake' })));
  if (signal.aborted) stop();
  signal.addEventListener('abort', stop, { once: true });
  return Promise.race([value, stopped.promise]);
}
