import { describe, expect, test } from 'vitest';
import { FailureError, failure } from '../../model/failure.ts';
import { readPngRecipe } from '../../model/recipe/png.ts';
import { deferred } from '../../session/deferred.ts';
import { newChat } from '../../src/actions/chats.ts';
import { editThis, send, write } from '../../src/actions/compose.ts';
import { persistState } from '../../src/state/persist.ts';
import { createAppStore } from '../../src/state/state.ts';
import { trackUnsaved } from '../../src/storage/unsaved.ts';
import type { ImageId } from '../../workers/protocol.ts';
import { opened, reply } from '../helpers/fake-session.ts';
import { FakeBrowser } from '../helpers/fake-tabs.ts';
import { logStorage } from '../helpers/log-storage.ts';
import { openPage } from '../helpers/page.ts';
import { until } from '../helpers/until.ts';
import { words } from '../helpers/words.ts';

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
      page.session.emit({ type: 'text', job, delta: 'Here is a picture of a car, in the morning light', tokens: 1 });
      page.session.emit({ type: 'text', job, delta: ' of May', tokens: 1 });
      await until(() => page.answer().text !== '');
      expect(page.answer().text).toBe('Here is a picture of a car, in the morning light');
      page.session.emit({ type: 'imagining', job });
      await rest.promise;
      return reply('Here is a picture of a car, in the morning light of May<image>', 'picture');
    };
    page.say('draw a car');
    await until(() => page.answer().results.length === 1);
    expect(page.answer()).toMatchObject({
      state: 'working',
      text: 'Here is a picture of a car, in the morning light of May',
    });
    rest.resolve();
    await page.idle();
    expect(page.answer().state).toBe('done');
  });

  test('changes nothing that is shown or stored at a word that is not kept yet', async () => {
    const page = openPage();
    page.modelIsReady();
    let changes = 0;
    page.session.answer = async ({ job }) => {
      page.session.emit({ type: 'text', job, delta: 'Here is a picture of a car, in the morning light', tokens: 1 });
      await until(() => page.answer().text !== '');
      const stopCounting = page.app.store.subscribe(() => {
        changes += 1;
      });
      page.session.emit({ type: 'text', job, delta: ' of May', tokens: 1 });
      await until(() => page.app.live.get()?.text.endsWith(' of May'));
      stopCounting();
      return reply('Here is a picture of a car, in the morning light of May', 'words');
    };
    page.say('what is this?');
    await page.idle();
    expect(page.answer().state).toBe('done');
    expect(changes).toBe(0);
  });

  test('is refused while there is nothing to send', () => {
    const page = openPage();
    page.say('  \n');
    expect(page.turns()).toEqual([]);
    expect(send.when(page.state())).toBe(false);
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
  await until(() => page.session.painted.length === 2);
  await until(() => page.answer().results[0]?.from != null);
  await new Promise((resolve) => setTimeout(resolve, 20));
  first.end();

  const store = createAppStore(words.en);
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
