/** A worker in a thread of its own: its end is reported where nobody asked for it, and only there. */
import { expect, test } from 'vitest';
import { threadWorker } from '../../session/worker-threads.ts';

function started() {
  const worker = Object.assign(new EventTarget(), {
    postMessage: () => undefined,
    terminated: false,
    terminate() {
      worker.terminated = true;
    },
  });
  const released = Promise.withResolvers<void>();
  const reports: string[] = [];
  const thread = threadWorker({ name: 'painter 1', worker, released: () => released.promise });
  thread.onDeath((reason) => reports.push(reason));
  const holdsItsLock = () => worker.dispatchEvent(new MessageEvent('message', { data: 'painter 1' }));
  return { worker, thread, reports, released, holdsItsLock };
}

test('a worker whose lock is released has ended, however that came', async () => {
  const { reports, released, holdsItsLock } = started();
  holdsItsLock();
  expect(reports).toEqual([]);
  released.resolve();
  await released.promise;
  expect(reports).toEqual(['it was closed']);
});

test('a script that does not load, and one that throws, are reported', () => {
  const { worker, reports } = started();
  worker.dispatchEvent(new Event('error'));
  worker.dispatchEvent(Object.assign(new Event('error'), { message: 'thrown' }));
  expect(reports).toEqual(['error while loading', 'thrown']);
});

test('the end that was asked for is not reported', async () => {
  const { worker, thread, reports, released, holdsItsLock } = started();
  holdsItsLock();
  await thread.end();
  released.resolve();
  await released.promise;
  expect(worker.terminated).toBe(true);
  expect(reports).toEqual([]);
});
