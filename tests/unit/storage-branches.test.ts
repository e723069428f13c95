/** Versions of turns in two pages over one log, and after a reload. */
import { afterEach, expect, test, vi } from 'vitest';
import { editMessage, regenerate, showVersion } from '../../src/actions/versions.ts';
import { versionsOf } from '../../src/state/tree.ts';
import { reply } from '../helpers/fake-session.ts';
import { FakeBrowser } from '../helpers/fake-tabs.ts';
import { newTab, openOn } from '../helpers/pages-of-log.ts';
import { settles } from '../helpers/until.ts';

afterEach(() => vi.unstubAllGlobals());

type Page = Awaited<ReturnType<typeof openOn>>;

/** How many versions of the shown answer a page knows of. */
function versions({ answer, state }: Page): number {
  const chat = state().chats.find(({ id }) => id === state().current);
  return versionsOf(chat?.turns ?? [], answer().id).length;
}

async function regenerateAs(page: Page, words: string): Promise<void> {
  page.session.answer = () => reply(words, 'words');
  regenerate.perform(page.app, page.answer().id);
  await page.idle();
}

/** Two pages of one browser that show the same answered message. */
async function twoPages() {
  const browser = new FakeBrowser();
  const [one, other] = [await openOn(browser), await openOn(browser)];
  one.say('hello');
  await one.idle();
  await settles(() => expect(other.state().chats.some(({ title }) => title === 'hello')).toBe(true));
  other.open(one.state().current);
  await settles(() => expect(other.said()).toEqual(['hello', 'Yes.']));
  return { one, other };
}

test('a version that is made in one page can be gone to in the other, which stays where it is', async () => {
  const { one, other } = await twoPages();
  await regenerateAs(one, 'Perhaps.');
  await settles(() => expect(versions(other)).toBe(2));
  expect(one.said()).toEqual(['hello', 'Perhaps.']);
  expect(other.said()).toEqual(['hello', 'Yes.']);
  showVersion.perform(other.app, other.answer().id, 1);
  await settles(() => expect(other.answer()).toMatchObject({ state: 'done', text: 'Perhaps.' }));
});

test('what is said behind different versions at once stays behind its own', async () => {
  const { one, other } = await twoPages();
  await regenerateAs(one, 'Perhaps.');
  one.say('behind perhaps');
  other.say('behind yes');
  await Promise.all([one.idle(), other.idle()]);
  const behindPerhaps = ['hello', 'Perhaps.', 'behind perhaps', 'Perhaps.'];
  const behindYes = ['hello', 'Yes.', 'behind yes', 'Yes.'];
  await settles(() => expect(one.state().chats.flatMap(({ turns }) => turns)).toHaveLength(7));
  expect([one.said(), other.said()]).toEqual([behindPerhaps, behindYes]);
});

test('each tab comes back to the version that was shown in it, a new one to what was shown last', async () => {
  const browser = new FakeBrowser();
  const [oneTab, otherTab] = [newTab(), newTab()];
  const one = await openOn(browser, oneTab);
  one.say('hello');
  await one.idle();
  await regenerateAs(one, 'Perhaps.');
  await new Promise((resolve) => setTimeout(resolve, 50));
  const other = await openOn(browser, otherTab);
  expect(other.said()).toEqual(['hello', 'Perhaps.']);
  showVersion.perform(other.app, other.answer().id, -1);
  await new Promise((resolve) => setTimeout(resolve, 50));
  one.end();
  other.end();
  const again = await openOn(browser, oneTab);
  expect(again.said()).toEqual(['hello', 'Perhaps.']);
  again.end();
  const otherAgain = await openOn(browser, otherTab);
  expect(otherAgain.said()).toEqual(['hello', 'Yes.']);
  otherAgain.end();
});

test('an edited message, its answer and the old branch are there after a reload', async () => {
  const browser = new FakeBrowser();
  const tab = newTab();
  const page = await openOn(browser, tab);
  page.say('one');
  await page.idle();
  page.say('two');
  await page.idle();
  const [first] = page.turns();
  if (first === undefined) throw new Error('nothing was said');
  editMessage.perform(page.app, first.id, 'other');
  await page.idle();
  await new Promise((resolve) => setTimeout(resolve, 50));
  page.end();
  const again = await openOn(browser, tab);
  expect(again.said()).toEqual(['other', 'Yes.']);
  showVersion.perform(again.app, again.turns()[0]?.id ?? first.id, -1);
  expect(again.said()).toEqual(['one', 'Yes.', 'two', 'Yes.']);
});
