import { describe, expect, test } from 'vitest';
import { restoreChat, restoreResult } from '../../src/storage/restore.ts';
import { failureSentence } from '../../words/words.ts';
import type { StoredTurn } from '../../workers/storage/protocol.ts';
import { exampleRecipe } from '../helpers/recipes.ts';
import { words } from '../helpers/words.ts';

const nobody: ReadonlySet<string> = new Set();

function stored(turn: Readonly<Record<string, unknown>>, results: readonly unknown[] = [], by = 'tab'): StoredTurn {
  return { state: 'read', id: String(turn.id ?? 't'), parent: null, turn, results, by };
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
    expect(restored).toEqual(failure);
    for (const language of Object.values(words))
      if (restored !== null) expect(failureSentence(language, restored)).toContain(failure.code);
  }
});

test('a failure that this version knows is told as it was', () => {
  const failure = { code: 'BUNDLE_FILE', data: { file: 'a.bin', problem: 'missing' } };
  const [turn] = turnsOf([stored({ ...answer, failure })]);
  expect(turn?.from === 'model' && turn.failure).toEqual(failure);
});

test('a turn of before pictures could be marked is still read', () => {
  const turn = { id: 't', from: 'person', text: 'hello', pictures: [], reference: null };
  expect(turnsOf([stored(turn)])).toEqual([{ ...turn, parent: null, about: null, form: 'auto' }]);
});

test('a turn that cannot be right stands unread in its place and hides none of its chat', () => {
  const hello = { id: 'a', from: 'person', text: 'hello', pictures: [], reference: null };
  const turns = turnsOf([
    stored(hello),
    stored({ ...hello, id: 'b', text: 5 }),
    stored({ id: 'c', from: 'ghost' }),
    { state: 'unreadable', id: 'd', parent: 'c', why: 'newer' },
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

describe('a picture is known by the hash of its bytes and by nothing else', () => {
  const good = 'a'.repeat(64);
  const wrong = ['', 'cat.png', '../chats.log', 'A'.repeat(64), `${good}a`, good.slice(1), `${good}/..`];
  const person = (changes: object) =>
    turnsOf([stored({ id: 't', from: 'person', text: 'hi', pictures: [], reference: null, ...changes })])[0]?.from;
  const picture = (id: string) => ({ pictures: [{ id, name: 'cat.png', width: 8, height: 8 }] });
  const embeddings = (blob: string) => ({ blob, hidden: 4, grid: [1, 2, 2] });
  const result = (image: string, blob: string, edited = good) => {
    const reference = { image: edited, embeddings: embeddings(blob) };
    const from = { target: embeddings(blob), reference, recipe: exampleRecipe() };
    const drawn = { state: 'done', prompt: '', seed: '1', width: 8, height: 8, model: 'nano' };
    return restoreResult({ ...drawn, id: 'r', image, from });
  };

  test('in what a person brought or meant', () => {
    for (const changes of [picture(good), { reference: good }, { about: good }]) expect(person(changes)).toBe('person');
    for (const id of wrong) {
      for (const changes of [picture(id), { reference: id }, { about: id }]) {
        expect(person(changes)).toBe('unreadable');
      }
    }
  });

  test('in what was drawn', () => {
    expect(result(good, good)).toMatchObject({ image: good });
    for (const id of wrong) {
      expect([result(id, good), result(good, id), result(good, good, id)]).toEqual([null, null, null]);
    }
  });
});

test('work that a closed page left is restored as stopped; what another tab is at work on goes on', () => {
  const working = stored({ ...answer, state: 'working', text: 'half' }, [], 'there');
  expect(turnsOf([working])).toMatchObject([{ state: 'stopped' }]);
  expect(turnsOf([working], new Set(['there']))).toMatchObject([{ state: 'working' }]);
});
