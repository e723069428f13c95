/** Pinned chats: first in the list, in all tabs and after a reload. */
import { afterEach, expect, test, vi } from 'vitest';
import { deleteChat, newChat, pinChat } from '../../src/actions/chats.ts';
import { undo } from '../../src/actions/undo.ts';
import { listedChats } from '../../src/chat/listed-chats.ts';
import type { ChatId } from '../../src/storage/records.ts';
import { FakeBrowser } from '../helpers/fake-tabs.ts';
import { openOn } from '../helpers/pages-of-log.ts';
import { settles } from '../helpers/until.ts';

afterEach(() => vi.unstubAllGlobals());

type Page = Awaited<ReturnType<typeof openOn>>;

const listed = ({ state }: Page) => {
  const { chats, pinned } = state();
  return listedChats(chats, 'Without a title', 'en', pinned).map(
    ({ title, isPinned }) => `${isPinned ? '* ' : ''}${title}`,
  );
};

async function say(page: Page, words: string): Promise<ChatId> {
  newChat.perform(page.app);
  page.say(words);
  await page.idle();
  // Two chats of one millisecond have no order.
  await new Promise((resolve) => setTimeout(resolve, 5));
  return page.state().current;
}

test('a pinned chat stands before newer ones, also in another tab and after a reload, until it is let go', async () => {
  const browser = new FakeBrowser();
  const [one, other] = [await openOn(browser), await openOn(browser)];
  const car = await say(one, 'a car');
  await say(one, 'a boat');
  expect(listed(one)).toEqual(['a boat', 'a car']);
  pinChat.perform(one.app, car);
  expect(listed(one)).toEqual(['* a car', 'a boat']);
  await settles(() => expect(listed(other)).toEqual(['* a car', 'a boat']));
  const later = await openOn(browser);
  expect(listed(later)).toEqual(['* a car', 'a boat']);
  pinChat.perform(other.app, car);
  for (const page of [one, other, later]) await settles(() => expect(listed(page)).toEqual(['a boat', 'a car']));
  expect(listed(await openOn(browser))).toEqual(['a boat', 'a car']);
});

test('what two tabs pin at once is pinned in both', async () => {
  const browser = new FakeBrowser();
  const [one, other] = [await openOn(browser), await openOn(browser)];
  const car = await say(one, 'a car');
  const boat = await say(one, 'a boat');
  await settles(() => expect(listed(other)).toEqual(['a boat', 'a car']));
  pinChat.perform(one.app, car);
  pinChat.perform(other.app, boat);
  for (const page of [one, other]) await settles(() => expect(listed(page)).toEqual(['* a boat', '* a car']));
});

test('a chat that was deleted comes back pinned', async () => {
  const page = await openOn(new FakeBrowser());
  const car = await say(page, 'a car');
  await say(page, 'a boat');
  pinChat.perform(page.app, car);
  deleteChat.perform(page.app, car);
  expect(listed(page)).toEqual(['a boat']);
  undo.perform(page.app);
  expect(listed(page)).toEqual(['* a car', 'a boat']);
});
