import { describe, expect, test, vi } from 'vitest';
import { FailureError, failure } from '../../model/failure.ts';
import { readPngRecipe } from '../../model/recipe/png.ts';
import { deferred } from '../../session/deferred.ts';
import { newChat } from '../../src/actions/chats.ts';
import { editThis, send, stop, works, write } from '../../src/actions/compose.ts';
import { chooseDevice } from '../../src/actions/open-model.ts';
import { statusSentence } from '../../src/app/status.tsx';
import { persistState } from '../../src/state/persist.ts';
import { createAppStore } from '../../src/state/state.ts';
import { memoryStorage } from '../../src/storage/memory.ts';
import { trackUnsaved } from '../../src/storage/unsaved.ts';
import { words } from '../../words/index.ts';
import type { ImageId } from '../../workers/protocol.ts';
import { opened, reply } from '../helpers/fake-session.ts';
import { FakeBrowser } from '../helpers/fake-tabs.ts';
import { logStorage } from '../helpers/log-storage.ts';
import { openPage } from '../helpers/page.ts';

test.each(['', '  ', '\u200b', '\u200d\ufeff\u2060', '\u00ad \u3164'])('%j says nothing, and is not sent', (text) => {
  const page = openPage();
  page.say(text);
  expect(page.turns()).toEqual([]);
});

test('a chat is titled by the beginning of its first message, and no character is cut in two', () => {
  const family = '👩‍👩‍👧‍👦';
  const accented = 'e\u0301';
  for (const [said, title] of [
    ['draw a car', 'draw a car'],
    [family.repeat(70), family.repeat(60)],
    [`${'a'.repeat(59)}${family}${'b'.repeat(9)}`, `${'a'.repeat(59)}${family}`],
    [`${'a'.repeat(59)}${accented}b`, `${'a'.repeat(59)}${accented}`],
    ['🇸🇪'.repeat(61), '🇸🇪'.repeat(60)],
  ] as const) {
    const page = openPage();
    page.say(said);
    expect(page.state().chats.find(({ turns }) => turns.length > 0)?.title).toBe(title);
  }
});

test('a picture to be changed is not sent without what to change; one that comes along is', () => {
  const page = openPage();
  editThis.perform(page.app, 'a'.repeat(64) as ImageId);
  page.say(' ');
  expect([send.when(page.state()), page.turns()]).toEqual([false, []]);
  write.perform(page.app, 'make it night');
  expect(send.when(page.state())).toBe(true);
  editThis.perform(page.app, null);
  write.perform(page.app, '');
  page.app.store.setState({
    attachments: [
      { key: 'a', name: 'a.png', record: { id: 'a'.repeat(64) as ImageId, name: 'a.png', width: 8, height: 8 } },
    ],
  });
  expect(send.when(page.state())).toBe(true);
});

