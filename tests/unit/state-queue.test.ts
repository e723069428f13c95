/** What waits: seen in order, cancelled one by one, put in another order, held up. */
import { describe, expect, test } from 'vitest';
import { deferred } from '../../session/deferred.ts';
import { newChat, openChat } from '../../src/actions/chats.ts';
import { write } from '../../src/actions/compose.ts';
import { cancelQueued, moveInQueue, pauseQueue, resumeQueue } from '../../src/actions/queue.ts';
import { regenerate } from '../../src/actions/versions.ts';
import { statusSentence } from '../../src/app/status.tsx';
import { queuedWords } from '../../src/composer/queued-words.ts';
import { waitingIn } from '../../src/state/queue.ts';
import { reply } from '../helpers/fake-session.ts';
import { FakeBrowser } from '../helpers/fake-tabs.ts';
import { openPage } from '../helpers/page.ts';
import { openOn } from '../helpers/pages-of-log.ts';
import { settles, until } from '../helpers/until.ts';
import { words } from '../helpers/words.ts';

/** A page that paints a first picture until it is let go on. */
async function busyPage() {
  const page = openPage();
  page.modelIsReady();
  const first = deferred<void>();
  page.session.painting = () => first.promise;
  page.say('draw a red car');
  await until(() => page.session.painted.length === 1);
  const job = (asked: string) => {
    const found = page.state().jobs.find((queued) => queuedWords(page.state(), queued).asked === asked);
    if (found === undefined) throw new Error(`nothing asks: ${asked}`);
    return found.id;
  };
  return {
    ...page,
    goOn: () => first.resolve(),
    queue: () => page.state().jobs.map((queued) => queuedWords(page.state(), queued).asked),
    cancel: (asked: string) => cancelQueued.perform(page.app, job(asked)),
    move: (asked: string, step: -1 | 1) => {
      const id = job(asked);
      expect(moveInQueue.when(page.state(), id, step)).toBe(true);
      moveInQueue.perform(page.app, id, step);
    },
    isMovable: (asked: string, step: -1 | 1) => moveInQueue.when(page.state(), job(asked), step),
    said: () => page.turns().flatMap((turn) => (turn.from === 'person' ? [turn.text] : [])),
    /** The words of each request that the model got. */
    asked: () => page.session.asked.map(({ plan }) => plan.words),
    status: () => statusSentence(page.state(), words.en.page.status),
  };
}

describe('one that waits and is cancelled', () => {
  test('lies in the message again, and the others go on without it', async () => {
    const page = await busyPage();
    page.say('draw a tree');
    page.say('draw a house');
    expect(page.queue()).toEqual(['draw a red car', 'draw a tree', 'draw a house']);
    page.cancel('draw a tree');
    expect(page.queue()).toEqual(['draw a red car', 'draw a house']);
    expect([page.state().text, page.state().told]).toEqual(['draw a tree', 'given back']);
    expect(page.said()).toEqual(['draw a red car', 'draw a house']);
    page.goOn();
    await page.idle();
    expect(page.asked()).toEqual(['draw a red car', 'draw a house']);
    expect(page.session.asked[1]?.plan.history.map(({ text }) => text)).not.toContain('draw a tree');
    expect(page.turns().map(({ from }) => from)).toEqual(['person', 'model', 'person', 'model']);
  });

  test('stays, stopped, where another message is being written', async () => {
    const page = await busyPage();
    page.say('draw a tree');
    page.say('draw a house');
    write.perform(page.app, 'draw a bo');
    page.cancel('draw a tree');
    expect([page.state().text, page.state().told]).toEqual(['draw a bo', 'left stopped']);
    expect(page.said()).toEqual(['draw a red car', 'draw a tree', 'draw a house']);
    expect(page.turns()[3]).toMatchObject({ state: 'stopped', failure: null });
    page.goOn();
    await page.idle();
    expect(page.asked()).toEqual(['draw a red car', 'draw a house']);
  });

  test('leaves nothing where it was a variation', async () => {
    const page = await busyPage();
    page.goOn();
    await page.idle();
    const result = page.answer().results[0]?.id ?? '';
    const again = deferred<void>();
    page.session.painting = () => again.promise;
    page.vary(result);
    page.vary(result);
    const [works, waits] = page.state().jobs;
    if (waits === undefined) throw new Error('the second waits');
    cancelQueued.perform(page.app, waits.id);
    expect(page.state().jobs).toEqual([works]);
    again.resolve();
    await page.idle();
    expect(page.answer().results.map(({ state }) => state)).toEqual(['done', 'done']);
    expect(page.state().text).toBe('');
  });

  test('leaves the earlier answer where it was another version of it', async () => {
    const { page, car } = await pageWithVersionWaiting();
    const [, version] = page.state().jobs;
    if (version === undefined) throw new Error('the version waits');
    cancelQueued.perform(page.app, version.id);
    page.goOn();
    await page.idle();
    expect(page.turns().map(({ id }) => id)).toEqual([page.turns()[0]?.id, car]);
    expect(page.state().text).toBe('');
  });
});

