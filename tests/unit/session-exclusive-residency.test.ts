/** The two sides of a model: together where the device has room for both, else one after the other. */
import { expect, test } from 'vitest';
import { ExclusiveResidency, type Side } from '../../session/exclusive-residency.ts';
import type { MemoryPlan } from '../../workers/protocol.ts';
import { opened } from '../helpers/fake-session.ts';

const never = new AbortController().signal;

function residencyOf(residency: MemoryPlan['residency']) {
  const log: string[] = [];
  const side = (name: string) => ({ rest: async () => void log.push(`${name} rests`) });
  const sides = new ExclusiveResidency({ language: side('language'), painter: side('painter') });
  sides.follow({ ...opened.memory, residency });
  const call = (name: Side, work: Promise<unknown> = Promise.resolve(), signal = never) =>
    sides.call(
      name,
      async () => {
        log.push(`${name} begins`);
        await work;
        log.push(`${name} ends`);
      },
      signal,
    );
  return { call, log };
}

test('both stay where they fit, and work at the same time', async () => {
  const { call, log } = residencyOf('both');
  const gate = Promise.withResolvers<void>();
  const speaking = call('language', gate.promise);
  await call('painter');
  gate.resolve();
  await speaking;
  expect(log).toEqual(['language begins', 'painter begins', 'painter ends', 'language ends']);
});

test.each(['one at a time', 'streamed'] as const)('the one that waits rests where they fit %s', async (residency) => {
  const { call, log } = residencyOf(residency);
  for (const side of ['language', 'painter'] as const) await call(side);
  expect(log).toEqual([
    ...['painter rests', 'language begins', 'language ends'],
    ...['language rests', 'painter begins', 'painter ends'],
  ]);
});

test('a side at work is not put to rest: the other one waits until it has ended, also with a failure', async () => {
  const { call, log } = residencyOf('one at a time');
  const gate = Promise.withResolvers<void>();
  const speaking = call('language', gate.promise);
  const painting = call('painter');
  await new Promise((resolve) => setTimeout(resolve));
  expect(log).toEqual(['painter rests', 'language begins']);
  gate.reject(new Error('broken'));
  await expect(speaking).rejects.toThrow('broken');
  await painting;
  expect(log.slice(2)).toEqual(['language rests', 'painter begins', 'painter ends']);
});

test('a call that is stopped while it waits ends at once and never begins', async () => {
  const { call, log } = residencyOf('one at a time');
  const gate = Promise.withResolvers<void>();
  const speaking = call('language', gate.promise);
  const controller = new AbortController();
  const painting = call('painter', Promise.resolve(), controller.signal);
  controller.abort();
  await expect(painting).rejects.toMatchObject({ failure: { code: 'STOPPED', data: { stage: 'waiting' } } });
  gate.resolve();
  await speaking;
  expect(log).not.toContain('painter begins');
});