describe('a turn', () => {
  test('that draws leaves words, and a picture whose file says how it was made', async () => {
    const page = openPage();
    page.modelIsReady();
    page.set('seed', '7');
    page.say('draw a red car');
    await page.idle();

    const { state, text, results } = page.answer();
    expect([state, text]).toEqual(['done', 'Here is an image based on the description:<image>']);
    expect(results).toMatchObject([{ state: 'done', seed: '7', prompt: 'draw a red car', width: 64, height: 64 }]);
    const blob = await page.app.storage.blob(results[0]?.image ?? '');
    const recipe = readPngRecipe('result', new Uint8Array((await blob?.arrayBuffer()) ?? []));
    expect(recipe).toMatchObject({ seed: '7', steps: 4, messages: [{ from: 'person', text: 'draw a red car' }] });
  });

  test('whose model moved to another device while it painted says so in its recipe', async () => {
    const page = openPage();
    page.modelIsReady();
    const device = { ...opened.device, device: 'wasm', adapter: '' } as const;
    page.session.painting = () => page.session.emit({ type: 'reopened', opened: { ...opened, device } });
    page.say('draw a red car');
    await page.idle();
    const [result] = page.answer().results;
    const blob = await page.app.storage.blob(result?.image ?? '');
    const recipe = readPngRecipe('a.png', new Uint8Array((await blob?.arrayBuffer()) ?? []));
    expect([recipe.device.kind, result?.from?.recipe.device.kind]).toEqual(['wasm', 'wasm']);
  });

  test('sent before the model is ready waits for it', async () => {
    const page = openPage();
    page.say('draw a red car');
    expect(page.state().text).toBe('');
    expect(page.answer().state).toBe('queued');
    expect(page.session.asked).toEqual([]);
    page.modelIsReady();
    await page.idle();
    expect(page.answer().state).toBe('done');
  });

  test('carries the whole conversation, the drawn picture at its place', async () => {
    const page = openPage();
    page.modelIsReady();
    page.say('draw a red car');
    await page.idle();
    const drawn = page.answer().results[0]?.image;
    page.session.answer = () => reply('A car.', 'words');
    page.say('what is in the picture?');
    await page.idle();
    expect(page.session.asked.at(-1)?.plan).toMatchObject({
      history: [
        { from: 'person', text: 'draw a red car', images: [] },
        { from: 'model', text: 'Here is an image based on the description:<image>', drawn },
      ],
      words: 'what is in the picture?',
      images: [],
      drawn: [drawn],
    });
    expect(page.answer()).toMatchObject({ state: 'done', text: 'A car.', results: [] });
  });

  test('that fails says why, keeps what was said, and the next one works', async () => {
    const page = openPage();
    page.modelIsReady();
    const lost = failure('DEVICE_LOST', { reason: 'reset', times: 1 });
    page.session.painting = () => Promise.reject(new FailureError(lost));
    page.say('draw a red car');
    await page.idle();
    expect(page.answer()).toMatchObject({
      state: 'failed',
      failure: lost,
      results: [{ state: 'failed', image: null }],
    });
    expect(page.answer().text).toContain('Here is an image');

    page.session.painting = () => undefined;
    page.say('draw a blue car');
    await page.idle();
    expect(page.answer().state).toBe('done');
  });

  test('whose reply was cut says where, and by what', async () => {
    const page = openPage();
    page.modelIsReady();
    page.session.answer = () => ({ ...reply('This', 'words'), end: 'length' });
    page.set('maxTokens', '1');
    page.say('what is this?');
    await page.idle();
    expect(page.answer().cut).toEqual({ tokens: 1, by: 'setting' });
    page.set('maxTokens', '4000');
    page.say('what is this?');
    await page.idle();
    expect(page.answer().cut).toEqual({ tokens: 128, by: 'model' });
    page.session.answer = () => reply('This', 'words');
    page.say('what is this?');
    await page.idle();
    expect(page.answer().cut).toBeUndefined();
  });

  test('has its words kept as they come, all of them once the picture is imagined', async () => {
    const page = openPage();
    page.modelIsReady();
    const rest = deferred<void>();
    page.session.speak = async ({ job }) => {
      page.session.emit({ type: 'text', job, delta: 'Here is a picture of a car, in the morning light' });
      page.session.emit({ type: 'text', job, delta: ' of May' });
      await vi.waitUntil(() => page.answer().text !== '');
      expect(page.answer().text).toBe('Here is a picture of a car, in the morning light');
      page.session.emit({ type: 'imagining', job });
      await rest.promise;
      return reply('Here is a picture of a car, in the morning light of May<image>', 'picture');
    };
    page.say('draw a car');
    await vi.waitUntil(() => page.answer().results.length === 1);
    expect(page.answer()).toMatchObject({
      state: 'working',
      text: 'Here is a picture of a car, in the morning light of May',
    });
    rest.resolve();
    await page.idle();
    expect(page.answer().state).toBe('done');
  });

  test('is refused while there is nothing to send', () => {
    const page = openPage();
    page.say('  \n');
    expect(page.turns()).toEqual([]);
    expect(send.when(page.state())).toBe(false);
  });
});

