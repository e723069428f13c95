/** Messages that are being written, over reloads, other chats and other tabs. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { newChat, openChat } from '../../src/actions/chats.ts';
import { addPictures, editThis, write } from '../../src/actions/compose.ts';
import { bringIn } from '../../src/picture/bring-in.ts';
import { persistState } from '../../src/state/persist.ts';
import type { PictureRecord } from '../../src/storage/records.ts';
import { trackUnsaved } from '../../src/storage/unsaved.ts';
import type { ImageId } from '../../workers/protocol.ts';
import { FakeBrowser } from '../helpers/fake-tabs.ts';
import { logStorage } from '../helpers/log-storage.ts';
import { openPage } from '../helpers/page.ts';
import { until } from '../helpers/until.ts';

vi.mock('../../src/picture/bring-in.ts', () => ({ bringIn: vi.fn() }));

/** A storage area of the browser. */
function area() {
  const items = new Map<string, string>();
  return {
    get length() {
      return items.size;
    },
    key: (index: number) => [...items.keys()][index] ?? null,
    getItem: (key: string) => items.get(key) ?? null,
    setItem: (key: string, value: string) => void items.set(key, value),
    removeItem: (key: string) => void items.delete(key),
  };
}

type Tab = ReturnType<typeof area>;

const use = (tab: Tab) => vi.stubGlobal('sessionStorage', tab);

beforeEach(() => vi.stubGlobal('localStorage', area()));
afterEach(() => vi.unstubAllGlobals());

async function openIn(browser: FakeBrowser, tab: Tab) {
  use(tab);
  const { storage, end } = logStorage(browser);
  const page = openPage(storage);
  await persistState(
    page.app.store,
    storage,
    trackUnsaved(() => undefined),
  );
  page.modelIsReady();
  const ask = async (text: string) => {
    page.say(text);
    await page.idle();
    // Kept, so that a reload comes back to it.
    await new Promise((resolve) => setTimeout(resolve, 20));
    return page.state().current;
  };
  return { ...page, end, ask, write: (text: string) => write.perform(page.app, text) };
}

const picture: PictureRecord = { id: 'a'.repeat(64) as ImageId, name: 'cat.png', width: 64, height: 48 };

test('words, a picture and what is to be edited are there again after a reload', async () => {
  const [browser, tab] = [new FakeBrowser(), area()];
  const first = await openIn(browser, tab);
  const chat = await first.ask('draw a red car');
  const drawn = first.answer().results[0]?.image ?? null;
  vi.mocked(bringIn).mockResolvedValue(picture);
  first.write('make it like this one');
  editThis.perform(first.app, drawn);
  addPictures.perform(first.app, [new File(['x'], 'cat.png')]);
  await until(() => first.state().attachments[0]?.record != null);
  first.end();

  const again = await openIn(browser, tab);
  expect(again.state()).toMatchObject({
    current: chat,
    text: 'make it like this one',
    reference: drawn,
    attachments: [{ name: 'cat.png', record: picture }],
  });
});

test('what was sent is not there again, nor what was taken out', async () => {
  const [browser, tab] = [new FakeBrowser(), area()];
  const first = await openIn(browser, tab);
  await first.ask('draw a red car');
  first.write('a word');
  first.write('');
  first.end();
  const again = await openIn(browser, tab);
  expect(again.state()).toMatchObject({ text: '', attachments: [] });
  newChat.perform(again.app);
  expect(again.state().text).toBe('');
});

test('a message begun in a new chat brings that chat back', async () => {
  const [browser, tab] = [new FakeBrowser(), area()];
  const first = await openIn(browser, tab);
  const chat = await first.ask('draw a red car');
  newChat.perform(first.app);
  first.write('something else');
  first.end();
  const again = await openIn(browser, tab);
  expect(again.turns()).toEqual([]);
  expect(again.state().text).toBe('something else');
  openChat.perform(again.app, chat);
  expect(again.state().text).toBe('');
  again.end();
  // Left for an older chat, it waits behind New chat.
  const last = await openIn(browser, tab);
  expect(last.state()).toMatchObject({ current: chat, text: '' });
  newChat.perform(last.app);
  expect(last.state().text).toBe('something else');
});

