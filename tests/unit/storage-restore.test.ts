import { expect, test } from 'vitest';
import { restoreChat } from '../../src/storage/restore.ts';
import { failureSentence, words } from '../../words/index.ts';
import type { StoredTurn } from '../../workers/storage/protocol.ts';

const nobody: ReadonlySet<string> = new Set();

function stored(turn: Readonly<Record<string, unknown>>, results: readonly unknown[] = [], by = 'tab'): StoredTurn {
  return { state: 'read', id: String(turn.id ?? 't'), turn, results, by };
}

function turnsOf(turns: readonly StoredTurn[], living = nobody) {
  return restoreChat({ id: 'c', title: '', changed: 1, turns }, living).turns;
}

const answer = { id: 't', from: 'model', state: 'failed', text: '', form: null, failure: null, turnsLeftOut: 0 };

test('a failure that another version stored, and this one has no words for, is still told', () => {
  for (const failure of [
    { code: 'OF_A_LATER_VERSION', data: {} },
    { code: 'MODEL_MISMATCH', data: {} },
  ]) {
    const [turn] = turnsOf([stored({ ...answer, failure })]);
    const restored = turn?.from === 'model' ? turn.failure : null;
    expect(restored).toEqual({ code: 'UNEXPECTED', data: { message: failure.code } });
    if (restored !== null) expect(failureSentence(words.en, restored)).toContain(failure.code);
  }
});

test('a failure that this version knows is told as it was', () => {
  const failure = { code: 'BUNDLE_FILE', data: { file: 'a.bin', problem: 'missing' } };
  const [turn] = turnsOf([stored({ ...answer, failure })]);
  expect(turn?.from === 'model' && turn.failure).toEqual(failure);
});

test('a turn of before pictures could be marked is still read', () => {
  const turn = { id: 't', from: 'person', text: 'hello', pictures: [], reference: null };
  expect(turnsOf([stored(turn)])).toEqual([{ ...turn, about: null, form: 'auto' }]);
});

test('a turn that cannot be right stands unread in its place and hides none of its chat', () => {
  const hello = { id: 'a', from: 'person', text: 'hello', pictures: [], reference: null };
  const turns = turnsOf([
    stored(hello),
    stored({ ...hello, id: 'b', text: 5 }),
    stored({ id: 'c', from: 'ghost' }),
    { state: 'unreadable', id: 'd', why: 'newer' },
    stored({ ...answer, id: 'e', text: 'Yes.', state: 'done' }, [{ id: 'r', width: 'wide' }]),
  ]);
  expect(turns.map(({ id, from }) => [id, from])).toEqual([
    ['a', 'person'],
    ['b', 'unreadable'],
    ['c', 'unreadable'],
    ['d', 'unreadable'],
    ['e', 'model'],
  ]);
  expect(turns[3]).toMatchObject({ why: 'newer' });
});

test('work that a closed page left is restored as stopped; what another tab is at work on goes on', () => {
  const working = stored({ ...answer, state: 'working', text: 'half' }, [], 'there');
  expect(turnsOf([working])).toMatchObject([{ state: 'stopped' }]);
  expect(turnsOf([working], new Set(['there']))).toMatchObject([{ state: 'working' }]);
});