/** A second chat works, and in the first one an answer is to come anew behind it. */
async function pageWithVersionWaiting() {
  const page = await busyPage();
  page.goOn();
  await page.idle();
  const [chat, car] = [page.state().current, page.answer().id];
  const held = deferred<void>();
  page.session.painting = () => held.promise;
  newChat.perform(page.app);
  page.say('draw a tree');
  openChat.perform(page.app, chat);
  regenerate.perform(page.app, car);
  return { page: { ...page, goOn: () => held.resolve() }, car };
}

test('the one that works is stopped alone, and the next begins', async () => {
  const page = await busyPage();
  page.say('draw a tree');
  page.session.painting = () => undefined;
  page.cancel('draw a red car');
  await page.idle();
  expect(page.turns()[1]).toMatchObject({ state: 'stopped' });
  expect(page.turns()[3]).toMatchObject({ state: 'done' });
});

describe('another order', () => {
  test('is that of the conversation too, and each message keeps its seed', async () => {
    const page = await busyPage();
    page.say('draw a tree');
    page.set('seed', '7');
    page.say('draw a house');
    expect(page.isMovable('draw a tree', -1)).toBe(false);
    page.move('draw a house', -1);
    expect(page.queue()).toEqual(['draw a red car', 'draw a house', 'draw a tree']);
    expect(page.said()).toEqual(['draw a red car', 'draw a house', 'draw a tree']);
    expect(page.isMovable('draw a tree', 1)).toBe(false);
    page.goOn();
    await page.idle();
    expect(page.asked()).toEqual(['draw a red car', 'draw a house', 'draw a tree']);
    const results = page.turns().flatMap((turn) => (turn.from === 'model' ? turn.results : []));
    expect(results.map(({ prompt }) => prompt)).toEqual(['draw a red car', 'draw a house', 'draw a tree']);
    expect(results[1]?.seed).toBe('7');
    expect(results[2]?.seed).not.toBe('7');
  });

  test('is that of other tabs too, and after a reload', async () => {
    const browser = new FakeBrowser();
    const [one, other] = [await openOn(browser), await openOn(browser)];
    const held = deferred<void>();
    one.session.answer = async () => {
      await held.promise;
      return reply('Yes.', 'words');
    };
    for (const words of ['one', 'two', 'three']) one.say(words);
    await settles(() => expect(other.state().chats.some(({ turns }) => turns.length === 6)).toBe(true));
    other.open(one.state().current);
    const last = one.state().jobs.at(-1);
    if (last === undefined) throw new Error('three are asked');
    moveInQueue.perform(one.app, last.id, -1);
    held.resolve();
    await one.idle();
    const said = ['one', 'Yes.', 'three', 'Yes.', 'two', 'Yes.'];
    expect(one.said()).toEqual(said);
    await settles(() => expect(other.said()).toEqual(said));
    expect((await openOn(browser)).said()).toEqual(said);
  });

  test('of two chats leaves both as they are', async () => {
    const page = await busyPage();
    page.say('draw a tree');
    newChat.perform(page.app);
    page.say('draw a house');
    page.move('draw a house', -1);
    expect(page.queue()).toEqual(['draw a red car', 'draw a house', 'draw a tree']);
    expect(page.said()).toEqual(['draw a house']);
    page.goOn();
    await page.idle();
    expect(page.asked()).toEqual(['draw a red car', 'draw a house', 'draw a tree']);
  });

  test('is not to be had where one goes on from a version that is still to come', async () => {
    const { page } = await pageWithVersionWaiting();
    page.say('draw a house');
    expect(page.isMovable('draw a red car', 1)).toBe(false);
    expect(page.isMovable('draw a house', -1)).toBe(false);
    page.goOn();
    await page.idle();
    expect(page.said()).toEqual(['draw a red car', 'draw a house']);
  });
});

describe('a pause', () => {
  test('lets what works end, and begins nothing until it is over', async () => {
    const page = await busyPage();
    expect(pauseQueue.when(page.state())).toBe(false);
    page.say('draw a tree');
    pauseQueue.perform(page.app);
    page.goOn();
    await until(() => page.turns()[1]?.from === 'model' && page.state().activity === null);
    page.say('draw a house');
    expect(page.status()).toBe('Paused');
    expect(waitingIn(page.state())).toHaveLength(2);
    expect(page.asked()).toEqual(['draw a red car']);
    resumeQueue.perform(page.app);
    await page.idle();
    expect(page.asked()).toEqual(['draw a red car', 'draw a tree', 'draw a house']);
    expect(page.status()).toBe('Done');
  });

  test('ends with the last that waits, and with Stop', async () => {
    const page = await busyPage();
    page.say('draw a tree');
    pauseQueue.perform(page.app);
    page.cancel('draw a tree');
    expect(page.state().paused).toBe(false);
    page.say(page.state().text);
    pauseQueue.perform(page.app);
    page.goOn();
    await until(() => page.status() === 'Paused');
    page.stop();
    expect([page.state().paused, page.status()]).toEqual([false, 'Stopped']);
    expect(page.turns()[3]).toMatchObject({ state: 'stopped' });
    page.say('draw a house');
    await page.idle();
    expect(page.turns()[5]).toMatchObject({ state: 'done' });
  });
});
