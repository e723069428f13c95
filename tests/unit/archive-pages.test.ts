/** Taking everything away and bringing it back, over the log, without components. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { exportAll, exportChat, importFile } from '../../src/actions/archive.ts';
import { deleteChat, newChat, pinChat, renameChat } from '../../src/actions/chats.ts';
import { keepToChat } from '../../src/actions/set.ts';
import { regenerate, showVersion } from '../../src/actions/versions.ts';
import type { AppState } from '../../src/state/state.ts';
import { filesIn } from '../helpers/archives.ts';
import { reply } from '../helpers/fake-session.ts';
import { FakeBrowser } from '../helpers/fake-tabs.ts';
import { openOn } from '../helpers/pages-of-log.ts';
import { settles } from '../helpers/until.ts';

type Page = Awaited<ReturnType<typeof openOn>>;

const room = (quota: number, usage: number) =>
  vi.stubGlobal('navigator', { storage: { estimate: async () => ({ quota, usage }) } });

beforeEach(() => room(1e9, 1e6));

afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

/** What the page starts a download of. */
async function exported(page: Page, press: () => void): Promise<{ readonly name: string; readonly file: File }> {
  const downloads: { name: string; file: File }[] = [];
  const link = { click: () => undefined, download: '', href: '' };
  vi.stubGlobal('document', { baseURI: 'https://page.test/', createElement: () => link });
  vi.spyOn(URL, 'createObjectURL').mockImplementation((blob) => {
    downloads.push({ name: '', file: new File([blob as Blob], 'backup.zip') });
    return 'blob:';
  });
  press();
  await settles(() => expect(page.state().archive.work).toBeNull());
  await settles(() => expect(downloads).toHaveLength(1));
  const [first] = downloads;
  if (first === undefined) throw new Error('nothing was saved');
  return { ...first, name: link.download };
}

async function imported(page: Page, file: File) {
  importFile.perform(page.app, file);
  await settles(() => expect(page.state().archive.work).toBeNull());
  expect(page.state().archive.failure).toBeNull();
  return page.state().archive.outcome;
}

/** What is said of a file that is not imported. */
async function refusal(page: Page, file: File) {
  importFile.perform(page.app, file);
  await settles(() => expect(page.state().archive.work).toBeNull());
  expect(page.state().archive.outcome).toBeNull();
  return page.state().archive.failure;
}

/** Two chats: one with a drawing in two versions, of which the first is shown, pinned and renamed; one of words. */
async function filled(browser: FakeBrowser): Promise<Page> {
  const page = await openOn(browser);
  page.session.answer = ({ plan: { form } }) => ({ ...reply('Here is an image:<image>', 'picture'), form });
  page.say('draw a red car');
  await page.idle();
  const first = page.answer();
  regenerate.perform(page.app, first.id);
  await page.idle();
  showVersion.perform(page.app, page.answer().id, -1);
  expect(page.answer().id).toBe(first.id);
  renameChat.perform(page.app, page.state().current, 'Cars');
  pinChat.perform(page.app, page.state().current);
  newChat.perform(page.app);
  page.session.answer = () => reply('Yes.', 'words');
  page.say('is it <b>red</b>?');
  await page.idle();
  page.set('steps', '3');
  keepToChat.perform(page.app, 'own');
  page.set('guidance', '2');
  await settles(() => expect(page.state().unsaved).toBeNull());
  return page;
}

type Shape = Pick<AppState, 'chats' | 'pinned' | 'chosen' | 'good' | 'own'>;

const shape = ({ state }: Page): Shape => {
  const { chats, pinned, chosen, own, good: all } = state();
  // The seed is the next picture's in its own tab.
  const { seed: _, ...good } = all;
  const begun = chats.filter(({ turns }) => turns.length > 0).toSorted((left, right) => (left.id < right.id ? -1 : 1));
  // As it is written down: a field without a value is none.
  return JSON.parse(JSON.stringify({ chats: begun, pinned, chosen, good, own }));
};

test('everything comes back in another browser as it was, and importing it again changes nothing', async () => {
  const one = await filled(new FakeBrowser());
  const { file, name } = await exported(one, () => exportAll.perform(one.app));
  expect(name).toMatch(/^nexus-gen-\d{4}-\d\d-\d\d\.zip$/);
  expect(one.state().archive.outcome).toEqual({ of: 'export', missing: 0, unreadable: 0 });

  const browser = new FakeBrowser();
  const other = await openOn(browser);
  expect(await imported(other, file)).toMatchObject({ of: 'import', chats: 2, turns: 0, missing: 0 });
  expect(shape(other)).toEqual(shape(one));
  for (const result of one
    .state()
    .chats.flatMap(({ turns }) => turns.flatMap((turn) => (turn.from === 'model' ? turn.results : []))))
    expect((await other.app.storage.blob(result.image ?? ''))?.size).toBe(
      (await one.app.storage.blob(result.image ?? ''))?.size,
    );

  await settles(() => expect(other.state().unsaved).toBeNull());
  const size = async () => (await browser.folder.read('chats.1'))?.length;
  await settles(async () => expect(await size()).toBeGreaterThan(0));
  await new Promise((resolve) => setTimeout(resolve, 50));
  const before = await size();
  expect(await imported(other, file)).toEqual({ of: 'import', chats: 0, turns: 0, pictures: 0, missing: 0 });
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(await size()).toBe(before);
  // It is on the disk, not on the page alone.
  other.end();
  const again = await openOn(browser);
  expect(shape(again)).toEqual(shape(one));
});

