/** Delete, Rename and what Undo and Redo make of them, on one page and on two. */
import { afterEach, describe, expect, test, vi } from 'vitest';
import { deleteChat, deleteTurn, renameChat } from '../../src/actions/chats.ts';
import { redo, undo } from '../../src/actions/undo.ts';
import { regenerate } from '../../src/actions/versions.ts';
import { chatsWith } from '../../src/chat/listed-chats.ts';
import type { ChatId, TurnId } from '../../src/storage/records.ts';
import { reply } from '../helpers/fake-session.ts';
import { FakeBrowser } from '../helpers/fake-tabs.ts';
import { openOn } from '../helpers/pages-of-log.ts';
import { settles, until } from '../helpers/until.ts';

afterEach(() => vi.unstubAllGlobals());

type Page = Awaited<ReturnType<typeof openOn>>;

/** What the log's files say, and the names of the pictures' files. */
async function onDisk({ folder, blobs }: FakeBrowser): Promise<string> {
  const logs = (await folder.names()).map((name) => new TextDecoder().decode(folder.bytes(name)));
  return [...logs, ...(await blobs.names()).map((name) => `picture ${name}`)].join('\n');
}

const idOf = (page: Page, text: string) => page.turns()[page.said().indexOf(text)]?.id as TurnId;
const titles = ({ state }: Page) => state().chats.flatMap(({ title, turns }) => (turns.length > 0 ? title : []));

async function conversation(browser = new FakeBrowser()) {
  const page = await openOn(browser);
  for (const text of ['one', 'two']) {
    page.say(text);
    await page.idle();
  }
  return page;
}

/** Two pages that show the same conversation. */
async function twoPages() {
  const browser = new FakeBrowser();
  const one = await conversation(browser);
  const other = await openOn(browser);
  other.open(one.state().current);
  await settles(() => expect(other.said()).toEqual(one.said()));
  return { browser, one, other };
}

describe('Delete', () => {
  test('removes a turn with all that follows it; Undo brings all of it back, Redo removes it again', async () => {
    const page = await conversation();
    deleteTurn.perform(page.app, idOf(page, 'two'));
    expect(page.said()).toEqual(['one', 'Yes.']);
    undo.perform(page.app);
    expect(page.said()).toEqual(['one', 'Yes.', 'two', 'Yes.']);
    redo.perform(page.app);
    expect(page.said()).toEqual(['one', 'Yes.']);
    undo.perform(page.app);
    page.say('three');
    await page.idle();
    expect(page.said()).toEqual(['one', 'Yes.', 'two', 'Yes.', 'three', 'Yes.']);
  });

  test('of the first turn leaves an empty chat, and Undo opens the old one with its title', async () => {
    const page = await conversation();
    deleteTurn.perform(page.app, idOf(page, 'one'));
    expect([page.said(), titles(page)]).toEqual([[], []]);
    undo.perform(page.app);
    expect([page.said(), titles(page)]).toEqual([['one', 'Yes.', 'two', 'Yes.'], ['one']]);
  });

  test('stops what works in it, and what it had begun comes back as stopped', async () => {
    const page = await conversation();
    page.session.answer = () => new Promise(() => undefined);
    page.say('three');
    await until(() => page.answer().state === 'working');
    deleteTurn.perform(page.app, idOf(page, 'three'));
    await page.idle();
    undo.perform(page.app);
    expect(page.said()).toEqual(['one', 'Yes.', 'two', 'Yes.', 'three', '']);
    expect(page.answer()).toMatchObject({ state: 'stopped', failure: null });
  });

  test('in one page stops what the other writes there, and nothing of it comes back', async () => {
    const { browser, one, other } = await twoPages();
    let answerNow: () => void = () => undefined;
    other.session.answer = () => new Promise((resolve) => (answerNow = () => resolve(reply('Late.', 'words'))));
    other.say('three');
    await settles(() => expect(one.said()).toContain('three'));
    deleteTurn.perform(one.app, idOf(one, 'two'));
    answerNow();
    await settles(() => expect(other.said()).toEqual(['one', 'Yes.']));
    await other.idle();
    await settles(() => expect(one.said()).toEqual(['one', 'Yes.']));
    one.end();
    other.end();
    expect((await openOn(browser)).said()).toEqual(['one', 'Yes.']);
  });

  test('in one page keeps what the other says behind it at the same moment', async () => {
    const { one, other } = await twoPages();
    other.say('three');
    deleteTurn.perform(one.app, idOf(one, 'two'));
    await other.idle();
    for (const page of [one, other]) await settles(() => expect(page.said()).toEqual(['one', 'Yes.', 'three', 'Yes.']));
    undo.perform(one.app);
    await settles(() => expect(other.state().chats.flatMap(({ turns }) => turns)).toHaveLength(6));
  });

  test('of a chat keeps what another page says in it at the same moment', async () => {
    const { browser, one, other } = await twoPages();
    other.say('three');
    deleteChat.perform(one.app, one.state().current);
    await other.idle();
    await settles(() => expect(other.said()).toEqual(['three', 'Yes.']));
    await new Promise((resolve) => setTimeout(resolve, 50));
    one.end();
    other.end();
    expect((await openOn(browser)).state().chats.flatMap(({ turns }) => turns)).toHaveLength(2);
  });

  test('leaves the disk at the next start, words and pictures; a picture that is used elsewhere stays', async () => {
    const browser = new FakeBrowser();
    const page = await openOn(browser);
    const pictures: (string | null | undefined)[] = [];
    for (const [seed, text] of ['draw a cat', 'draw a secret'].entries()) {
      page.session.answer = () => reply('Here:<image>', 'picture');
      page.set('seed', String(seed));
      page.say(text);
      await page.idle();
      pictures.push(page.answer().results[0]?.image);
    }
    const [cat, secret] = pictures;
    deleteTurn.perform(page.app, idOf(page, 'draw a secret'));
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(await onDisk(browser)).toContain(`picture ${secret}`);
    page.end();
    await openOn(browser);
    await settles(async () => expect(await onDisk(browser)).not.toContain(secret));
    const left = await onDisk(browser);
    expect(left).not.toContain('secret');
    expect(left).toContain('draw a cat');
    expect(left).toContain(`picture ${cat}`);
  });
});

