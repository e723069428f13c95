/** Undo and Redo of what a person says: the whole turn goes and comes, its words lie in the message meanwhile. */
import { afterEach, describe, expect, test, vi } from 'vitest';
import { deferred } from '../../session/deferred.ts';
import { askAgain } from '../../src/actions/ask.ts';
import { deleteTurn, newChat } from '../../src/actions/chats.ts';
import { write } from '../../src/actions/compose.ts';
import { cancelQueued } from '../../src/actions/queue.ts';
import { isTakenBack, redo, undo } from '../../src/actions/undo.ts';
import { editMessage } from '../../src/actions/versions.ts';
import type { PictureRecord, TurnId } from '../../src/storage/records.ts';
import type { ImageId } from '../../workers/protocol.ts';
import { reply } from '../helpers/fake-session.ts';
import { FakeBrowser } from '../helpers/fake-tabs.ts';
import { openPage } from '../helpers/page.ts';
import { openOn } from '../helpers/pages-of-log.ts';
import { settles, until } from '../helpers/until.ts';

afterEach(() => vi.unstubAllGlobals());

async function conversation(...said: readonly string[]) {
  const opened = openPage();
  opened.modelIsReady();
  const page = {
    ...opened,
    said: () => opened.turns().flatMap((turn) => (turn.from === 'person' ? turn.text : [])),
    undo: () => undo.perform(opened.app),
    redo: () => redo.perform(opened.app),
    async ask(text: string) {
      opened.say(text);
      await opened.idle();
    },
  };
  for (const text of said) await page.ask(text);
  return page;
}

describe('a message that was answered', () => {
  test('goes with its picture, and its words lie in the message; Redo brings back the same picture', async () => {
    const page = await conversation('draw a car', 'make it night');
    const before = page.turns();
    page.undo();
    expect(page.said()).toEqual(['draw a car']);
    expect([page.state().text, page.state().told]).toEqual(['make it night', 'undone']);
    page.redo();
    expect(page.turns()).toEqual(before);
    expect([page.state().text, page.state().told]).toEqual(['', 'redone']);
    expect(page.session.painted).toHaveLength(2);
  });

  test('was the first of its chat: the chat is gone with it, and comes back with its title', async () => {
    const page = await conversation('draw a car');
    const { current, chats } = page.state();
    page.undo();
    expect(page.state().chats.filter(({ turns }) => turns.length > 0)).toEqual([]);
    expect(page.state().text).toBe('draw a car');
    page.redo();
    expect([page.state().current, page.state().text]).toEqual([current, '']);
    expect(page.state().chats.find(({ id }) => id === current)).toMatchObject({
      title: 'draw a car',
      turns: chats.find(({ id }) => id === current)?.turns,
    });
  });

  test('was the last of several: one after the other goes, and each way the message is that of the last one', async () => {
    const page = await conversation('one', 'two', 'three');
    const seen: [readonly string[], string][] = [];
    const look = () => seen.push([page.said(), page.state().text]);
    for (const step of [page.undo, page.undo, page.undo, page.redo, page.redo, page.redo]) {
      step();
      look();
    }
    expect(seen).toEqual([
      [['one', 'two'], 'three'],
      [['one'], 'two'],
      [[], 'one'],
      [['one'], 'two'],
      [['one', 'two'], 'three'],
      [['one', 'two', 'three'], ''],
    ]);
    expect(undo.when(page.state())).toBe(true);
    expect(redo.when(page.state())).toBe(false);
  });

  test('leaves what is being written alone', async () => {
    const page = await conversation('draw a car');
    write.perform(page.app, 'draw a bo');
    page.undo();
    expect([page.said(), page.state().text, isTakenBack(page.state())]).toEqual([[], 'draw a bo', false]);
    page.redo();
    expect([page.said(), page.state().text]).toEqual([['draw a car'], 'draw a bo']);
  });

  test('had a picture: it lies beside the message again, and goes back with Redo', async () => {
    const page = await conversation('hello');
    const record: PictureRecord = { id: 'a'.repeat(64) as ImageId, name: 'cat.png', width: 8, height: 8 };
    page.app.store.setState({ attachments: [{ key: 'k', name: 'cat.png', record }] });
    await page.ask('make it night');
    page.undo();
    expect(page.state().attachments).toMatchObject([{ record }]);
    expect(isTakenBack(page.state())).toBe(true);
    page.redo();
    expect(page.state().attachments).toEqual([]);
    expect(page.turns().at(-2)).toMatchObject({ text: 'make it night', pictures: [record] });
  });

  test('cannot be brought back once something else is said', async () => {
    const page = await conversation('one', 'two');
    page.undo();
    await page.ask('three');
    expect([page.said(), redo.when(page.state())]).toEqual([['one', 'three'], false]);
  });

  test('lies in another chat: that one is shown, with its words', async () => {
    const page = await conversation('one');
    await page.ask('two');
    const first = page.state().current;
    newChat.perform(page.app);
    write.perform(page.app, 'begun');
    page.undo();
    expect([page.state().current, page.said(), page.state().text]).toEqual([first, ['one'], 'two']);
    newChat.perform(page.app);
    expect(page.state().text).toBe('begun');
    page.redo();
    expect([page.state().current, page.said(), page.state().text]).toEqual([first, ['one', 'two'], '']);
  });
});

