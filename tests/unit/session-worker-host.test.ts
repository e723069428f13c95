import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { FailureError, failure } from '../../model/failure.ts';
import type { SpawnedWorker } from '../../session/spawned-worker.ts';
import { WorkerHost } from '../../session/worker-host.ts';
import type { JobId, Opened, OpenOptions, Outcome, WorkerEvent } from '../../workers/protocol.ts';
import { opened } from '../helpers/fake-session.ts';

const order: OpenOptions = { location: { kind: 'http', base: '/' }, device: 'auto' };
const job = 'job' as JobId;

function pending<Result>(): Promise<Outcome<Result>> {
  return new Promise(() => undefined);
}

class FakeWorker {
  ended = false;
  readonly cancelled: JobId[] = [];
  opening: Promise<Outcome<Opened>> = Promise.resolve({ ok: true, result: opened });
  port: MessagePort | null = null;
  die: (reason: string) => void = () => undefined;

  readonly spawned: SpawnedWorker<FakeWorker> = {
    service: this,
    onDeath: (report) => {
      this.die = report;
    },
    end: async () => {
      this.ended = true;
    },
  };

  open(_: OpenOptions, port: MessagePort) {
    this.port = port;
    return this.opening;
  }

  memory = async () => ({ owners: {}, peak: 0 });
  close = async () => ({ ok: true, result: null }) as const;

  async cancel(id: JobId) {
    this.cancelled.push(id);
  }
}

function hostOf() {
  const workers: FakeWorker[] = [];
  const events: WorkerEvent[] = [];
  const spawn = () => {
    const worker = new FakeWorker();
    workers.push(worker);
    return worker.spawned;
  };
  return {
    host: new WorkerHost('painter', spawn, { event: (event) => events.push(event), opened: () => undefined }),
    workers,
    events,
  };
}

const never = () => ({ job, signal: new AbortController().signal });
const code = (promise: Promise<unknown>) =>
  promise.then(
    () => 'fulfilled',
    (error: unknown) => (error instanceof FailureError ? error.failure.code : error),
  );

describe('a hosted worker', () => {
  test('that dies rejects every pending call, and the next call starts and opens another', async () => {
    const { host, workers } = hostOf();
    await host.open(order);
    const calls = [host.call(() => pending(), never()), host.call(() => pending(), never())];
    await vi.waitFor(() => expect(workers).toHaveLength(1));
    await new Promise((resolve) => setTimeout(resolve));
    workers[0]?.die('out of memory');
    expect(await Promise.all(calls.map(code))).toEqual(['WORKER_ENDED', 'WORKER_ENDED']);
    expect(await host.call(async () => ({ ok: true, result: 3 }), never())).toBe(3);
    expect(workers).toHaveLength(2);
    expect(workers[1]?.port).not.toBeNull();
  });

  test('answers failures as they were', async () => {
    const { host, workers } = hostOf();
    await host.open(order);
    const full = failure('CONTEXT_FULL', { tokens: 9, slots: 8 });
    expect(await code(host.call(async () => ({ ok: false, failure: full }), never()))).toBe('CONTEXT_FULL');
    expect(workers[0]?.ended).toBe(false);
  });

  test.each([
    failure('DEVICE_LOST', { reason: '' }),
    failure('LOAD_FAILED', { graph: 'transformer', reason: 'no wasm' }),
    failure('RUN_FAILED', { graph: 'transformer', reason: 'Aborted()' }),
  ])('that cannot compute any more is replaced: $code', async (spoilt) => {
    const { host, workers } = hostOf();
    await host.open(order);
    expect(await code(host.call(async () => ({ ok: false, failure: spoilt }), never()))).toBe(spoilt.code);
    await host.call(async () => ({ ok: true, result: 1 }), never());
    expect(workers.map(({ ended }) => ended)).toEqual([true, false]);
  });

  test('that loses its device between two calls is replaced before the next one', async () => {
    const { host, workers } = hostOf();
    await host.open(order);
    workers[0]?.port?.postMessage({ type: 'lost', failure: failure('DEVICE_LOST', { reason: 'sleep' }) });
    await vi.waitFor(() => expect(workers[0]?.ended).toBe(true));
    expect(await host.call(async () => ({ ok: true, result: 2 }), never())).toBe(2);
    expect(workers).toHaveLength(2);
  });

  test('cannot be called before a model is chosen', async () => {
    const { host, workers } = hostOf();
    expect(await code(host.call(() => pending(), never()))).toBe('MODEL_CLOSED');
    expect(workers).toEqual([]);
  });

  test('says nothing any more once another took its place', async () => {
    const { host, workers, events } = hostOf();
    await host.open(order);
    const old = workers[0]?.port;
    workers[0]?.die('gone');
    await host.call(async () => ({ ok: true, result: 1 }), never());
    old?.postMessage({ type: 'imagining', job });
    workers[1]?.port?.postMessage({ type: 'developing', job, tile: 1, tiles: 1 });
    await vi.waitFor(() => expect(events.length).toBeGreaterThan(0));
    expect(events.map(({ type }) => type)).toEqual(['developing']);
    await host.close();
  });
});

describe('Stop', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  test('cancels, and what the worker then answers is the result', async () => {
    const { host, workers } = hostOf();
    await host.open(order);
    const controller = new AbortController();
    const answer = Promise.withResolvers<Outcome<string>>();
    const call = host.call(() => answer.promise, { job, signal: controller.signal });
    await vi.advanceTimersByTimeAsync(0);
    controller.abort();
    expect(workers[0]?.cancelled).toEqual([job]);
    answer.resolve({ ok: true, result: 'half' });
    expect(await call).toBe('half');
    await vi.advanceTimersByTimeAsync(60_000);
    expect(workers[0]?.ended).toBe(false);
  });

  test('ends a worker that does not answer within seconds', async () => {
    const { host, workers } = hostOf();
    await host.open(order);
    const controller = new AbortController();
    const call = code(host.call(() => pending(), { job, signal: controller.signal }));
    await vi.advanceTimersByTimeAsync(0);
    controller.abort();
    await vi.advanceTimersByTimeAsync(5000);
    expect(await call).toBe('STOPPED');
    expect(workers[0]?.ended).toBe(true);
  });
});
