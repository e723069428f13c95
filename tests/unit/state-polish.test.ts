/** Polish: a message's bare words made fuller, looked over, kept or taken back. */
import { describe, expect, test } from 'vitest';
import { FailureError, failure } from '../../model/failure.ts';
import { deferred } from '../../session/deferred.ts';
import { newChat, openChat } from '../../src/actions/chats.ts';
import { addPictures, send, write } from '../../src/actions/compose.ts';
import { isPolishing, keepPolished, polish, undoPolish, whyNotPolished } from '../../src/actions/polish.ts';
import { cancelQueued } from '../../src/actions/queue.ts';
import { queuedWords } from '../../src/composer/queued-words.ts';
import { wordChanges, wordsAdded } from '../../src/composer/word-changes.ts';
import { restoreUnsentMessage } from '../../src/storage/restore.ts';
import { reply } from '../helpers/fake-session.ts';
import { openPage } from '../helpers/page.ts';
import { until } from '../helpers/until.ts';

/** A page with a message, and a model that makes words fuller. */
function pageWith(text: string, answer = 'A red fox sits in the deep snow.') {
  const page = openPage();
  page.modelIsReady();
  page.session.answer = () => reply(answer, 'words');
  write.perform(page.app, text);
  return {
    ...page,
    async polish() {
      polish.perform(page.app);
      await page.idle();
    },
    message: () => ({ text: page.state().text, from: page.state().polishedFrom }),
    codes: () => page.state().notices.map((notice) => notice.failure.code),
  };
}

describe('words of a message', () => {
  test('are asked for in the form of Polish, drawn from nothing, and stand in the message to be looked over', async () => {
    const page = pageWith('a red fox');
    await page.polish();
    expect(page.session.asked[0]).toMatchObject({
      plan: { form: 'polish', words: 'a red fox' },
      sampling: { temperature: 0.8, topP: 0.95 },
    });
    expect(page.message()).toEqual({ text: 'A red fox sits in the deep snow.', from: 'a red fox' });
    // Nothing was said in the conversation, and nothing drawn.
    expect([page.turns(), page.session.painted]).toEqual([[], []]);
  });

  test('are sampled as a person has set it', async () => {
    const page = pageWith('a red fox');
    page.set('temperature', '0');
    page.set('topP', '0.5');
    await page.polish();
    expect(page.session.asked[0]?.sampling).toMatchObject({ temperature: 0, topP: 0.5 });
  });

  test('are kept, or are again what they were', async () => {
    const page = pageWith('a red fox');
    await page.polish();
    undoPolish.perform(page.app);
    expect(page.message()).toEqual({ text: 'a red fox', from: null });
    await page.polish();
    write.perform(page.app, 'A red fox sits in the snow.');
    keepPolished.perform(page.app);
    expect(page.message()).toEqual({ text: 'A red fox sits in the snow.', from: null });
  });

  test('polished twice go back to the first ones', async () => {
    const page = pageWith('a red fox');
    await page.polish();
    page.session.answer = () => reply('An even fuller fox.', 'words');
    await page.polish();
    expect(page.message()).toEqual({ text: 'An even fuller fox.', from: 'a red fox' });
  });

  test('are sent as they are, and nothing is left to be looked over', async () => {
    const page = pageWith('a red fox');
    await page.polish();
    send.perform(page.app);
    await page.idle();
    expect(page.message()).toEqual({ text: '', from: null });
    expect(page.turns()[0]).toMatchObject({ text: 'A red fox sits in the deep snow.' });
  });

  test('that go with a picture, or are none, are not polished, with the reason', () => {
    const page = pageWith(' \u200b');
    expect(whyNotPolished(page.state())).toBe('wordless');
    write.perform(page.app, 'make it night');
    addPictures.perform(page.app, [new File([], 'dog.png')]);
    expect(whyNotPolished(page.state())).toBe('pictures');
  });
});

