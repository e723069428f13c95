/** A model session on a device that does not hold both sides at once, and on one that does. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { failure } from '../../model/failure.ts';
import type { Side } from '../../session/exclusive-residency.ts';
import { createModelSession, type ModelWorkers, type SessionEvent } from '../../session/model-session.ts';
import type { SpawnedWorker } from '../../session/spawned-worker.ts';
import { nextTask } from '../../workers/next-task.ts';
import type {
  JobId,
  MemoryPlan,
  Opened,
  Outcome,
  Painting,
  PaintRequest,
  SamplerState,
  TurnRequest,
} from '../../workers/protocol.ts';
import { opened, reply } from '../helpers/fake-session.ts';

/** What was started and ended, in turn. */
function sessionOn(residency: MemoryPlan['residency']) {
  const told: string[] = [];
  const outcome = <Result>(result: Result) => Promise.resolve({ ok: true, result } as const);
  function spawned<Service>(side: Side, service: Service): SpawnedWorker<Service> {
    told.push(`${side} starts`);
    return { service, onDeath: () => undefined, end: async () => void told.push(`${side} ends`) };
  }
  const common = {
    open: () => outcome({ ...opened, memory: { ...opened.memory, residency } }),
    cancel: async () => undefined,
    memory: async () => ({ owners: {}, peak: 0 }),
    close: () => outcome(null),
  };
  const language = {
    ...common,
    lacking: () => outcome([]),
    speak: () => outcome(reply('Here it is', 'picture')),
    throughput: () => outcome({ weights: 1, operations: 1 }),
  };
  const workers = {
    spawnLanguage: () => spawned('language', language),
    spawnPainter: () => spawned('painter', { ...common, paint: () => outcome(painting) }),
    loading: 'together',
  } as const;
  return { session: createModelSession(workers, () => 'auto'), told };
}

const job = 'job' as JobId;
const painting: Painting = { width: 1, height: 1, data: new Uint8ClampedArray(4), end: 'finished' };
const never = new AbortController().signal;

async function twoTurns(residency: MemoryPlan['residency']): Promise<readonly string[]> {
  const { session, told } = sessionOn(residency);
  await session.open({ kind: 'http', base: '/' });
  for (let turn = 1; turn <= 2; turn += 1) {
    await session.speak({ job } as TurnRequest, [], never);
    await session.paint({ job } as PaintRequest, never);
  }
  return told;
}

test('both sides stay where they fit', async () => {
  expect(await twoTurns('both')).toEqual(['language starts', 'painter starts']);
});

test.each(['one at a time', 'streamed'] as const)(
  'the side that waits is ended where they fit %s',
  async (residency) => {
    const turn = ['painter ends', 'language ends', 'painter starts'];
    expect(await twoTurns(residency)).toEqual([
      'language starts',
      'painter starts',
      ...turn,
      'painter ends',
      'language starts',
      'language ends',
      'painter starts',
    ]);
  },
);

/** A session whose painters answer as told, in turn; the last of them answers for those behind it. */
function sessionOf(painters: readonly FakePainter[]) {
  const events: SessionEvent[] = [];
  const ports: MessagePort[] = [];
  let started = 0;
  const outcome = <Result>(result: Result) => Promise.resolve({ ok: true, result } as const);
  const rest = {
    cancel: async () => undefined,
    memory: async () => ({ owners: {}, peak: 0 }),
    close: () => outcome(null),
  };
  const spawned = <Service>(service: Service): SpawnedWorker<Service> => ({
    service,
    onDeath: () => undefined,
    end: async () => undefined,
  });
  const workers: ModelWorkers = {
    spawnLanguage: () =>
      spawned({
        ...rest,
        open: () => outcome(opened),
        lacking: () => outcome([]),
        speak: () => outcome(reply('', 'words')),
        throughput: () => outcome({ weights: 1, operations: 1 }),
      }),
    spawnPainter() {
      const painter = painters[Math.min(started, painters.length - 1)] ?? {};
      started += 1;
      return spawned({
        ...rest,
        open(_, port) {
          ports.push(port);
          return outcome({ ...opened, ...painter.opens });
        },
        paint: (request) => painter.paints?.(request) ?? outcome(painting),
      });
    },
    loading: 'together',
  };
  const session = createModelSession(workers, () => 'auto');
  session.subscribe((event) => events.push(event));
  return { session, events, ports, started: () => started };
}

interface FakePainter {
  readonly opens?: Partial<Opened>;
  readonly paints?: (request: PaintRequest) => Promise<Outcome<Painting>>;
}

const asked = { job } as PaintRequest;
const reached: SamplerState = { step: 4, latents: Float32Array.of(1, 2) };
const location = { kind: 'http', base: '/' } as const;
const lost = async () => ({ ok: false, failure: failure('DEVICE_LOST', { reason: 'reset', times: 1 }) }) as const;