describe('what is at work', () => {
  test('is left to Stop, and can be taken back from then on', async () => {
    const page = await conversation('one');
    page.session.answer = () => new Promise(() => undefined);
    page.say('two');
    await until(() => page.answer().state === 'working');
    expect(undo.when(page.state())).toBe(false);
    page.undo();
    expect(page.said()).toEqual(['one', 'two']);
    page.stop();
    await page.idle();
    page.undo();
    expect([page.said(), page.state().text]).toEqual([['one'], 'two']);
    page.redo();
    expect(page.answer()).toMatchObject({ state: 'stopped' });
  });

  test('and waits behind it is left to the queue; what was cancelled there is not taken back a second time', async () => {
    const page = await conversation('one');
    const held = deferred<void>();
    page.session.painting = () => held.promise;
    page.say('two');
    await until(() => page.session.painted.length === 2);
    page.say('three');
    expect(undo.when(page.state())).toBe(false);
    const waits = page.state().jobs.at(-1);
    if (waits === undefined) throw new Error('three waits');
    cancelQueued.perform(page.app, waits.id);
    write.perform(page.app, '');
    held.resolve();
    await page.idle();
    page.undo();
    expect([page.said(), page.state().text]).toEqual([['one'], 'two']);
  });
});

test('variations go before the message that they came of, and come back as they were painted', async () => {
  const page = await conversation('draw a car');
  page.vary(page.answer().results[0]?.id ?? '');
  expect(undo.when(page.state())).toBe(false);
  await page.idle();
  const before = page.answer().results;
  page.undo();
  expect(page.answer().results).toEqual(before.slice(0, 1));
  expect(page.said()).toEqual(['draw a car']);
  page.undo();
  page.redo();
  page.redo();
  expect(page.answer().results).toEqual(before);
  expect(page.session.painted).toHaveLength(2);
});

test('a message in other words goes with the one that it was', async () => {
  const page = await conversation('one', 'two');
  editMessage.perform(page.app, page.turns()[2]?.id as TurnId, 'deux');
  await page.idle();
  const seen: (readonly string[])[] = [];
  for (const step of [page.undo, page.undo, page.redo, page.redo]) {
    step();
    seen.push(page.said());
  }
  expect(seen).toEqual([['one', 'two'], ['one'], ['one', 'two'], ['one', 'deux']]);
});

test('a question that was asked again in another form goes as a whole', async () => {
  const page = await conversation('one');
  page.session.answer = () => reply('Yes.', 'words');
  await page.ask('two');
  askAgain.perform(page.app, page.answer().id, 'draw');
  await page.idle();
  expect(page.turns()).toHaveLength(4);
  page.undo();
  expect([page.said(), page.state().text]).toEqual([['one'], 'two']);
});

describe('on two pages', () => {
  async function twoPages() {
    const browser = new FakeBrowser();
    const one = await openOn(browser);
    one.say('one');
    await one.idle();
    const other = await openOn(browser);
    other.open(one.state().current);
    await settles(() => expect(other.said()).toEqual(one.said()));
    one.say('two');
    await one.idle();
    await settles(() => expect(other.said()).toEqual(['one', 'Yes.', 'two', 'Yes.']));
    return { browser, one, other };
  }

  test('both lose the turn and have it again; after a reload it is as it was left', async () => {
    const { browser, one, other } = await twoPages();
    undo.perform(one.app);
    await settles(() => expect(other.said()).toEqual(['one', 'Yes.']));
    expect(other.state().text).toBe('');
    redo.perform(one.app);
    await settles(() => expect(other.said()).toEqual(['one', 'Yes.', 'two', 'Yes.']));
    undo.perform(one.app);
    await settles(() => expect(other.said()).toEqual(['one', 'Yes.']));
    one.end();
    other.end();
    const later = await openOn(browser);
    expect([later.said(), redo.when(later.state())]).toEqual([['one', 'Yes.'], false]);
  });

  test('what the other said behind it stays', async () => {
    const { one, other } = await twoPages();
    other.say('three');
    await other.idle();
    await settles(() => expect(one.said()).toContain('three'));
    undo.perform(one.app);
    for (const page of [one, other]) await settles(() => expect(page.said()).toEqual(['one', 'Yes.', 'three', 'Yes.']));
  });

  test('what the other deleted is not taken back a second time', async () => {
    const { one, other } = await twoPages();
    undo.perform(one.app);
    redo.perform(one.app);
    await settles(() => expect(other.said()).toHaveLength(4));
    deleteTurn.perform(other.app, other.turns()[2]?.id as TurnId);
    await settles(() => expect(one.said()).toEqual(['one', 'Yes.']));
    undo.perform(one.app);
    expect([one.said(), one.state().text]).toEqual([[], 'one']);
  });
});