describe('Stop', () => {
  test('ends what works and what waits; the begun picture is shown as stopped', async () => {
    const page = openPage();
    page.modelIsReady();
    page.session.painting = () => new Promise(() => undefined);
    page.say('draw a red car');
    page.say('draw a tree');
    await vi.waitUntil(() => page.session.painted.length === 1);
    page.stop();
    await page.idle();
    const states = page.turns().flatMap((turn) => (turn.from === 'model' ? [turn.state] : []));
    expect(states).toEqual(['stopped', 'stopped']);
    expect(page.turns()[1]).toMatchObject({ failure: null, results: [{ state: 'stopped' }] });
    expect(page.session.asked).toHaveLength(1);
  });

  test('is told at once, and not again, until what works has ended', async () => {
    const page = openPage();
    page.modelIsReady();
    const run = deferred<void>();
    // A run that cannot be broken off.
    page.session.paint = async ({ job, width, height }) => {
      page.session.emit({ type: 'step', job, step: 1, steps: 2, remainingMs: 0 });
      await run.promise;
      page.session.emit({ type: 'developing', job, tile: 1, tiles: 1 });
      return { width, height, data: new Uint8ClampedArray(4 * width * height).fill(255), end: 'stopped' };
    };
    const status = () => statusSentence(page.state(), words.en.page.status);
    page.say('draw a red car');
    await vi.waitUntil(() => status() === 'Drawing step 1 of 2');
    expect(stop.when(page.state())).toBe(true);
    page.stop();
    expect([status(), stop.when(page.state()), works(page.state())]).toEqual(['Stopping…', false, true]);
    // What is asked meanwhile has a Stop of its own.
    page.say('draw a tree');
    expect([status(), stop.when(page.state())]).toEqual(['Stopping…', true]);
    page.stop();
    run.resolve();
    await page.idle();
    expect([status(), works(page.state())]).toEqual(['Stopped', false]);
    expect(page.turns()[1]).toMatchObject({ state: 'stopped', results: [{ state: 'stopped' }] });
  });

  test('when the painter has just finished leaves what was on the screen', async () => {
    const page = openPage();
    page.modelIsReady();
    page.session.painting = ({ job }) => {
      page.session.emit({ type: 'step', job, step: 1, steps: 2, remainingMs: 0 });
      page.session.emit({ type: 'preview', job, width: 2, height: 1, data: new Uint8ClampedArray(8).fill(255) });
    };
    page.say('draw a red car');
    const unsubscribe = page.app.live.subscribe(() => page.app.live.get()?.preview != null && page.stop());
    await page.idle();
    unsubscribe();
    expect(page.answer()).toMatchObject({ state: 'stopped', results: [{ state: 'stopped', width: 2, height: 1 }] });
  });

  test('while the picture is being encoded is no less of one', async () => {
    const page = openPage();
    page.modelIsReady();
    page.session.painting = ({ job }) =>
      page.session.emit({ type: 'preview', job, width: 2, height: 1, data: new Uint8ClampedArray(8).fill(255) });
    const { encodePng } = page.app;
    Object.assign(page.app, {
      encodePng: (...given: Parameters<typeof encodePng>) => {
        page.stop();
        return encodePng(...given);
      },
    });
    page.say('draw a red car');
    await page.idle();
    expect(page.answer()).toMatchObject({ state: 'stopped', results: [{ state: 'stopped', width: 2, height: 1 }] });
  });

  test('is heard while what a picture is painted from still goes to a slow disk', async () => {
    const storage = memoryStorage();
    const disk = deferred<void>();
    const { putBlob } = storage;
    const page = openPage({
      ...storage,
      putBlob: (hash, blob) => disk.promise.then(() => putBlob.call(storage, hash, blob)),
    });
    page.modelIsReady();
    page.session.painting = async ({ job }) => {
      page.session.emit({ type: 'step', job, step: 1, steps: 2, remainingMs: 0 });
      await new Promise(() => undefined);
    };
    page.say('draw a red car');
    await vi.waitUntil(() => page.state().activity?.stage === 'step');
    page.stop();
    await page.idle();
    expect(page.answer()).toMatchObject({ state: 'stopped', results: [{ state: 'stopped' }] });
    disk.resolve();
    await vi.waitUntil(() => page.answer().results[0]?.from !== null);
  });

  test('works while the model is still opening', async () => {
    const page = openPage();
    page.say('draw a red car');
    page.stop();
    await page.idle();
    expect(page.answer().state).toBe('stopped');
  });

  test('works on Variations while another model is still opening', async () => {
    const page = openPage();
    page.modelIsReady();
    page.say('draw a red car');
    await page.idle();
    page.session.openLater();
    chooseDevice.perform(page.app, 'wasm');
    page.vary(page.answer().results[0]?.id ?? '');
    await vi.waitUntil(() => page.answer().results[1]?.state === 'working');
    page.stop();
    await page.idle();
    expect(page.answer().results[1]?.state).toBe('stopped');
    expect(page.state().outcome).toBe('stopped');
  });
});

