import { describe, expect, test } from 'vitest';
import { FakeBrowser, type FakeTab } from '../helpers/fake-tabs.ts';
import { readBack, turnChange, wordsOf } from '../helpers/stored-chats.ts';
import { settles } from '../helpers/until.ts';

const wordsIn = ({ tab }: FakeTab) => wordsOf(tab.contents.chats()).c ?? [];
const say = ({ tab }: FakeTab, id: string, parent: string | null) => tab.commit([turnChange('c', id, parent)]);

/** A writer that hangs, and a tab that opened beside it and took its place. */
async function besideAHungWriter() {
  const browser = new FakeBrowser();
  const first = await browser.open();
  await say(first, 'one', null);
  first.hang();
  const second = await browser.open();
  await say(second, 'two', 'one');
  return { browser, first, second };
}

describe('tabs of one store', () => {
  test('one writes, the others follow and see everything live', async () => {
    const browser = new FakeBrowser();
    const first = await browser.open();
    await say(first, 'one', null);
    const second = await browser.open();
    expect([first.tab.role, second.tab.role]).toEqual(['writer', 'follower']);
    expect(wordsIn(second)).toEqual(['one']);

    await say(second, 'two', 'one');
    expect(wordsIn(first)).toEqual(['one', 'two']);
    expect(first.events).toContainEqual(
      expect.objectContaining({ type: 'records', records: [expect.objectContaining({ by: second.id })] }),
    );
    await say(first, 'three', 'two');
    await settles(() => expect(wordsIn(second)).toEqual(['one', 'two', 'three']));
  });

  test('what two tabs say behind the same turn stands one after the other in both', async () => {
    const browser = new FakeBrowser();
    const tabs = [await browser.open(), await browser.open(), await browser.open()];
    const [first] = tabs;
    if (first === undefined) throw new Error('no tab');
    await say(first, 'start', null);
    await Promise.all(
      tabs.map(({ tab, id }) =>
        tab.commit([turnChange('c', `question ${id}`, 'start'), turnChange('c', `answer ${id}`, `question ${id}`)]),
      ),
    );
    const words = wordsIn(first);
    expect(words).toHaveLength(7);
    for (const { id } of tabs) expect(words[words.indexOf(`question ${id}`) + 1]).toBe(`answer ${id}`);
    for (const tab of tabs) await settles(() => expect(wordsIn(tab)).toEqual(words));
  });

  test('a writer that ends is followed by another; what was on its way is written once', async () => {
    const browser = new FakeBrowser();
    const first = await browser.open();
    await say(first, 'one', null);
    const second = await browser.open();
    const third = await browser.open();
    const pending = say(third, 'two', 'one');
    first.end();
    await pending;
    await say(second, 'three', 'two');
    await settles(() => expect(wordsIn(second)).toEqual(['one', 'two', 'three']));
    await settles(() => expect(wordsIn(third)).toEqual(['one', 'two', 'three']));
    expect([second.tab.role, third.tab.role].sort()).toEqual(['follower', 'writer']);
    expect(second.events).toContainEqual({ type: 'tab-ended', tab: first.id });
    second.end();
    third.end();
    expect(wordsOf((await readBack(browser.folder)).chats()).c).toEqual(['one', 'two', 'three']);
  });

  test('a writer that hangs is replaced; when it wakes it follows, and nothing it wrote late counts', async () => {
    const browser = new FakeBrowser();
    const first = await browser.open();
    await say(first, 'one', null);
    const second = await browser.open();
    first.hang();
    await say(second, 'two', 'one');
    expect(second.tab.role).toBe('writer');
    await say(second, 'three', 'two');
    first.wake();
    await settles(() => expect(first.tab.role).toBe('follower'));
    await say(first, 'four', 'one');
    for (const tab of [first, second])
      await settles(() => expect(wordsIn(tab)).toEqual(['one', 'two', 'three', 'four']));
    first.end();
    second.end();
    expect(wordsOf((await readBack(browser.folder)).chats()).c).toEqual(['one', 'two', 'three', 'four']);
  });

  test('what a writer wrote after it was replaced is acknowledged only when its successor has it', async () => {
    const browser = new FakeBrowser();
    const first = await browser.open();
    await say(first, 'one', null);
    const second = await browser.open();
    first.hang();
    await say(second, 'two', 'one');
    first.wake();
    // It does not know yet, and writes into a file that no longer counts.
    await say(first, 'three', 'one');
    expect(wordsIn(second)).toEqual(['one', 'two', 'three']);
    first.end();
    second.end();
    expect(wordsOf((await readBack(browser.folder)).chats()).c).toEqual(['one', 'two', 'three']);
  });

  test('a writer that hears in the middle of a write that it was replaced knows what its successor wrote', async () => {
    const { first, second } = await besideAHungWriter();
    first.wake();
    await say(first, 'three', 'one');
    for (const tab of [first, second]) await settles(() => expect(wordsIn(tab)).toEqual(['one', 'two', 'three']));
  });

  test('a tab that opens is told nothing by a writer that was replaced', async () => {
    const { browser, first } = await besideAHungWriter();
    first.wake(0);
    const late = say(first, 'three', 'one');
    const third = await browser.open();
    await late;
    await settles(() => expect(wordsIn(third)).toEqual(['one', 'two', 'three']));
  });

  test('a tab that hung while it opened the store touches nothing that its successor has', async () => {
    const browser = new FakeBrowser();
    const before = await browser.open();
    await say(before, 'one', null);
    before.end();
    const first = browser.begin();
    const opening = first.tab.open();
    first.hang();
    const second = await browser.open();
    await say(second, 'two', 'one');
    first.wake();
    await opening;
    await settles(() => expect(wordsIn(first)).toEqual(['one', 'two']));
    expect([first.tab.role, second.tab.role]).toEqual(['follower', 'writer']);
    await say(second, 'three', 'two');
    await say(first, 'four', 'three');
    first.end();
    second.end();
    expect(wordsOf((await readBack(browser.folder)).chats()).c).toEqual(['one', 'two', 'three', 'four']);
  });

  test('a tab that opens while the writer hangs is there all the same', async () => {
    const browser = new FakeBrowser();
    const first = await browser.open();
    await say(first, 'one', null);
    first.hang();
    const second = await browser.open();
    expect(wordsIn(second)).toEqual(['one']);
    expect(second.tab.role).toBe('writer');
  });

  test('a change that finds no room is refused in the tab that made it, and works once there is room', async () => {
    const browser = new FakeBrowser();
    await browser.open();
    const second = await browser.open();
    browser.folder.room = 20;
    await expect(say(second, 'one', null)).rejects.toMatchObject({
      failure: { code: 'NOT_KEPT', data: { reason: 'full' } },
    });
    browser.folder.room = 1e6;
    await say(second, 'one', null);
    expect(wordsIn(second)).toEqual(['one']);
  });

  test('a tab of an older version lets the newer one write, and says that it only reads', async () => {
    const browser = new FakeBrowser();
    const older = await browser.open(1);
    await say(older, 'one', null);
    const newer = browser.begin(2);
    const opening = newer.tab.open();
    await settles(() => expect(older.tab.role).toBe('outdated'));
    await opening;
    expect(newer.tab.role).toBe('writer');
    await say(newer, 'two', 'one');
    expect(older.events).toContainEqual({ type: 'role', role: 'outdated' });
    await expect(say(older, 'three', 'one')).rejects.toMatchObject({ failure: { code: 'STORAGE_OUTDATED' } });
    expect(wordsIn(older)).toEqual(['one']);
    expect(wordsIn(newer)).toEqual(['one', 'two']);
  });
});
