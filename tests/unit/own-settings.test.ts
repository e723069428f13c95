/** Settings that belong to one chat alone: where they count, how long they are kept, and the way back to the general ones. */
import { afterEach, describe, expect, test, vi } from 'vitest';
import { deleteChat, newChat, openChat } from '../../src/actions/chats.ts';
import { chooseOwnPreset, savePreset } from '../../src/actions/presets.ts';
import { keepToChat, resetSettings } from '../../src/actions/set.ts';
import { undo } from '../../src/actions/undo.ts';
import { draftsOf, goodOf } from '../../src/state/own-settings.ts';
import { reply } from '../helpers/fake-session.ts';
import { FakeBrowser } from '../helpers/fake-tabs.ts';
import { openPage } from '../helpers/page.ts';
import { newTab, openOn } from '../helpers/pages-of-log.ts';
import { settles, until } from '../helpers/until.ts';

afterEach(() => vi.unstubAllGlobals());

type Page = ReturnType<typeof openPage>;

const keep = (page: Page, whose: 'own' | 'general' = 'own') => keepToChat.perform(page.app, whose);
const fields = (page: Page) => goodOf(page.state());
const newChatOf = (page: Page) => {
  newChat.perform(page.app);
  return page.state().current;
};

/** A page on which two chats were begun; the first is open. */
async function twoChats() {
  const page = openPage();
  page.modelIsReady();
  await until(() => page.state().lastBundle !== null);
  page.session.answer = ({ plan: { form } }) => ({ ...reply('Here is an image:<image>', 'picture'), form });
  const one = page.state().current;
  page.say('draw a red car');
  await page.idle();
  const other = newChatOf(page);
  page.say('draw a tree');
  await page.idle();
  openChat.perform(page.app, one);
  return { page, one, other };
}

describe('what a chat has of its own', () => {
  test('counts there alone, also for what waits while another chat is open; all else follows the general settings', async () => {
    const { page, one, other } = await twoChats();
    page.set('steps', '5');
    keep(page);
    page.set('steps', '7');
    page.set('guidance', '2');
    expect(fields(page)).toMatchObject({ steps: '7', guidance: '2' });
    openChat.perform(page.app, other);
    expect(fields(page)).toMatchObject({ steps: '5' });
    expect(fields(page).guidance).toBeUndefined();
    // The general settings go on being one for all others, and for what the chat has not changed.
    page.set('strength', '0.5');
    openChat.perform(page.app, one);
    expect(fields(page)).toMatchObject({ steps: '7', guidance: '2', strength: '0.5' });
    page.say('draw a house');
    openChat.perform(page.app, other);
    page.say('draw a boat');
    await page.idle();
    expect(page.session.painted.slice(-2).map(({ steps }) => steps)).toEqual([7, 5]);
  });

  test('keeps what is being written in its field, and the last good value counts', async () => {
    const { page, other } = await twoChats();
    keep(page);
    page.set('steps', '7');
    page.set('steps', 'many');
    expect([draftsOf(page.state()).steps, fields(page).steps]).toEqual(['many', '7']);
    openChat.perform(page.app, other);
    expect(draftsOf(page.state()).steps).toBeUndefined();
  });

  test('follows the bundle where the general settings do not, if a preset says so', async () => {
    const { page } = await twoChats();
    savePreset.perform(page.app, 'As the bundle');
    page.set('steps', '5');
    keep(page);
    const [preset] = page.state().ownPresets;
    if (preset === undefined) throw new Error('nothing was saved');
    chooseOwnPreset.perform(page.app, preset.id);
    page.say('draw a house');
    await page.idle();
    expect(page.session.painted.at(-1)?.steps).toBe(page.state().lastBundle?.defaults.steps);
    expect(page.state().good.steps).toBe('5');
  });

  test('is a seed that is locked there, and drawn anew elsewhere', async () => {
    const { page, other } = await twoChats();
    keep(page);
    page.set('lockSeed', true);
    page.say('draw a house');
    await page.idle();
    page.say('draw a house');
    await page.idle();
    openChat.perform(page.app, other);
    page.say('draw a house');
    await page.idle();
    const [first, second, third] = page.session.painted.slice(-3).map(({ seed }) => seed);
    expect(second).toBe(first);
    expect(third).not.toBe(first);
    expect(page.state().good.lockSeed).toBeUndefined();
  });

  test('is given up for the general settings, with Reset or by the box', async () => {
    const { page } = await twoChats();
    page.set('steps', '5');
    keep(page);
    expect(resetSettings.when(page.state())).toBe(false);
    page.set('steps', '7');
    resetSettings.perform(page.app);
    expect(fields(page).steps).toBe('5');
    // What is changed next is its own still.
    page.set('steps', '8');
    expect([fields(page).steps, page.state().good.steps]).toEqual(['8', '5']);
    keep(page, 'general');
    expect(fields(page).steps).toBe('5');
    page.set('steps', '9');
    expect(page.state().good.steps).toBe('9');
  });
});

