/** How workers answer: failures as data, cancellation by job, and which part of a sequence is read anew. */
import { expect, test } from 'vitest';
import { fail } from '../../model/failure.ts';
import { CachedPrefix, type Place } from '../../workers/language/cached-prefix.ts';
import type { ImageId, JobId } from '../../workers/protocol.ts';
import { EventPort, Jobs, outcomeOf } from '../../workers/serve.ts';

const token = (id: number): Place => ({ kind: 'token', id });
const row = (image: string, index: number): Place => ({ kind: 'image', image: image as ImageId, row: index });
const job = 'job 1' as JobId;

test('a typed failure crosses as data, and any other error with its message', async () => {
  const typed = await outcomeOf(async () => fail('STOPPED', { stage: 'reading' }));
  expect(typed).toEqual({ ok: false, failure: { code: 'STOPPED', data: { stage: 'reading' } } });
  const other = await outcomeOf(async () => Promise.reject(new Error('broken')));
  expect(other).toMatchObject({ ok: false, failure: { code: 'UNEXPECTED', data: { message: 'broken' } } });
});

test('cancelling reaches the job of that id and no other', async () => {
  const jobs = new Jobs();
  const signals: AbortSignal[] = [];
  const running = jobs.run(job, async (signal) => {
    signals.push(signal);
    jobs.cancel('another job' as JobId);
    expect(signal.aborted).toBe(false);
    jobs.cancel(job);
    return signal.aborted;
  });
  expect(await running).toBe(true);
  jobs.cancel(job);
  await jobs.run(job, async (signal) => expect(signal.aborted).toBe(false));
});

test('jobs run one at a time, in the order they came, also behind one that failed', async () => {
  const jobs = new Jobs();
  const told: string[] = [];
  const task = (name: string) => async () => {
    told.push(`${name} begins`);
    await new Promise((resolve) => setTimeout(resolve, 5));
    told.push(`${name} ends`);
    if (name === 'one') throw new Error('broken');
  };
  const names = ['one', 'two', 'three'];
  await Promise.allSettled(names.map((name) => jobs.run(name as JobId, task(name))));
  expect(told).toEqual(names.flatMap((name) => [`${name} begins`, `${name} ends`]));
});

test('a job that is cancelled while it waits fails at once and never begins', async () => {
  const jobs = new Jobs();
  const first = Promise.withResolvers<string>();
  const running = jobs.run(job, () => first.promise);
  let begun = false;
  const waiting = jobs.run('waiting' as JobId, async () => {
    begun = true;
  });
  jobs.cancel('waiting' as JobId);
  await expect(waiting).rejects.toMatchObject({ failure: { code: 'STOPPED', data: { stage: 'waiting' } } });
  first.resolve('done');
  expect(await running).toBe('done');
  await jobs.cancelAll();
  expect(begun).toBe(false);
});

test('cancelling all waits for the job under way', async () => {
  const jobs = new Jobs();
  let ended = false;
  const running = jobs.run(job, async (signal) => {
    await new Promise((resolve) => signal.addEventListener('abort', resolve));
    await new Promise((resolve) => setTimeout(resolve, 20));
    ended = true;
  });
  await new Promise((resolve) => setTimeout(resolve, 5));
  await jobs.cancelAll();
  expect(ended).toBe(true);
  await running;
});

test('a preview moves its pixels over the port instead of copying them', async () => {
  const { port1, port2 } = new MessageChannel();
  const events = new EventPort();
  events.connect(port1);
  const data = new Uint8ClampedArray(16);
  const received = new Promise((resolve) => {
    port2.onmessage = ({ data: event }: { data: unknown }) => resolve(event);
  });
  events.send({ type: 'preview', job, width: 2, height: 2, data });
  expect(data.byteLength).toBe(0);
  expect(await received).toMatchObject({ type: 'preview', width: 2, height: 2 });
  events.close();
  port2.close();
});

test('a second turn keeps what both have in common', () => {
  const held = new CachedPrefix();
  held.append([token(1), row('cat', 0), row('cat', 1), token(2)]);
  expect(held.commonPrefix([token(1), row('cat', 0), row('cat', 1), token(2), token(3)])).toBe(4);
  expect(held.commonPrefix([token(1), row('cat', 0), row('cat', 1)])).toBe(3);
  expect(held.commonPrefix([token(1), row('dog', 0), row('dog', 1), token(2)])).toBe(1);
  expect(held.commonPrefix([token(1), row('cat', 1)])).toBe(1);
});

test('what was rewound is read anew', () => {
  const held = new CachedPrefix();
  held.append([token(1), token(2), token(3)]);
  held.rewind(1);
  expect(held.commonPrefix([token(1), token(2), token(3)])).toBe(1);
});
