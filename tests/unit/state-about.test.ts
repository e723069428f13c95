import { afterEach, describe, expect, test, vi } from 'vitest';
import { FailureError, failure } from '../../model/failure.ts';
import { markedKey, namedInWords } from '../../src/actions/about.ts';
import { askAgain } from '../../src/actions/ask.ts';
import { newChat, openChat } from '../../src/actions/chats.ts';
import { addPictures, forgetNamedPicture, markPicture, send, stop, write } from '../../src/actions/compose.ts';
import { noticesShown, notify } from '../../src/state/notices.ts';
import type { ImageId } from '../../workers/protocol.ts';
import { reply } from '../helpers/fake-session.ts';
import { openPage } from '../helpers/page.ts';
import { until } from '../helpers/until.ts';

vi.mock('../../src/picture/bring-in.ts', () => ({ bringIn: vi.fn() }));
const { bringIn } = vi.mocked(await import('../../src/picture/bring-in.ts'));

afterEach(() => vi.unstubAllGlobals());

const [first, second] = ['1', '2'].map((digit) => digit.repeat(64) as ImageId);

function reads(name: string, id: ImageId | undefined) {
  if (id === undefined) throw new Error('no such picture');
  bringIn.mockImplementationOnce(async () => ({ id, name, width: 8, height: 8 }));
  return new File(['x'], name);
}

async function pageWithTwoDrawings() {
  const page = openPage();
  page.modelIsReady();
  for (const [seed, words] of [
    ['1', 'draw a car'],
    ['2', 'draw a dog'],
  ] as const) {
    page.set('seed', seed);
    page.say(words);
    await page.idle();
  }
  const drawn = page.turns().flatMap((turn) => (turn.from === 'model' ? (turn.results[0]?.image ?? []) : []));
  return { page, drawn };
}

describe('a picture that the words name', () => {
  test('is shown while they are written and sent as the picture to edit', async () => {
    const { page, drawn } = await pageWithTwoDrawings();
    write.perform(page.app, 'make the first one night');
    expect(namedInWords(page.state())).toEqual({ image: drawn[0], number: 1 });
    send.perform(page.app);
    await page.idle();
    expect(page.session.asked.at(-1)?.plan.reference).toBe(drawn[0]);
    expect(page.turns().at(-2)).toMatchObject({ about: drawn[0] });
  });

  test('can be taken away: then the last picture is meant', async () => {
    const { page, drawn } = await pageWithTwoDrawings();
    write.perform(page.app, 'make the first one night');
    forgetNamedPicture.perform(page.app);
    expect(namedInWords(page.state())).toBeNull();
    send.perform(page.app);
    await page.idle();
    expect(page.session.asked.at(-1)?.plan.reference).toBe(drawn[1]);
    write.perform(page.app, 'make the first one night');
    expect(namedInWords(page.state())).not.toBeNull();
  });

  test('is found among variations, which stand side by side', async () => {
    const { page, drawn } = await pageWithTwoDrawings();
    for (const seed of ['3', '4']) {
      page.vary(page.answer().results[0]?.id ?? '');
      page.set('seed', seed);
      await page.idle();
    }
    const variations = page.answer().results.map(({ image }) => image);
    expect(variations).toHaveLength(3);
    for (const [words, image, number] of [
      ['make the second picture night', variations[1], 2],
      ['make the third one night', variations[2], 3],
      ['make the last one night', variations[2], 4],
      ['make the fourth one night', variations[2], 4],
      ['go back to the original', drawn[0], 1],
    ] as const) {
      write.perform(page.app, words);
      expect(namedInWords(page.state())).toEqual({ image, number });
    }
    page.say('make the second picture night');
    await page.idle();
    expect(page.session.asked.at(-1)?.plan.reference).toBe(variations[1]);
  });

  test('is counted once, however often it was edited', async () => {
    const { page, drawn } = await pageWithTwoDrawings();
    page.app.store.setState({ reference: drawn[0] as ImageId });
    page.say('what is it?');
    await page.idle();
    write.perform(page.app, 'make the second one night');
    expect(namedInWords(page.state())?.image).toBe(drawn[1]);
  });
});