test('a new chat comes back empty after a reload, though others were talked in', async () => {
  const [browser, tab] = [new FakeBrowser(), area()];
  const first = await openIn(browser, tab);
  const car = await first.ask('draw a red car');
  newChat.perform(first.app);
  first.end();

  const again = await openIn(browser, tab);
  expect(again.turns()).toEqual([]);
  expect(again.state()).toMatchObject({ text: '', attachments: [] });
  // It is this tab's alone: another one opens what was last talked in.
  const other = await openIn(browser, area());
  expect(other.state().current).toBe(car);
  use(tab);
  // Left again for the other chat, it is that one that comes back.
  openChat.perform(again.app, car);
  again.end();
  expect((await openIn(browser, tab)).state().current).toBe(car);
});

test('words belong to the chat they were typed in: New chat begins without them, and brings none of its own to an end', async () => {
  const [browser, tab] = [new FakeBrowser(), area()];
  const first = await openIn(browser, tab);
  const car = await first.ask('draw a red car');
  first.write('with a white roof');
  newChat.perform(first.app);
  expect(first.state().text).toBe('');
  // Pressed in a new chat, it takes nothing away.
  first.write('a house');
  newChat.perform(first.app);
  expect(first.state().text).toBe('a house');
  first.end();

  const again = await openIn(browser, tab);
  expect(again.turns()).toEqual([]);
  expect(again.state().text).toBe('a house');
  openChat.perform(again.app, car);
  expect(again.state().text).toBe('with a white roof');
  newChat.perform(again.app);
  expect(again.state().text).toBe('a house');
});

test('each chat keeps its own, and a picture that is read meanwhile comes to where it was attached', async () => {
  const [browser, tab] = [new FakeBrowser(), area()];
  const page = await openIn(browser, tab);
  const car = await page.ask('draw a red car');
  const reading = Promise.withResolvers<PictureRecord>();
  vi.mocked(bringIn).mockReturnValue(reading.promise);
  page.write('like the cat');
  addPictures.perform(page.app, [new File(['x'], 'cat.png')]);
  newChat.perform(page.app);
  expect(page.state()).toMatchObject({ text: '', attachments: [] });
  await page.ask('draw a house');
  page.write('and a door');
  reading.resolve(picture);
  await until(() => page.state().unsent[car]?.attachments[0]?.record != null);
  expect(page.state()).toMatchObject({ text: 'and a door', attachments: [] });
  page.end();

  const again = await openIn(browser, tab);
  expect(again.state()).toMatchObject({ text: 'and a door', attachments: [] });
  openChat.perform(again.app, car);
  expect(again.state()).toMatchObject({ text: 'like the cat', attachments: [{ record: picture }] });
});

test('two tabs do not take each other their words, and the last to close leaves them to the next', async () => {
  const [browser, left, right] = [new FakeBrowser(), area(), area()];
  const one = await openIn(browser, left);
  one.write('of the first tab');
  const other = await openIn(browser, right);
  expect(other.state().text).toBe('');
  other.write('of the second tab');
  other.end();
  use(left);
  one.write('of the first tab, longer');
  one.end();
  const again = await openIn(browser, right);
  expect(again.state().text).toBe('of the second tab');
  again.end();
  const later = await openIn(browser, area());
  expect(later.state().text).toBe('of the second tab');
});

test('what is stored and no message is left out', async () => {
  const tab = area();
  tab.setItem('nexus-gen unsent new', '{"text":5}');
  const page = await openIn(new FakeBrowser(), tab);
  expect(page.state()).toMatchObject({ text: '', attachments: [], reference: null });
});