describe('a chat', () => {
  test('is renamed and deleted in both pages, and Undo brings back chat and title', async () => {
    const { one, other } = await twoPages();
    renameChat.perform(one.app, one.state().current, ' Numbers ');
    await settles(() => expect(titles(other)).toEqual(['Numbers']));
    deleteChat.perform(one.app, one.state().current);
    await settles(() => expect(titles(other)).toEqual([]));
    undo.perform(one.app);
    await settles(() => expect([other.state().chats[1]?.turns.length, titles(other)]).toEqual([4, ['Numbers']]));
    undo.perform(one.app);
    await settles(() => expect(titles(other)).toEqual(['one']));
  });

  test('that another page renamed meanwhile keeps that title when the first one undoes its own', async () => {
    const { one, other } = await twoPages();
    renameChat.perform(one.app, one.state().current, 'Numbers');
    await settles(() => expect(titles(other)).toEqual(['Numbers']));
    renameChat.perform(other.app, other.state().current, 'Figures');
    await settles(() => expect(titles(one)).toEqual(['Figures']));
    undo.perform(one.app);
    expect(titles(one)).toEqual(['Figures']);
  });

  test('is found by words of its title and of what was said in it', async () => {
    const page = await conversation();
    const found = (sought: string) => [...chatsWith(page.state().chats, sought)];
    const chat: ChatId = page.state().current;
    expect([found('TWO one'), found('yes'), found('three'), found('one three')]).toEqual([[chat], [chat], [], []]);
  });
});

test('Undo of Regenerate shows the answer of before and keeps both', async () => {
  const page = await conversation();
  page.session.answer = () => reply('No.', 'words');
  regenerate.perform(page.app, page.answer().id);
  await page.idle();
  undo.perform(page.app);
  expect(page.said()).toEqual(['one', 'Yes.', 'two', 'Yes.']);
  redo.perform(page.app);
  expect(page.said()).toEqual(['one', 'Yes.', 'two', 'No.']);
});