test('of several pictures the first is edited unless another one is marked', async () => {
  const page = openPage();
  page.modelIsReady();
  addPictures.perform(page.app, [reads('a.png', first), reads('b.png', second)]);
  await until(() => page.state().attachments.every(({ record }) => record !== null));
  const [a, b] = page.state().attachments;
  expect(markedKey(page.state())).toBe(a?.key);
  write.perform(page.app, 'make the second one night');
  expect(markedKey(page.state())).toBe(b?.key);
  markPicture.perform(page.app, a?.key ?? '');
  expect(markedKey(page.state())).toBe(a?.key);
  send.perform(page.app);
  await page.idle();
  expect(page.session.asked.at(-1)?.plan.reference).toBe(first);
});

describe('Send while a picture is being read', () => {
  test('waits for it, and Stop takes the press back', async () => {
    const page = openPage();
    page.modelIsReady();
    const reading = Promise.withResolvers<Awaited<ReturnType<typeof bringIn>>>();
    bringIn.mockImplementationOnce(() => reading.promise);
    addPictures.perform(page.app, [new File(['x'], 'a.png')]);
    page.say('make it night');
    expect([page.turns(), stop.when(page.state())]).toEqual([[], true]);
    stop.perform(page.app);
    expect(stop.when(page.state())).toBe(false);
    send.perform(page.app);
    reading.resolve({ id: first as ImageId, name: 'a.png', width: 8, height: 8 });
    await until(() => page.turns().length === 2);
    expect(page.turns()[0]).toMatchObject({ text: 'make it night', pictures: [{ id: first }] });
    await page.idle();
  });

  test('sends nothing where the picture cannot be read; the words stay', async () => {
    const page = openPage();
    const wrong = failure('PICTURE_FORMAT', { file: 'a.png' });
    bringIn.mockImplementationOnce(() => Promise.reject(new FailureError(wrong)));
    addPictures.perform(page.app, [new File(['x'], 'a.png')]);
    page.say('make it night');
    await until(() => page.state().notices.length === 1);
    expect(page.state()).toMatchObject({ text: 'make it night', attachments: [], notices: [{ failure: wrong }] });
    expect(page.turns()).toEqual([]);
  });
});

