import { expect, test } from 'vitest';
import { StorageContents } from '../../workers/storage/contents.ts';
import type { Change } from '../../workers/storage/protocol.ts';
import { turnChange, wordsOf } from '../helpers/stored-chats.ts';

function contentsOf(changes: readonly Change[]): StorageContents {
  const contents = new StorageContents();
  changes.forEach((change, at) => {
    contents.add({ state: 'read', record: { number: at + 1, at, by: 'tab', change } }, null);
  });
  return contents;
}

test('a tab that missed a turn, what was said behind it, and the same turn again sees all of them', () => {
  const [one, two, three] = [turnChange('c', '1', null), turnChange('c', '2', '1'), turnChange('c', '3', '2')];
  const all = contentsOf([one, two, three, two]);
  const late = contentsOf([one]);
  for (const record of all.since(1)) late.add({ state: 'read', record }, null);
  expect(wordsOf(late.chats())).toEqual({ c: ['1', '2', '3'] });
  expect(late.number).toBe(4);
});

test('what a message that cannot be read is about is unknown, so that no picture is taken for one that nobody needs', () => {
  const contents = contentsOf([turnChange('c', '1', null)]);
  expect(contents.hashesInUse()).toEqual(new Set());
  for (const why of ['damaged', 'newer'] as const) {
    const torn = contentsOf([turnChange('c', '1', null)]);
    torn.add({ state: 'unreadable', record: { number: 2, why, chat: null, turn: null } }, null);
    expect(torn.hashesInUse()).toBeNull();
  }
});