test('Variations paint the same embeddings with another seed and do not ask the model again', async () => {
  const page = openPage();
  page.modelIsReady();
  page.set('seed', '7');
  page.say('draw a red car');
  await page.idle();
  page.vary(page.answer().results[0]?.id ?? '');
  await page.idle();

  const [first, second] = page.answer().results;
  expect(second).toMatchObject({ state: 'done', prompt: 'draw a red car' });
  expect(second?.seed).not.toBe(first?.seed);
  expect(second?.image).not.toBe(first?.image);
  expect(page.session.asked).toHaveLength(1);
  expect(page.session.painted.map(({ drawing }) => [...drawing.target.data])).toEqual([
    [1, 2, 3, 4],
    [1, 2, 3, 4],
  ]);
});

test('a chat is there again after a reload; what was under way is shown as stopped', async () => {
  const browser = new FakeBrowser();
  const first = logStorage(browser);
  const page = openPage(first.storage);
  await persistState(
    page.app.store,
    first.storage,
    trackUnsaved(() => undefined),
  );
  page.modelIsReady();
  page.set('steps', '9');
  page.say('draw a red car');
  await page.idle();
  const drawn = page.answer().results[0]?.image;
  page.session.painting = () => new Promise(() => undefined);
  page.say('draw a tree');
  await vi.waitUntil(() => page.session.painted.length === 2);
  await vi.waitUntil(() => page.answer().results[0]?.from != null);
  await new Promise((resolve) => setTimeout(resolve, 20));
  first.end();

  const store = createAppStore('en');
  await persistState(
    store,
    logStorage(browser).storage,
    trackUnsaved(() => undefined),
  );
  const [chat] = store.getState().chats;
  expect(chat).toMatchObject({ title: 'draw a red car' });
  expect(chat?.turns.map((turn) => turn.from === 'model' && turn.state)).toEqual([false, 'done', false, 'stopped']);
  expect(chat?.turns[1]).toMatchObject({ results: [{ image: drawn, state: 'done' }] });
  expect(store.getState()).toMatchObject({ current: chat?.id, good: { steps: '9' } });
  page.stop();
});

test('New chat keeps the old one in the list and makes no second empty one', async () => {
  const page = openPage();
  page.modelIsReady();
  page.say('draw a red car');
  await page.idle();
  newChat.perform(page.app);
  expect(page.turns()).toEqual([]);
  expect(newChat.when(page.state())).toBe(false);
  expect(page.state().chats).toHaveLength(2);
});
