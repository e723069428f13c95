/** The page survives a worker that dies: pending calls reject, the next request works, an old life is not heard. */
import { expect, test } from 'vitest';
import { failureOf } from '../../model/failure.ts';
import { type HostedService, WorkerHost } from '../../src/engine/worker-host.ts';
import type { JobId, Opened, OpenOrder, Outcome, WorkerEvent } from '../../workers/protocol.ts';

const order: OpenOrder = { location: { kind: 'http', base: 'http://localhost/' }, device: 'auto' };
const opened = { bundle: {}, device: {} } as Opened;
const job = 'one' as JobId;

/** A worker of this process, with a death that a test causes. */
class FakeWorker implements HostedService {
  port: MessagePort | null = null;
  cancelled: JobId[] = [];
  ended = false;
  die: (reason: string) => void = () => undefined;

  async open(_: OpenOrder, events: MessagePort): Promise<Outcome<Opened>> {
    this.port = events;
    return { ok: true, result: opened };
  }

  async cancel(cancelled: JobId): Promise<void> {
    this.cancelled.push(cancelled);
  }

  async answer(text: string): Promise<Outcome<string>> {
    if (text === 'fail') return { ok: false, failure: { code: 'STOPPED', data: { stage: 'test' } } };
    return { ok: true, result: text.toUpperCase() };
  }

  never(): Promise<Outcome<string>> {
    return new Promise(() => undefined);
  }
}

function hosted() {
  const workers: FakeWorker[] = [];
  const events: WorkerEvent[] = [];
  const spawn = () => {
    const service = new FakeWorker();
    workers.push(service);
    return {
      service,
      onDeath: (report: (reason: string) => void) => {
        service.die = report;
      },
      end: () => {
        service.ended = true;
      },
    };
  };
  const host = new WorkerHost<FakeWorker>('language', spawn, (event) => events.push(event));
  return { host, workers, events };
}

const stop = () => ({ job, signal: new AbortController().signal });
const settle = () => new Promise((resolve) => setTimeout(resolve, 20));

test('a call before any model was chosen says so', async () => {
  const { host } = hosted();
  const thrown = await host.call((worker) => worker.answer('cat'), stop()).catch(failureOf);
  expect(thrown).toEqual({ code: 'MODEL_CLOSED', data: { worker: 'language' } });
});

test('a call answers, and a failure of the worker is thrown as it is', async () => {
  const { host } = hosted();
  expect(await host.open(order)).toBe(opened);
  expect(await host.call((worker) => worker.answer('cat'), stop())).toBe('CAT');
  const thrown = await host.call((worker) => worker.answer('fail'), stop()).catch(failureOf);
  expect(thrown).toEqual({ code: 'STOPPED', data: { stage: 'test' } });
  host.close();
});

test('when the worker dies every pending call rejects and the next request starts a new one', async () => {
  const { host, workers } = hosted();
  await host.open(order);
  const pending = [1, 2].map(() => host.call((worker) => worker.never(), stop()).catch(failureOf));
  await settle();
  workers[0]?.die('out of memory');
  const ended = { code: 'WORKER_ENDED', data: { worker: 'language', reason: 'out of memory' } };
  expect(await Promise.all(pending)).toEqual([ended, ended]);
  expect(workers[0]?.ended).toBe(true);
  expect(await host.call((worker) => worker.answer('dog'), stop())).toBe('DOG');
  expect(workers).toHaveLength(2);
  host.close();
});

test('Stop asks the worker to cancel that job', async () => {
  const { host, workers } = hosted();
  await host.open(order);
  const controller = new AbortController();
  const call = host.call((worker) => worker.never(), { job, signal: controller.signal }).catch(failureOf);
  await settle();
  controller.abort();
  await settle();
  expect(workers[0]?.cancelled).toEqual([job]);
  host.close();
  expect(await call).toMatchObject({ code: 'WORKER_ENDED' });
});

test('events of a worker that was replaced are not heard', async () => {
  const { host, workers, events } = hosted();
  await host.open(order);
  const event: WorkerEvent = { type: 'imagining', job };
  workers[0]?.port?.postMessage(event);
  await settle();
  expect(events).toEqual([event]);
  await host.open(order);
  workers[0]?.port?.postMessage(event);
  await settle();
  expect(events).toHaveLength(1);
  for (const worker of workers) worker.port?.close();
  host.close();
});