describe('what is said of a file that cannot be read', () => {
  const wrong = (file: string) => failure('PICTURE_FORMAT', { file });
  const refuse = (file: string) => bringIn.mockImplementationOnce(() => Promise.reject(new FailureError(wrong(file))));
  const said = (page: ReturnType<typeof openPage>) =>
    page.state().notices.map(({ failure: { code, data } }) => ('file' in data ? data.file : code));
  const give = (page: ReturnType<typeof openPage>, ...names: readonly string[]) =>
    addPictures.perform(
      page.app,
      names.map((name) => new File(['x'], name)),
    );

  test('stays beside the good one that was given with it, and goes when others are given', async () => {
    const page = openPage();
    refuse('notes.txt');
    bringIn.mockImplementation(async () => ({ id: first as ImageId, name: 'a.png', width: 8, height: 8 }));
    give(page, 'notes.txt', 'a.png');
    await until(() => page.state().attachments[0]?.record != null);
    expect(said(page)).toEqual(['notes.txt']);
    give(page, 'b.png');
    await until(() => page.state().attachments[1]?.record != null);
    expect(said(page)).toEqual([]);
    // What is wrong with the newest is said alone.
    for (const file of ['c.txt', 'd.txt']) {
      refuse(file);
      give(page, file);
      await until(() => said(page).length > 0);
    }
    expect(said(page)).toEqual(['d.txt']);
  });

  test('stands in its own chat alone, also where it is known later, and goes with New chat', async () => {
    const page = openPage();
    page.modelIsReady();
    page.say('what is this?');
    await page.idle();
    const chat = page.state().current;
    const shown = () => noticesShown(page.state()).length;
    const reading = Promise.withResolvers<Awaited<ReturnType<typeof bringIn>>>();
    bringIn.mockImplementationOnce(() => reading.promise);
    give(page, 'notes.txt');
    newChat.perform(page.app);
    reading.reject(new FailureError(wrong('notes.txt')));
    await until(() => page.state().notices.length > 0);
    expect(shown()).toBe(0);
    openChat.perform(page.app, chat);
    expect(shown()).toBe(1);
    newChat.perform(page.app);
    expect(shown()).toBe(0);
    addPictures.perform(page.app, [], [failure('DROP_UNREADABLE', { what: 'folder', name: 'holiday' })]);
    expect(shown()).toBe(1);
    newChat.perform(page.app);
    expect(shown()).toBe(0);
  });

  test('goes with Send, also while a picture is still being read; what is said of the page stays until then', async () => {
    const page = openPage();
    page.modelIsReady();
    const elsewhere = failure('STORAGE_LOST', { extent: 'all' });
    notify(page.app.store, elsewhere);
    addPictures.perform(page.app, [], [failure('DROP_UNREADABLE', { what: 'folder', name: 'holiday' })]);
    expect(page.state().notices).toHaveLength(2);
    const reading = Promise.withResolvers<Awaited<ReturnType<typeof bringIn>>>();
    bringIn.mockImplementationOnce(() => reading.promise);
    give(page, 'a.png');
    expect(page.state().notices).toMatchObject([{ failure: elsewhere }]);
    refuse('notes.txt');
    give(page, 'notes.txt');
    await until(() => page.state().notices.length === 2);
    page.say('what is this?');
    expect(page.state().notices).toMatchObject([{ failure: elsewhere }]);
    reading.resolve({ id: first as ImageId, name: 'a.png', width: 8, height: 8 });
    await until(() => page.turns().length === 2);
    expect(page.state().notices).toEqual([]);
    await page.idle();
  });
});

describe('asking again', () => {
  test('in another form takes the place of a last answer that has no picture', async () => {
    const page = openPage();
    page.modelIsReady();
    page.session.answer = () => reply('A car.', 'words');
    page.say('a car');
    await page.idle();
    page.session.answer = () => reply('Here is an image:<image>', 'picture');
    askAgain.perform(page.app, page.answer().id, 'draw');
    await page.idle();
    expect(page.session.asked.map(({ plan }) => plan.form)).toEqual(['plain', 'draw']);
    expect(page.turns()).toHaveLength(2);
    expect(page.answer().results).toHaveLength(1);
  });

  test('keeps an answer that has a picture', async () => {
    const page = openPage();
    page.modelIsReady();
    page.say('a car');
    await page.idle();
    askAgain.perform(page.app, page.answer().id, 'ask');
    await page.idle();
    expect(page.turns().map(({ from }) => from)).toEqual(['person', 'model', 'person', 'model']);
  });

  test('cannot be done while the answer is under way', async () => {
    const page = openPage();
    page.say('a car');
    expect(askAgain.when(page.state(), page.answer().id, 'auto')).toBe(false);
    page.stop();
    await page.idle();
    expect(askAgain.when(page.state(), page.answer().id, 'auto')).toBe(true);
  });
});

test('a message that is too long lies in the composer again', async () => {
  const page = openPage();
  page.modelIsReady();
  const long = failure('TEXT_TOO_LONG', { limit: 10, actual: 99, unit: 'tokens' });
  page.session.answer = () => Promise.reject(new FailureError(long));
  page.say('a long message');
  await page.idle();
  expect(page.state().text).toBe('a long message');
  expect(page.answer()).toMatchObject({ state: 'failed', failure: long });
});
