/** How workers answer: failures as data, cancellation by job, and which part of a sequence is read anew. */
import { expect, test } from 'vitest';
import { fail } from '../../model/failure.ts';
import { HeldSequence, type Place } from '../../workers/language/sequence.ts';
import type { ImageId, JobId } from '../../workers/protocol.ts';
import { EventPort, Jobs, outcomeOf } from '../../workers/serve.ts';

const token = (id: number): Place => ({ kind: 'token', id });
const row = (image: string, index: number): Place => ({ kind: 'image', image: image as ImageId, row: index });
const job = 'job 1' as JobId;

test('a typed failure crosses as data, and any other error with its message', async () => {
  const typed = await outcomeOf(async () => fail('STOPPED', { stage: 'reading' }));
  expect(typed).toEqual({ ok: false, failure: { code: 'STOPPED', data: { stage: 'reading' } } });
  const other = await outcomeOf(async () => Promise.reject(new Error('broken')));
  expect(other).toEqual({ ok: false, failure: { code: 'UNEXPECTED', data: { message: 'broken' } } });
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
  const held = new HeldSequence();
  held.append([token(1), row('cat', 0), row('cat', 1), token(2)]);
  expect(held.commonPrefix([token(1), row('cat', 0), row('cat', 1), token(2), token(3)])).toBe(4);
  expect(held.commonPrefix([token(1), row('cat', 0), row('cat', 1)])).toBe(3);
  expect(held.commonPrefix([token(1), row('dog', 0), row('dog', 1), token(2)])).toBe(1);
  expect(held.commonPrefix([token(1), row('cat', 1)])).toBe(1);
});

test('what was rewound is read anew', () => {
  const held = new HeldSequence();
  held.append([token(1), token(2), token(3)]);
  held.rewind(1);
  expect(held.commonPrefix([token(1), token(2), token(3)])).toBe(1);
});
