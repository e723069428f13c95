/** Versions of turns: Regenerate, Edit message, and going from one to another. */
import { afterEach, expect, test, vi } from 'vitest';
import { stop } from '../../src/actions/compose.ts';
import { editMessage, regenerate, showVersion } from '../../src/actions/versions.ts';
import type { TurnId } from '../../src/storage/records.ts';
import { reply } from '../helpers/fake-session.ts';
import { openPage } from '../helpers/page.ts';

afterEach(() => vi.unstubAllGlobals());

function talkingPage() {
  const page = openPage();
  page.modelIsReady();
  let count = 0;
  page.session.answer = () => reply(`Answer ${++count}.`, 'words');
  const said = () => page.turns().map((turn) => (turn.from === 'unreadable' ? '?' : turn.text));
  const idOf = (text: string) => page.turns()[said().indexOf(text)]?.id as TurnId;
  const ask = async (text: string) => {
    page.say(text);
    await page.idle();
  };
  /** The words of the conversation as the model was last shown them. */
  const seen = () => {
    const plan = page.session.asked.at(-1)?.plan;
    return [...(plan?.history.map(({ text }) => text) ?? []), plan?.words];
  };
  return { ...page, said, idOf, ask, seen };
}

test('Regenerate answers anew with another seed, keeps the answer that was there, and works until it is done', async () => {
  const page = talkingPage();
  page.set('seed', '7');
  page.set('lockSeed', true);
  await page.ask('hello');
  regenerate.perform(page.app, page.answer().id);
  expect(stop.when(page.state())).toBe(true);
  await page.idle();
  expect(page.said()).toEqual(['hello', 'Answer 2.']);
  expect(page.session.asked[1]?.seed).not.toBe(page.session.asked[0]?.seed);
  showVersion.perform(page.app, page.answer().id, -1);
  expect(page.said()).toEqual(['hello', 'Answer 1.']);
  showVersion.perform(page.app, page.answer().id, 1);
  expect(page.said()).toEqual(['hello', 'Answer 2.']);
  expect(showVersion.when(page.state(), page.answer().id, 1)).toBe(false);
});

test('a message in other words begins a branch of its own; what followed the old ones is there with them', async () => {
  const page = talkingPage();
  await page.ask('one');
  await page.ask('two');
  editMessage.perform(page.app, page.idOf('one'), ' other ');
  await page.idle();
  expect(page.said()).toEqual(['other', 'Answer 3.']);
  await page.ask('three');
  expect(page.seen()).toEqual(['other', 'Answer 3.', 'three']);
  showVersion.perform(page.app, page.idOf('other'), -1);
  expect(page.said()).toEqual(['one', 'Answer 1.', 'two', 'Answer 2.']);
  await page.ask('four');
  expect(page.seen()).toEqual(['one', 'Answer 1.', 'two', 'Answer 2.', 'four']);
});

test('an answer that is made anew in the middle is seen without what follows the old one', async () => {
  const page = talkingPage();
  await page.ask('one');
  await page.ask('two');
  regenerate.perform(page.app, page.idOf('Answer 1.'));
  await page.idle();
  expect(page.seen()).toEqual(['one']);
  expect(page.said()).toEqual(['one', 'Answer 3.']);
  await page.ask('three');
  expect(page.seen()).toEqual(['one', 'Answer 3.', 'three']);
});

test('an answer that works is not made anew, and a message is not edited into nothing', async () => {
  const page = talkingPage();
  page.session.answer = () => new Promise(() => undefined);
  page.say('hello');
  expect(regenerate.when(page.state(), page.answer().id)).toBe(false);
  expect(editMessage.when(page.state(), page.idOf('hello'), ' \n')).toBe(false);
  page.stop();
  await page.idle();
});
