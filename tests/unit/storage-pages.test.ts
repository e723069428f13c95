/** Two pages over one store, without their components. */
import { afterEach, describe, expect, test, vi } from 'vitest';
import { askAgain } from '../../src/actions/ask.ts';
import { newChat } from '../../src/actions/chats.ts';
import { resetSettings } from '../../src/actions/set.ts';
import { reply } from '../helpers/fake-session.ts';
import { FakeBrowser } from '../helpers/fake-tabs.ts';
import { newTab, openOn } from '../helpers/pages-of-log.ts';
import { settles } from '../helpers/until.ts';

afterEach(() => vi.unstubAllGlobals());

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

test('what is said and set in one page while the other opens is seen in the other', async () => {
  const browser = new FakeBrowser();
  const one = await openOn(browser);
  one.say('start');
  await one.idle();
  const other = await openOn(browser, newTab(), async () => {
    one.say('meanwhile');
    one.set('steps', '8');
    await one.idle();
    await new Promise((resolve) => setTimeout(resolve, 50));
  });
  expect(other.said()).toEqual(['start', 'Yes.', 'meanwhile', 'Yes.']);
  expect(other.state().good).toMatchObject({ steps: '8' });
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

describe('settings of two pages', () => {
  const goodIn = ({ state }: Awaited<ReturnType<typeof openOn>>) => state().good;

  test('what is set or reset in one is seen in the other', async () => {
    const browser = new FakeBrowser();
    const [one, other] = [await openOn(browser), await openOn(browser)];
    one.set('steps', '8');
    one.app.store.setState({ recipes: 'none' });
    await settles(() => expect(other.state()).toMatchObject({ good: { steps: '8' }, drafts: { steps: '8' } }));
    await settles(() => expect(other.state().recipes).toBe('none'));
    resetSettings.perform(other.app);
    await settles(() => expect(one.state()).toMatchObject({ good: {}, drafts: {} }));
    await settles(() => expect(goodIn(one)).toEqual({}));
  });

  test('what both change at once is kept of both', async () => {
    const browser = new FakeBrowser();
    const [one, other] = [await openOn(browser), await openOn(browser)];
    one.set('steps', '8');
    other.set('guidance', '3');
    one.set('topP', '0.5');
    other.set('negative', 'no dogs');
    const both = { steps: '8', guidance: '3', topP: '0.5', negative: 'no dogs' };
    for (const page of [one, other]) await settles(() => expect(goodIn(page)).toEqual(both));
    one.end();
    other.end();
    expect(goodIn(await openOn(browser))).toEqual(both);
  });

  test('where both change the same, both come to have what was written last', async () => {
    const browser = new FakeBrowser();
    const [one, other] = [await openOn(browser), await openOn(browser)];
    for (const steps of ['2', '3', '4']) {
      one.set('steps', steps);
      other.set('steps', `1${steps}`);
      await new Promise((resolve) => setTimeout(resolve, 3));
    }
    await settles(() => expect(goodIn(one)).toEqual(goodIn(other)));
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(goodIn(one)).toEqual(goodIn(other));
    const shown = goodIn(one);
    one.end();
    other.end();
    expect(goodIn(await openOn(browser))).toEqual(shown);
  });

  test('what a person is in the middle of writing stays in its field', async () => {
    const browser = new FakeBrowser();
    const [one, other] = [await openOn(browser), await openOn(browser)];
    other.set('size', '80x');
    one.set('size', '80x64');
    await settles(() => expect(other.state()).toMatchObject({ good: { size: '80x64' }, drafts: { size: '80x' } }));
  });

  test('the seed of the next picture is that of its own tab', async () => {
    const browser = new FakeBrowser();
    const [one, other] = [await openOn(browser), await openOn(browser)];
    one.set('seed', '7');
    one.set('steps', '8');
    await settles(() => expect(goodIn(other)).toEqual({ steps: '8' }));
  });

  test('settings of the version before are taken over, and can be changed and reset one by one', async () => {
    const browser = new FakeBrowser();
    const before = await browser.open();
    await before.tab.commit([{ kind: 'setting', key: 'good', value: { steps: '8', guidance: '3' } }]);
    before.end();
    const page = await openOn(browser);
    expect(goodIn(page)).toEqual({ steps: '8', guidance: '3' });
    page.set('steps', '9');
    await new Promise((resolve) => setTimeout(resolve, 50));
    page.end();
    const next = await openOn(browser);
    expect(goodIn(next)).toEqual({ steps: '9', guidance: '3' });
    resetSettings.perform(next.app);
    await new Promise((resolve) => setTimeout(resolve, 50));
    next.end();
    expect(goodIn(await openOn(browser))).toEqual({});
  });
});

test('each tab comes back to the chat that was open in it, a new one to the chat that was last opened anywhere', async () => {
  const browser = new FakeBrowser();
  const [oneTab, otherTab] = [newTab(), newTab()];
  const one = await openOn(browser, oneTab);
  one.say('in one');
  await one.idle();
  const other = await openOn(browser, otherTab);
  newChat.perform(other.app);
  other.say('in the other');
  await other.idle();
  await settles(() => expect(one.state().chats).toHaveLength(2));
  await new Promise((resolve) => setTimeout(resolve, 50));
  one.end();
  const again = await openOn(browser, oneTab);
  expect(again.said()).toEqual(['in one', 'Yes.']);
  await new Promise((resolve) => setTimeout(resolve, 50));
  // Coming back is no opening.
  expect((await openOn(browser)).said()).toEqual(['in the other', 'Yes.']);
  again.end();
  other.end();
  expect((await openOn(browser, otherTab)).said()).toEqual(['in the other', 'Yes.']);
});
