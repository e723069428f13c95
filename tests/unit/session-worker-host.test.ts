import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { FailureError, failure } from '../../model/failure.ts';
import { nextTask } from '../../workers/next-task.ts';
import type { JobId, Opened, OpenOptions, Outcome } from '../../workers/protocol.ts';
import { opened } from '../helpers/fake-session.ts';
import { hostOf } from '../helpers/fake-worker.ts';
import { settles } from '../helpers/until.ts';

const order: OpenOptions = { location: { kind: 'http', base: '/' }, device: 'auto' };
const job = 'job' as JobId;

function pending<Result>(): Promise<Outcome<Result>> {
  return new Promise(() => undefined);
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
    await settles(() => expect(workers).toHaveLength(1));
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
    failure('DEVICE_LOST', { reason: '', times: 1 }),
    failure('LOAD_FAILED', { graph: 'transformer', reason: 'no wasm' }),
    failure('RUN_FAILED', { graph: 'transformer', reason: 'Aborted()' }),
    failure('MEMORY_FULL', { graph: 'transformer_3', doing: 'load', bytes: 957e6 }),
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
    workers[0]?.port?.postMessage({ type: 'lost', failure: failure('DEVICE_LOST', { reason: 'sleep', times: 1 }) });
    await settles(() => expect(workers[0]?.ended).toBe(true));
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
    await settles(() => expect(events.length).toBeGreaterThan(0));
    expect(events.map(({ type }) => type)).toEqual(['developing']);
    await host.close();
  });
});

describe('choosing a model', () => {
  const other: OpenOptions = { location: { kind: 'http', base: '/other/' }, device: 'auto' };

  test('stops what the one before was doing, which is no error', async () => {
    const { host, workers } = hostOf();
    await host.open(order);
    const call = code(host.call(() => pending(), never()));
    await nextTask();
    await host.open(other);
    expect(await call).toBe('STOPPED');
    expect(workers.map(({ ended, asked }) => [ended, asked])).toEqual([
      [true, order],
      [false, other],
    ]);
  });

  test('twice at once opens the later one alone', async () => {
    const { host, workers } = hostOf();
    const [first, second] = await Promise.all([code(host.open(order)), host.open(other)]);
    expect([first, second]).toEqual(['STOPPED', opened]);
    expect(workers.filter(({ ended }) => !ended).map(({ asked }) => asked)).toEqual([other]);
  });

  test('while a worker still gives its memory back waits for that', async () => {
    const { host, workers } = hostOf();
    await host.open(order);
    const freed = Promise.withResolvers<void>();
    const [first] = workers;
    if (first === undefined) throw new Error('nothing was started');
    first.spawned.end = () => freed.promise;
    const opening = host.open(other);
    await nextTask();
    expect(workers).toHaveLength(1);
    freed.resolve();
    await opening;
    expect(workers).toHaveLength(2);
  });
});

describe('a graphics card', () => {
  const lost = failure('DEVICE_LOST', { reason: 'sleep', times: 1 });
  const fails = async () => ({ ok: false, failure: lost }) as const;
  const onProcessor = (notice: Opened['device']['notice']): Outcome<Opened> => ({
    ok: true,
    result: { ...opened, device: { ...opened.device, device: 'wasm', notice } },
  });
  const well: Outcome<Opened> = { ok: true, result: opened };
  const broken: Outcome<Opened> = { ok: false, failure: failure('WEBGPU_BROKEN', { reason: 'no device' }) };

  test('that leaves its worker unusable is replaced by the processor in a fresh one, and it is said', async () => {
    const { host, workers, told } = hostOf(broken, onProcessor(null));
    expect((await host.open(order)).device).toMatchObject({ device: 'wasm', notice: 'WEBGPU_BROKEN' });
    expect(workers.map(({ ended, asked }) => [ended, asked?.device])).toEqual([
      [true, 'auto'],
      [false, 'wasm'],
    ]);
    expect(told.opened).toHaveLength(1);
    await host.rest();
    await host.call(async () => ({ ok: true, result: 1 }), never());
    expect(workers[2]?.asked?.device).toBe('wasm');
  });

  test('that is broken though it was demanded is not replaced', async () => {
    const { host, workers } = hostOf(broken);
    expect(await code(host.open({ ...order, device: 'webgpu' }))).toBe('WEBGPU_BROKEN');
    expect(workers).toHaveLength(1);
  });

  test('lost twice in a row is told as such, and once more after something was computed', async () => {
    const { host } = hostOf();
    await host.open(order);
    const times = async () => {
      const error: unknown = await host.call(fails, never()).catch((thrown: unknown) => thrown);
      return error instanceof FailureError && error.failure.code === 'DEVICE_LOST' ? error.failure.data.times : error;
    };
    expect([await times(), await times()]).toEqual([1, 2]);
    await host.call(async () => ({ ok: true, result: 1 }), never());
    expect(await times()).toBe(1);
  });

  test('that does not come back leaves the work to the processor, or says that the browser has to be restarted', async () => {
    const chosen = hostOf(well, onProcessor('NO_WEBGPU'));
    await chosen.host.open(order);
    await code(chosen.host.call(fails, never()));
    await chosen.host.call(async () => ({ ok: true, result: 1 }), never());
    expect(chosen.told.opened.at(-1)?.device).toMatchObject({ device: 'wasm', notice: 'WEBGPU_GONE' });
    const demanded = hostOf(well, { ok: false, failure: failure('WEBGPU_MISSING', {}) });
    await demanded.host.open({ ...order, device: 'webgpu' });
    await code(demanded.host.call(fails, never()));
    const error: unknown = await demanded.host.call(fails, never()).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ failure: { code: 'DEVICE_LOST', data: { times: 2 } } });
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

  test('in a run that cannot be broken off is answered at once, and the worker goes on when the run has ended', async () => {
    const { host, workers, told } = hostOf();
    await host.open(order);
    const controller = new AbortController();
    const answer = Promise.withResolvers<Outcome<string>>();
    const stopped = code(host.call(() => answer.promise, { job, signal: controller.signal }));
    await vi.advanceTimersByTimeAsync(0);
    await workers[0]?.tells({ type: 'running', name: 'autoencoder_decode', expectedMs: 30_000 });
    controller.abort();
    await vi.advanceTimersByTimeAsync(5000);
    expect(await stopped).toBe('STOPPED');
    const next = host.call(async () => ({ ok: true, result: 'next' }), never());
    await vi.advanceTimersByTimeAsync(200_000);
    expect(workers[0]?.ended).toBe(false);
    answer.resolve({ ok: true, result: 'late' });
    expect(await next).toBe('next');
    await vi.advanceTimersByTimeAsync(600_000);
    expect(workers[0]?.ended).toBe(false);
    expect(told.silence).toEqual([]);
  });

  test('of a run that is overdue ends the worker, and what waited behind it is asked of the next one', async () => {
    const { host, workers } = hostOf();
    await host.open(order);
    const controller = new AbortController();
    const stopped = code(host.call(() => pending(), { job, signal: controller.signal }));
    await vi.advanceTimersByTimeAsync(0);
    await workers[0]?.tells({ type: 'running', name: 'autoencoder_decode', expectedMs: null });
    controller.abort();
    await vi.advanceTimersByTimeAsync(5000);
    expect(await stopped).toBe('STOPPED');
    const next = host.call<string>(
      (service) => (service === workers[0] ? pending() : Promise.resolve({ ok: true, result: 'next' })),
      never(),
    );
    await vi.advanceTimersByTimeAsync(60_000);
    expect(workers.map(({ ended }) => ended)).toEqual([true, false]);
    expect(await next).toBe('next');
  });
});

