/** A model session's double: speaks and paints as told, at the pace a test sets. */
import type { Throughput } from '../../model/bundle/operations.ts';
import { deferred } from '../../session/deferred.ts';
import type { ModelSession, SessionEvent } from '../../session/model-session.ts';
import { unlessStopped } from '../../session/unless-stopped.ts';
import type {
  BundleLocation,
  ImageContent,
  ImageEmbeddings,
  ImageId,
  Opened,
  Painting,
  PaintRequest,
  Reply,
  TurnRequest,
} from '../../workers/protocol.ts';

export const opened: Opened = {
  bundle: {
    id: 'fake',
    name: 'Fake',
    sha256: 'a'.repeat(64),
    identity: { language: 'a'.repeat(64), generation: 'a'.repeat(64), editing: 'a'.repeat(64) },
    schedules: { generation: null, editing: null },
    offeredSchedules: [],
    schedule: { shift: 3, sigmaMin: 0.003 / 1.002, sigmaMax: 1, trainTimesteps: 1000 },
    forms: 'plain',
    context: 'conversation',
    contextTurns: null,
    sizes: null,
    seedsDiffer: true,
    decoders: ['generation', 'editing'],
    negatives: [''],
    counted: {
      transformer: { hidden: 64, layers: 2, keyWidth: 32, intermediate: 128, vocabulary: 512 },
      size: { width: 64, height: 64 },
      imageTokens: 4,
      flux: {
        hidden: 64,
        mlpRatio: 4,
        joint: 1,
        single: 1,
        tokenSide: 16,
        conditioning: { generation: 4, editing: 8, negative: 8 },
      },
    },
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
  device: { device: 'webgpu', adapter: 'fake', activations: 'float32', threads: 1, subgroups: 'absent', notice: null },
  memory: {
    residency: 'both',
    deviceBytes: 4e9,
    languageBytes: 1e6,
    painterBytes: 1e6,
    abilities: {
      chat: { fit: 'fits', bytes: 1e6, reads: 0 },
      draw: { fit: 'fits', bytes: 2e6, reads: 0 },
      edit: { fit: 'fits', bytes: 2e6, reads: 0 },
    },
    streamed: [],
    slots: 512,
  },
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

export interface FakeOpening {
  readonly location: BundleLocation;
  resolve(opened: Opened): void;
  reject(error: Error): void;
}

export interface FakeSession extends ModelSession {
  readonly asked: TurnRequest[];
  /** What came along with each of them. */
  readonly given: (readonly ImageContent[])[];
  readonly painted: PaintRequest[];
  /** What the worker lacks of a request's pictures: nothing, unless a test says otherwise. */
  lacks: (request: TurnRequest) => readonly ImageId[];
  /** Every call of `open`, as it waits for the test to settle it. */
  readonly openings: FakeOpening[];
  restarts: number;
  /** How often the device was measured. */
  measured: number;
  /** What that answers; a promise holds it up. */
  measuring: () => Promise<Throughput> | Throughput;
  /** Lets every `open` end, also those that come later. */
  openNow(result: Opened | Error): void;
  /** From now on `open` waits again. */
  openLater(): void;
  /** What the next turns answer; a promise holds them up. */
  answer: (request: TurnRequest) => Promise<Reply> | Reply;
  /** Called while a picture is painted; a promise holds it up. */
  painting: (request: PaintRequest) => Promise<void> | void;
  emit(event: SessionEvent): void;
}

export function fakeSession(): FakeSession {
  const listeners = new Set<(event: SessionEvent) => void>();
  let always: Opened | Error | null = null;
  const settle = ({ resolve, reject }: FakeOpening, result: Opened | Error) =>
    result instanceof Error ? reject(result) : resolve(result);
  const session: FakeSession = {
    asked: [],
    given: [],
    painted: [],
    answer: () => reply('Here is an image based on the description:<image>', 'picture'),
    painting: () => undefined,
    openings: [],
    restarts: 0,
    measured: 0,
    measuring: () => ({ weights: 1e9, operations: 1e9 }),
    openNow(result) {
      always = result;
      for (const opening of session.openings) settle(opening, result);
    },
    openLater() {
      always = null;
    },
    emit(event) {
      for (const listener of listeners) listener(event);
    },
    open(location) {
      const { promise, ...settling } = deferred<Opened>();
      const opening = { location, ...settling };
      session.openings.push(opening);
      if (always !== null) settle(opening, always);
      return promise;
    },
    lacks: () => [],
    lacking: async (request) => session.lacks(request),
    async speak(request, contents, signal) {
      session.asked.push(request);
      session.given.push(contents);
      const { job } = request;
      const said = await unlessStopped(Promise.resolve(session.answer(request)), signal, 'writing');
      session.emit({ type: 'text', job, delta: said.text, tokens: 1 });
      if (said.drawing !== null) session.emit({ type: 'imagining', job });
      return said;
    },
    async paint(request, signal) {
      session.painted.push(request);
      await unlessStopped(Promise.resolve(session.painting(request)), signal, 'drawing');
      return pictureOf(request);
    },
    async throughput(_, signal) {
      session.measured += 1;
      return unlessStopped(Promise.resolve(session.measuring()), signal, 'waiting');
    },
    async restart() {
      session.restarts += 1;
    },
    memory: async () => ({ language: { owners: {}, peak: 0 }, painter: { owners: {}, peak: 0 } }),
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: async () => undefined,
  };
  return session;
}

/** One colour, which follows from the seed. */
function pictureOf({ width, height, seed }: PaintRequest): Painting {
  const data = new Uint8ClampedArray(width * height * 4).fill(255);
  for (let at = 0; at < data.length; at += 4) data[at] = Number(BigInt(seed) % 256n);
  return { width, height, data, end: 'finished' };
}
