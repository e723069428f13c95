import { expect, test } from 'vitest';
import { listedChats } from '../../src/chat/listed-chats.ts';
import { type ChatRecord, newChatId, newTurnId } from '../../src/storage/records.ts';

function chat(title: string, changed: string): ChatRecord {
  const turn = { id: newTurnId(), parent: null, from: 'unreadable', why: 'damaged' } as const;
  return { id: newChatId(), title, changed: Date.parse(changed), turns: [turn] };
}

const lines = (chats: readonly ChatRecord[], language: 'en' | 'zh' = 'en') =>
  listedChats(chats, 'Without a title', language).map(({ title, when }) => `${title} | ${when ?? ''}`);

test('a title of its own stands alone, newest first; chats without turns are not listed', () => {
  const empty = { ...chat('', '2026-11-28T12:00'), turns: [] };
  expect(lines([chat('a cat', '2026-11-27T09:00'), empty, chat('a car', '2026-11-28T09:00')])).toEqual([
    'a car | ',
    'a cat | ',
  ]);
});

test('pinned chats stand first, the newest of them before the others', () => {
  const [old, older, newest] = [
    chat('a cat', '2026-11-27T09:00'),
    chat('a car', '2026-11-26T09:00'),
    chat('a dog', '2026-11-28T09:00'),
  ];
  const listed = listedChats([old, older, newest], 'Without a title', 'en', [older.id, old.id]);
  expect(listed.map(({ title, isPinned }) => [title, isPinned])).toEqual([
    ['a cat', true],
    ['a car', true],
    ['a dog', false],
  ]);
});

test('equal titles are told apart by when something was last said', () => {
  const chats = [
    chat('a cat', '2026-11-27T09:05'),
    chat('A  cat', '2026-11-28T14:30'),
    chat('a car', '2026-11-28T09:00'),
  ];
  const [first, other, second] = lines(chats);
  expect([first, other, second]).toEqual([
    expect.stringMatching(/^A {2}cat \| Nov 28, 2:30\sPM$/),
    'a car | ',
    expect.stringMatching(/^a cat \| Nov 27, 9:05\sAM$/),
  ]);
  expect(lines(chats, 'zh')[0]).toMatch(/11月28日.*14:30/);
});

test('chats without a title are told apart too', () => {
  const [one, other] = lines([chat('', '2026-11-27T09:05'), chat('', '2026-11-28T09:05')]);
  expect(one).toMatch(/^Without a title \| Nov 28/);
  expect(other).toMatch(/^Without a title \| Nov 27/);
});

test.each([
  ['minute', '2026-11-28T09:05:10', '2026-11-28T09:05:40'],
  ['second', '2026-11-28T09:05:10.100', '2026-11-28T09:05:10.200'],
  ['year', '2025-11-28T09:05:10', '2026-11-28T09:05:10'],
])('of the same %s they still differ', (_, one, other) => {
  expect(new Set(lines([chat('a cat', one), chat('a cat', other)])).size).toBe(2);
});