/** Something is said in the open chat, which then has steps of its own. */
async function chatOfSevenSteps(page: Page) {
  page.say('what is red?');
  await page.idle();
  keep(page);
  page.set('steps', '7');
  return page.state().current;
}

describe('is kept', () => {
  test('over a reload, and followed by other tabs', async () => {
    const browser = new FakeBrowser();
    const tab = newTab();
    const page = await openOn(browser, tab);
    const other = await openOn(browser);
    const chat = await chatOfSevenSteps(page);
    page.set('seed', '11');
    await settles(() => expect(other.state().own[chat]?.good).toEqual({ steps: '7' }));
    other.open(chat);
    expect(goodOf(other.state()).steps).toBe('7');
    // Both change another field at once.
    other.set('guidance', '2');
    page.set('strength', '0.5');
    for (const each of [page, other])
      await settles(() => expect(goodOf(each.state())).toMatchObject({ steps: '7', guidance: '2', strength: '0.5' }));
    await settles(() => expect([page.state().unsaved, other.state().unsaved]).toEqual([null, null]));
    page.end();
    const again = await openOn(browser, tab);
    expect(again.state().current).toBe(chat);
    expect(goodOf(again.state())).toMatchObject({ steps: '7', guidance: '2', strength: '0.5', seed: '11' });
    keep(other, 'general');
    await settles(() => expect(again.state().own).toEqual({}));
    again.end();
    expect((await openOn(browser)).state().own).toEqual({});
  });

  test('of a chat in which nothing was said yet, in its own tab', async () => {
    const browser = new FakeBrowser();
    const tab = newTab();
    const page = await openOn(browser, tab);
    keep(page);
    page.set('steps', '7');
    page.end();
    const again = await openOn(browser, tab);
    expect(goodOf(again.state()).steps).toBe('7');
    expect((await openOn(browser)).state().own).toEqual({});
    again.say('what is red?');
    await again.idle();
    await settles(() => expect(again.state().unsaved).toBeNull());
    again.end();
    const later = await openOn(browser, tab);
    expect(goodOf(later.state()).steps).toBe('7');
    newChat.perform(later.app);
    expect(goodOf(later.state()).steps).toBeUndefined();
  });

  test('with its chat: gone when it is deleted, there again by Undo', async () => {
    const browser = new FakeBrowser();
    const page = await openOn(browser);
    const other = await openOn(browser);
    const chat = await chatOfSevenSteps(page);
    await settles(() => expect(other.state().own[chat]?.good.steps).toBe('7'));
    deleteChat.perform(page.app, chat);
    expect(goodOf(page.state()).steps).toBeUndefined();
    undo.perform(page.app);
    openChat.perform(page.app, chat);
    expect(goodOf(page.state()).steps).toBe('7');
    deleteChat.perform(page.app, chat);
    await settles(() => expect(other.state().chats.map(({ id }) => id)).not.toContain(chat));
    page.end();
    other.end();
    expect((await openOn(browser)).state().own).toEqual({});
  });
});