test('a tab that follows imports through the one that writes, and both show it', async () => {
  const one = await filled(new FakeBrowser());
  const { file } = await exported(one, () => exportAll.perform(one.app));
  const browser = new FakeBrowser();
  const [writer, follower] = [await openOn(browser), await openOn(browser)];
  expect(follower.state().storage).toBe('follower');
  expect(await imported(follower, file)).toMatchObject({ chats: 2 });
  expect(shape(follower).chats).toEqual(shape(one).chats);
  await settles(() => expect(shape(writer).chats).toEqual(shape(one).chats));
});

test('one chat is taken along with its pictures, as Markdown too, and comes back behind its deletion', async () => {
  const browser = new FakeBrowser();
  const page = await filled(browser);
  const cars = page.state().pinned[0];
  if (cars === undefined) throw new Error('nothing is pinned');
  const { file, name } = await exported(page, () => exportChat.perform(page.app, cars));
  expect(name).toBe('Cars.zip');
  const files = await filesIn(file);
  const markdown = new TextDecoder().decode(files.get('conversation.md'));
  const [, picture = ''] = /!\[draw a red car\]\((.*?)\)/.exec(markdown) ?? [];
  expect(markdown).toMatch(/^# Cars\n\n## You\n\ndraw a red car\n\n## Nexus-Gen\n\nHere is an image:\n\n!\[/);
  expect(
    Buffer.from(files.get(picture) ?? [])
      .subarray(1, 4)
      .toString(),
  ).toBe('PNG');
  expect(markdown).not.toContain('red</b>');

  const before = shape(page).chats;
  deleteChat.perform(page.app, cars);
  expect(await imported(page, file)).toMatchObject({ chats: 1, turns: 0 });
  expect(shape(page).chats).toEqual(before);
  await settles(() => expect(page.state().unsaved).toBeNull());
  page.end();
  const turns = (chats: Shape['chats']) => chats.map(({ changed: _, ...chat }) => chat);
  expect(turns(shape(await openOn(browser)).chats)).toEqual(turns(before));
});

test('what was said since stays, and what the file has more comes in', async () => {
  const browser = new FakeBrowser();
  const one = await openOn(browser);
  one.say('first');
  await one.idle();
  const { file: earlier } = await exported(one, () => exportAll.perform(one.app));
  one.say('second');
  await one.idle();
  const { file: later } = await exported(one, () => exportAll.perform(one.app));

  const other = await openOn(new FakeBrowser());
  await imported(other, earlier);
  expect(await imported(other, later)).toMatchObject({ chats: 0, turns: 2 });
  expect(shape(other).chats).toEqual(shape(one).chats);
  renameChat.perform(other.app, one.state().current, 'Mine');
  expect(await imported(other, earlier)).toMatchObject({ chats: 0, turns: 0 });
  expect(other.state().chats.map(({ title }) => title)).toContain('Mine');
});

test('a disk that is full in the middle leaves everything as it was, also for the next start', async () => {
  const one = await filled(new FakeBrowser());
  const { file } = await exported(one, () => exportAll.perform(one.app));
  const browser = new FakeBrowser();
  const other = await openOn(browser);
  const log = (await browser.folder.read('chats.1'))?.length ?? 0;
  // Some of the records fit.
  browser.folder.room = log + 2000;
  const unwritten = { code: 'ARCHIVE_UNWRITTEN', data: { file: 'backup.zip', reason: 'full' } };
  expect(await refusal(other, file)).toMatchObject(unwritten);
  expect(shape(other).chats).toEqual([]);
  expect(await browser.blobs.names()).toEqual([]);
  other.end();
  browser.folder.room = Number.POSITIVE_INFINITY;
  const next = await openOn(browser);
  expect(shape(next).chats).toEqual([]);
  expect(await imported(next, file)).toMatchObject({ chats: 2 });
});

test('pictures for which there is no room are told before anything is written', async () => {
  const one = await filled(new FakeBrowser());
  const { file } = await exported(one, () => exportAll.perform(one.app));
  const browser = new FakeBrowser();
  const other = await openOn(browser);
  room(1100, 1000);
  expect(await refusal(other, file)).toMatchObject({ code: 'ARCHIVE_ROOM', data: { free: 100 } });
  expect(await browser.blobs.names()).toEqual([]);
});