describe('a picture beneath which the device is lost', () => {
  test('is begun again once by itself, and it is said', async () => {
    const { session, events, started } = sessionOf([{ paints: lost }, {}]);
    await session.open(location);
    expect(await session.paint(asked, never)).toEqual(painting);
    expect(started()).toBe(2);
    expect(events).toEqual([{ type: 'begun again', job }]);
  });

  test('twice is a failure that says so, and the next picture is tried anew', async () => {
    const { session, started } = sessionOf([{ paints: lost }, { paints: lost }, {}]);
    await session.open(location);
    await expect(session.paint(asked, never)).rejects.toMatchObject({
      failure: { code: 'DEVICE_LOST', data: { times: 2 } },
    });
    expect(await session.paint(asked, never)).toEqual(painting);
    expect(started()).toBe(3);
  });

  test('is not begun again where the person stopped it', async () => {
    const controller = new AbortController();
    const stopped = async () => {
      controller.abort();
      return lost();
    };
    const { session, started } = sessionOf([{ paints: stopped }, {}]);
    await session.open(location);
    await expect(session.paint(asked, controller.signal)).rejects.toMatchObject({ failure: { code: 'DEVICE_LOST' } });
    expect(started()).toBe(1);
  });

  test('goes on where it is opened elsewhere, which is told with its plan of memory', async () => {
    const device = { ...opened.device, device: 'wasm', notice: 'NO_WEBGPU' } as const;
    const memory = { ...opened.memory, residency: 'one at a time' } as const;
    const { session, events } = sessionOf([{ paints: lost }, { opens: { device, memory } }]);
    await session.open(location);
    await session.paint(asked, never);
    const reopened = events.find(({ type }) => type === 'reopened');
    expect(reopened).toMatchObject({ opened: { device: { device: 'wasm', notice: 'WEBGPU_GONE' }, memory } });
    // The new plan holds: the language side makes room for the next picture.
    expect(events.filter(({ type }) => type === 'reopened')).toHaveLength(1);
  });

  test.each<[string, Partial<Opened>, SamplerState | undefined]>([
    ['goes on from where it was heard of last, where the same device is had anew', {}, reached],
    ['begins with noise on another device', { device: { ...opened.device, adapter: 'other' } }, undefined],
  ])('%s', async (_, opens, resume) => {
    const requests: PaintRequest[] = [];
    const painters: FakePainter[] = [
      {
        async paints() {
          ports[0]?.postMessage({ type: 'reached', job: 'other' as JobId, state: { ...reached, step: 9 } });
          ports[0]?.postMessage({ type: 'reached', job, state: reached });
          await nextTask();
          await nextTask();
          return lost();
        },
      },
      {
        opens,
        async paints(request) {
          requests.push(request);
          return { ok: true, result: painting };
        },
      },
    ];
    const { session, ports, events } = sessionOf(painters);
    await session.open(location);
    await session.paint(asked, never);
    expect(events.filter(({ type }) => type === 'reached' || type === 'begun again').at(-1)?.type).toBe('begun again');
    expect(requests).toEqual([{ ...asked, resume }]);
  });

  test('that the person has started again is begun again too', async () => {
    const { session, events } = sessionOf([{ paints: () => new Promise(() => undefined) }, {}]);
    await session.open(location);
    const painted = session.paint(asked, never);
    await nextTask();
    await session.restart();
    expect(await painted).toEqual(painting);
    expect(events.map(({ type }) => type)).toEqual(['begun again']);
  });
});

describe('a picture that is stopped in the middle of a long run', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  const data = new Uint8ClampedArray([1, 2, 3, 255]);
  const preview = { type: 'preview', width: 1, height: 1 } as const;

  test('is its own last preview, not that of another job', async () => {
    const { session, ports } = sessionOf([{ paints: () => new Promise(() => undefined) }]);
    await session.open(location);
    const controller = new AbortController();
    const painted = session.paint(asked, controller.signal);
    await vi.advanceTimersByTimeAsync(0);
    for (const of of [job, 'other' as JobId]) {
      ports[0]?.postMessage({ ...preview, job: of, data: of === job ? data : new Uint8ClampedArray(4) });
    }
    ports[0]?.postMessage({ type: 'running', name: 'autoencoder_decode', expectedMs: null });
    await nextTask();
    controller.abort();
    await vi.advanceTimersByTimeAsync(5000);
    expect(await painted).toEqual({ width: 1, height: 1, data, end: 'stopped' });
  });

  test('is stopped without a picture where there was no preview yet', async () => {
    const { session } = sessionOf([{ paints: () => new Promise(() => undefined) }]);
    await session.open(location);
    const controller = new AbortController();
    const painted = session.paint(asked, controller.signal).catch((error: unknown) => error);
    await vi.advanceTimersByTimeAsync(0);
    controller.abort();
    await vi.advanceTimersByTimeAsync(5000);
    expect(await painted).toMatchObject({ failure: { code: 'STOPPED' } });
  });
});