describe('while words are polished', () => {
  async function polishingPage() {
    const page = pageWith('a red fox');
    const answered = deferred<ReturnType<typeof reply>>();
    page.session.answer = () => answered.promise;
    polish.perform(page.app);
    await until(() => page.session.asked.length === 1);
    return { ...page, answer: () => answered.resolve(reply('A red fox in the snow.', 'words')) };
  }

  test('a second press does nothing, and Stop leaves the words as they are', async () => {
    const page = await polishingPage();
    expect([whyNotPolished(page.state()), isPolishing(page.state())]).toEqual(['busy', true]);
    polish.perform(page.app);
    expect(page.state().jobs).toHaveLength(1);
    page.stop();
    await page.idle();
    expect([page.message(), page.state().outcome, page.codes()]).toEqual([
      { text: 'a red fox', from: null },
      'stopped',
      [],
    ]);
  });

  test('other words that are written meanwhile stay', async () => {
    const page = await polishingPage();
    write.perform(page.app, 'a red fox and a hare');
    page.answer();
    await page.idle();
    expect(page.message()).toEqual({ text: 'a red fox and a hare', from: null });
  });

  test('another chat can be shown: the words come into their own', async () => {
    const page = await polishingPage();
    const { current } = page.state();
    page.app.store.setState(({ chats }) => ({
      chats: chats.map((chat) => ({
        ...chat,
        title: 'Foxes',
        turns: [{ id: 't', parent: null, from: 'unreadable', why: 'newer' } as never],
      })),
    }));
    newChat.perform(page.app);
    write.perform(page.app, 'a house');
    expect(page.state().current).not.toBe(current);
    expect(page.state().jobs.map((job) => queuedWords(page.state(), job))).toEqual([
      { asked: 'a red fox', elsewhere: 'Foxes' },
    ]);
    page.answer();
    await page.idle();
    expect(page.message()).toEqual({ text: 'a house', from: null });
    openChat.perform(page.app, current);
    expect(page.message()).toEqual({ text: 'A red fox in the snow.', from: 'a red fox' });
  });
});

test('words that wait to be polished can be taken from the queue, and are left', async () => {
  const page = openPage();
  page.modelIsReady();
  const first = deferred<void>();
  page.session.painting = () => first.promise;
  page.say('draw a house');
  await until(() => page.session.painted.length === 1);
  write.perform(page.app, 'a red fox');
  polish.perform(page.app);
  const waiting = page.state().jobs[1];
  if (waiting === undefined) throw new Error('it does not wait');
  cancelQueued.perform(page.app, waiting.id);
  first.resolve();
  await page.idle();
  expect([page.state().text, page.session.asked.length]).toEqual(['a red fox', 1]);
});

describe('a failure is said, and the words are as they were', () => {
  test.each(['', ' a red fox\n'])('where the model makes nothing of them: %j', async (answer) => {
    const page = pageWith('a red fox', answer);
    await page.polish();
    expect([page.codes(), page.message(), page.state().outcome]).toEqual([
      ['POLISH_NOTHING'],
      { text: 'a red fox', from: null },
      'failed',
    ]);
  });

  test('where the memory is full', async () => {
    const page = pageWith('a red fox');
    page.session.answer = () => Promise.reject(new FailureError(failure('UNEXPECTED', { message: 'broken' })));
    await page.polish();
    expect([page.codes(), page.message()]).toEqual([['UNEXPECTED'], { text: 'a red fox', from: null }]);
  });
});

describe('what is new among the words', () => {
  test('is told by words, whatever their capitals', () => {
    const changes = wordChanges('a red fox', 'A red fox sits in the snow.');
    expect(changes).toEqual([
      { kind: 'same', text: 'A red fox ' },
      { kind: 'added', text: 'sits in the snow.' },
    ]);
    expect(wordsAdded(changes)).toBe(4);
  });

  test('is told by words in Chinese too', () => {
    expect(wordChanges('红色的狐狸', '一只红色的狐狸坐在雪地里。').map(({ kind }) => kind)).toEqual([
      'added',
      'same',
      'added',
    ]);
  });

  test('is all of a text that has next to nothing in common', () => {
    const other = (word: string) => Array.from({ length: 500 }, (_, at) => `${word}${at}`).join(' ');
    expect(wordChanges(other('one'), other('two')).map(({ kind }) => kind)).toEqual(['removed', 'added']);
  });
});

test('a message of an older version was never polished; one of today comes back as it was being looked over', () => {
  const old = { text: 'a fox', attachments: [], reference: null, about: { by: 'words' }, isShown: true };
  expect(restoreUnsentMessage(JSON.stringify(old))?.message.polishedFrom).toBeNull();
  const polished = { ...old, text: 'a red fox', polishedFrom: 'a fox' };
  expect(restoreUnsentMessage(JSON.stringify(polished))?.message).toMatchObject({
    text: 'a red fox',
    polishedFrom: 'a fox',
  });
});