describe('silence', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  test('without a run is shown after a minute and ends the worker after two', async () => {
    const { host, workers, told } = hostOf();
    await host.open(order);
    const call = code(host.call(() => pending(), never()));
    await vi.advanceTimersByTimeAsync(59_000);
    expect(told.silence).toEqual([]);
    await vi.advanceTimersByTimeAsync(2000);
    expect(told.silence).toEqual(['60 s in nothing']);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(await call).toBe('WORKER_SILENT');
    expect(workers[0]?.ended).toBe(true);
    expect(told.silence.at(-1)).toBe('answers');
  });

  test('while a bundle is opened is no different', async () => {
    const { host } = hostOf(pending());
    const opening = code(host.open(order));
    await vi.advanceTimersByTimeAsync(121_000);
    expect(await opening).toBe('WORKER_SILENT');
  });

  test('in a run is judged by how long such a run takes, shown, and never ended by itself', async () => {
    const { host, workers, told } = hostOf();
    await host.open(order);
    const answer = Promise.withResolvers<Outcome<string>>();
    const call = host.call(() => answer.promise, never());
    await vi.advanceTimersByTimeAsync(0);
    await workers[0]?.tells({ type: 'running', name: 'autoencoder_decode', expectedMs: 20_000 });
    await vi.advanceTimersByTimeAsync(199_000);
    expect(told.silence).toEqual([]);
    await vi.advanceTimersByTimeAsync(600_000);
    expect(told.silence.length).toBeGreaterThan(10);
    expect(told.silence[0]).toBe('200 s in autoencoder_decode');
    expect(workers[0]?.ended).toBe(false);
    await workers[0]?.tells({ type: 'ran' });
    expect(told.silence.at(-1)).toBe('answers');
    answer.resolve({ ok: true, result: 'at last' });
    expect(await call).toBe('at last');
    expect(told.events).toEqual([]);
  });

  test('of a worker that nobody waits for is no silence', async () => {
    const { host, workers, told } = hostOf();
    await host.open(order);
    await vi.advanceTimersByTimeAsync(600_000);
    expect(told.silence).toEqual([]);
    expect(workers[0]?.ended).toBe(false);
  });

  test('does not count the time that the computer slept', async () => {
    const { host, workers, told } = hostOf();
    await host.open(order);
    void code(host.call(() => pending(), never()));
    await vi.advanceTimersByTimeAsync(10_000);
    const now = performance.now();
    const clock = vi.spyOn(performance, 'now').mockReturnValue(now + 8 * 3600 * 1000);
    await vi.advanceTimersByTimeAsync(1000);
    clock.mockRestore();
    expect(told.silence).toEqual([]);
    expect(workers[0]?.ended).toBe(false);
  });

  test('is ended where the person has the worker replaced', async () => {
    const { host, workers } = hostOf();
    await host.open(order);
    const call = code(host.call(() => pending(), never()));
    await vi.advanceTimersByTimeAsync(0);
    await host.end(failure('WORKER_RESTARTED', { worker: 'painter' }));
    expect(await call).toBe('WORKER_RESTARTED');
    expect(workers[0]?.ended).toBe(true);
  });

  test('while a bundle is opened ends with the next opening, where the person has the worker replaced', async () => {
    const { host, workers } = hostOf(pending(), { ok: true, result: opened });
    const opening = host.open(order);
    await vi.advanceTimersByTimeAsync(0);
    await host.end(failure('WORKER_RESTARTED', { worker: 'painter' }));
    expect(await opening).toEqual(opened);
    expect(workers.map(({ ended }) => ended)).toEqual([true, false]);
  });
});
