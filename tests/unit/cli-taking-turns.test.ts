/** The terminal's two workers: together where the device has room for both, else one after the other. */
import { expect, test } from 'vitest';
import { type SideWorker, TakingTurns } from '../../cli/draw/taking-turns.ts';
import { failure } from '../../model/failure.ts';
import type { Opened, Outcome } from '../../workers/protocol.ts';
import { opened } from '../helpers/fake-engine.ts';

function workers(reopened: Outcome<Opened> = { ok: true, result: opened }) {
  const log: string[] = [];
  const worker = (name: string): SideWorker => ({
    async open() {
      log.push(`open ${name}`);
      return reopened;
    },
    async close() {
      log.push(`close ${name}`);
    },
  });
  const turns = new TakingTurns({ language: worker('language'), painter: worker('painter') });
  const call = (side: 'language' | 'painter') =>
    turns.call(side, async () => {
      log.push(side);
      return { ok: true, result: side };
    });
  return { turns, call, log };
}

const plan = (residency: Opened['memory']['residency']) => ({ ...opened.memory, residency });

test('both stay open where they fit', async () => {
  const { turns, call, log } = workers();
  turns.begin(plan('both'));
  for (const side of ['language', 'painter', 'language'] as const) await call(side);
  expect(log).toEqual(['language', 'painter', 'language']);
});

test('the one that waits is closed where they do not, and opened again when it is called', async () => {
  const { turns, call, log } = workers();
  turns.begin(plan('one at a time'));
  for (const side of ['language', 'language', 'painter', 'language'] as const) await call(side);
  expect(log).toEqual([
    ...['close painter', 'language', 'language'],
    ...['close language', 'open painter', 'painter'],
    ...['close painter', 'open language', 'language'],
  ]);
});

test('a side that does not open again says why, and is tried again at the next call', async () => {
  const lost = { ok: false, failure: failure('DEVICE_LOST', { reason: 'gone' }) } as const;
  const { turns, call, log } = workers(lost);
  turns.begin(plan('streamed'));
  await call('language');
  expect(await call('painter')).toEqual(lost);
  expect(await call('painter')).toEqual(lost);
  expect(log.filter((entry) => entry === 'open painter')).toHaveLength(2);
});
