/** Two pages over one store, without their components. */
import { afterEach, expect, test, vi } from 'vitest';
import { askAgain } from '../../src/actions/ask.ts';
import { openChat } from '../../src/actions/chats.ts';
import { persistState } from '../../src/state/persist.ts';
import type { ChatId } from '../../src/storage/records.ts';
import { trackUnsaved } from '../../src/storage/unsaved.ts';
import { reply } from '../helpers/fake-session.ts';
import { FakeBrowser } from '../helpers/fake-tabs.ts';
import { logStorage } from '../helpers/log-storage.ts';
import { openPage } from '../helpers/page.ts';

afterEach(() => vi.unstubAllGlobals());

async function openOn(browser: FakeBrowser) {
  const { storage, end } = logStorage(browser);
  const page = openPage(storage);
  await persistState(
    page.app.store,
    storage,
    trackUnsaved(() => undefined),
  );
  page.modelIsReady();
  page.session.answer = () => reply('Yes.', 'words');
  const said = () => page.turns().flatMap((turn) => (turn.from === 'unreadable' ? '?' : turn.text));
  const open = (chat: ChatId) => openChat.perform(page.app, chat);
  return { ...page, end, said, open };
}

const settles = (check: () => void) => vi.waitFor(check, { timeout: 5000 });

test('what is said in one page is seen in the other, also while it is being answered', async () => {
  const browser = new FakeBrowser();
  const [one, other] = [await openOn(browser), await openOn(browser)];
  let answerNow: () => void = () => undefined;
  one.session.answer = () => new Promise((resolve) => (answerNow = () => resolve(reply('A car.', 'words'))));
  one.say('what is this?');
  await settles(() => expect(other.state().chats.some(({ title }) => title === 'what is this?')).toBe(true));
  other.open(one.state().current);
  await settles(() => expect(other.turns().at(-1)).toMatchObject({ state: 'working' }));
  answerNow();
  await settles(() => expect(other.said()).toEqual(['what is this?', 'A car.']));
  expect(other.turns().at(-1)).toMatchObject({ state: 'done' });

  other.say('and this?');
  await settles(() => expect(one.said()).toEqual(['what is this?', 'A car.', 'and this?', 'Yes.']));
  expect(one.turns()).toEqual(other.turns());
});

test('what both say at once stands one after the other in both, and after a reload', async () => {
  const browser = new FakeBrowser();
  const [one, other] = [await openOn(browser), await openOn(browser)];
  one.say('start');
  await one.idle();
  other.open(one.state().current);
  await settles(() => expect(other.said()).toEqual(['start', 'Yes.']));
  for (let round = 0; round < 5; round++) {
    one.say(`one ${round}`);
    other.say(`other ${round}`);
  }
  await Promise.all([one.idle(), other.idle()]);
  await settles(() => expect(one.said()).toHaveLength(22));
  await settles(() => expect(other.said()).toEqual(one.said()));
  const said = one.said();
  for (let round = 0; round < 5; round++) {
    for (const text of [`one ${round}`, `other ${round}`]) {
      expect(said.filter((sentence) => sentence === text)).toHaveLength(1);
      expect(said[said.indexOf(text) + 1]).toBe('Yes.');
    }
  }
  one.end();
  other.end();
  const next = await openOn(browser);
  next.open(one.state().current);
  expect(next.said()).toEqual(said);
});

test('what a page was at work on is stopped in the other when it ends', async () => {
  const browser = new FakeBrowser();
  const [one, other] = [await openOn(browser), await openOn(browser)];
  one.session.answer = () => new Promise(() => undefined);
  one.say('what is this?');
  await settles(() => expect(other.state().chats.some(({ title }) => title === 'what is this?')).toBe(true));
  other.open(one.state().current);
  await settles(() => expect(other.turns().at(-1)).toMatchObject({ state: 'working' }));
  one.end();
  await settles(() => expect(other.turns().at(-1)).toMatchObject({ state: 'stopped' }));
});

test('an answer that is taken anew takes the place of the old one in both', async () => {
  const browser = new FakeBrowser();
  const [one, other] = [await openOn(browser), await openOn(browser)];
  one.say('hello');
  await one.idle();
  other.open(one.state().current);
  one.session.answer = () => reply('Hello!', 'words');
  askAgain.perform(one.app, one.answer().id, 'ask');
  await one.idle();
  await settles(() => expect(other.said()).toEqual(['hello', 'Hello!']));
  one.end();
  other.end();
  const next = await openOn(browser);
  expect(next.said()).toEqual(['hello', 'Hello!']);
});

test('a page writes nothing where nothing has changed', async () => {
  const browser = new FakeBrowser();
  const first = await openOn(browser);
  first.say('hello');
  await first.idle();
  await new Promise((resolve) => setTimeout(resolve, 50));
  first.end();
  const before = browser.folder.bytes('chats.1').length;
  await openOn(browser);
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(browser.folder.bytes('chats.1').length).toBe(before);
});

test('a page whose record of the open chat was lost opens the chat that was last said something in', async () => {
  const browser = new FakeBrowser();
  const first = await openOn(browser);
  first.say('hello');
  await first.idle();
  await settles(() => expect(JSON.stringify(first.turns())).toContain('done'));
  await new Promise((resolve) => setTimeout(resolve, 50));
  first.end();
  browser.folder.change('chats.1', (bytes) => {
    const at = Buffer.from(bytes).lastIndexOf('"key":"current"');
    bytes[at] = 0;
    return bytes;
  });
  expect((await openOn(browser)).said()).toEqual(['hello', 'Yes.']);
});
