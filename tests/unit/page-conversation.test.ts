import { afterEach, describe, expect, test, vi } from 'vitest';
import { seedOfWords } from '../../session/variation.ts';
import { editThis } from '../../src/actions/compose.ts';
import { chooseDevice } from '../../src/actions/open-model.ts';
import { firstSeen } from '../../src/actions/path.ts';
import { resetSettings, reuseSettings } from '../../src/actions/set.ts';
import { vary, whyNotVaried } from '../../src/actions/vary.ts';
import { formSentence } from '../../src/chat/form-line.tsx';
import { suggestionsFor } from '../../src/chat/suggestions.ts';
import { recipeRows } from '../../src/picture/recipe-rows.ts';
import { settingsOf } from '../../src/settings/fields.ts';
import { sizesFor } from '../../src/settings/sizes.ts';
import { changeResult } from '../../src/state/chats.ts';
import type { Decoder } from '../../workers/protocol.ts';
import { opened, reply } from '../helpers/fake-session.ts';
import { openPage } from '../helpers/page.ts';
import { words } from '../helpers/words.ts';

afterEach(() => vi.unstubAllGlobals());

async function conversation(...sentences: string[]) {
  const page = openPage();
  page.modelIsReady();
  for (const sentence of sentences) {
    page.say(sentence);
    await page.idle();
  }
  return page;
}

test('what is offered next fits what was drawn, in both languages', async () => {
  const { en, zh } = words;
  const car = await conversation('draw a red car');
  expect(suggestionsFor(car.turns(), en.page.opening, 'edits and questions')).toEqual([
    'make it night',
    'add a dog',
    'what is in the picture?',
  ]);
  const night = await conversation('draw a dog at night');
  expect(suggestionsFor(night.turns(), en.page.opening, 'edits and questions')).toEqual([
    'make it day',
    'what is in the picture?',
  ]);
  const chinese = await conversation('画一辆红色的汽车');
  expect(suggestionsFor(chinese.turns(), zh.page.opening, 'edits and questions')).toEqual([
    '变成夜晚',
    '加一只狗',
    '图片里有什么？',
  ]);
});

test('what is offered next fits what was drawn also where the page is read in another language since', async () => {
  const { en, zh } = words;
  const night = await conversation('draw a dog at night');
  expect(suggestionsFor(night.turns(), zh.page.opening, 'edits and questions')).toEqual([
    zh.page.opening.changes.day,
    zh.page.opening.question,
  ]);
  const chinese = await conversation('画夜晚的一只狗');
  expect(suggestionsFor(chinese.turns(), en.page.opening, 'edits and questions')).toEqual([
    'make it day',
    'what is in the picture?',
  ]);
});

test('what is offered next is about the last picture, not about an earlier one or a word within a word', async () => {
  const { opening } = words.en.page;
  const cat = await conversation('draw a car and a dog at night', 'draw a cat with a scarf on a birthday');
  expect(suggestionsFor(cat.turns(), opening, 'edits and questions')).toEqual([
    'make it night',
    'add a dog',
    opening.question,
  ]);
});

test('what is offered next to an edit knows what was edited', async () => {
  const { opening } = words.en.page;
  const page = await conversation('draw a dog at night');
  const drawn = page.answer().results[0]?.image ?? null;
  editThis.perform(page.app, drawn);
  page.say('add a tree');
  await page.idle();
  expect(suggestionsFor(page.turns(), opening, 'edits and questions')).toEqual(['make it day', opening.question]);
  editThis.perform(page.app, page.answer().results[0]?.image ?? null);
  page.say('make it day');
  await page.idle();
  expect(suggestionsFor(page.turns(), opening, 'edits and questions')).toEqual(['make it night', opening.question]);
});

test('what was asked for and what the model did are told as they were', async () => {
  const { form } = words.en.page;
  const drawn = (await conversation('draw a red car')).answer();
  const said = { state: 'done', results: [] } as const;
  expect(formSentence(drawn, 'ask', 'some to edit', form)).toBe('Asked as a question; the model drew a picture.');
  expect(formSentence(said, 'draw', 'some to edit', form)).toBe('Asked as a drawing; the model answered in words.');
  expect(formSentence(said, 'edit', 'some to edit', form)).toBe('Asked as an edit; the model answered in words.');
  expect(formSentence(drawn, 'edit', 'none to edit', form)).toContain('there was no picture to edit');
  expect(formSentence(said, 'edit', 'none to edit', form)).toContain('there was no picture to edit');
  expect(formSentence(said, 'ask', 'some to edit', form)).toBe('Treated as a question.');
  expect(formSentence(drawn, 'edit', 'some to edit', form)).toBe('Treated as an edit.');
  expect(formSentence({ ...said, state: 'stopped' }, 'draw', 'some to edit', form)).toBe('Treated as a drawing.');
});

test('a model without a decoder for edits is only asked about its picture', async () => {
  const { opening } = words.en.page;
  const car = await conversation('draw a red car');
  expect(suggestionsFor(car.turns(), opening, 'questions')).toEqual([opening.question]);
});

test('nothing is offered where the last answer is no picture', async () => {
  const page = openPage();
  page.modelIsReady();
  page.session.answer = () => reply('Hello!', 'words');
  page.say('hello');
  await page.idle();
  expect(suggestionsFor(page.turns(), words.en.page.opening, 'edits and questions')).toEqual([]);
});

test('the line of what the model no longer sees stands before the first turn it saw', async () => {
  const page = await conversation('draw a car', 'draw a dog', 'draw a tree');
  expect(firstSeen(page.turns())).toBeNull();
  page.session.answer = () => ({ ...reply('A tree.', 'words'), turnsLeftOut: 2 });
  page.say('what is it?');
  await page.idle();
  const seen = page.turns().find(({ id }) => id === firstSeen(page.turns()));
  expect(seen).toMatchObject({ from: 'person', text: 'draw a dog' });
});

test('a question that failed does not move the line', async () => {
  const page = openPage();
  page.modelIsReady();
  page.session.answer = () => Promise.reject(new Error('broken'));
  page.say('draw a boat');
  await page.idle();
  page.session.answer = () => reply('Yes.', 'words');
  page.say('is there a dog?');
  await page.idle();
  page.session.answer = () => ({ ...reply('Yes.', 'words'), turnsLeftOut: 2 });
  page.say('is there a cat?');
  await page.idle();
  const seen = page.turns().find(({ id }) => id === firstSeen(page.turns()));
  expect(seen).toMatchObject({ text: 'is there a cat?' });
});

test("a picture's settings can be used again, and left again", async () => {
  const page = openPage();
  page.modelIsReady();
  page.set('steps', '7');
  page.set('seed', '11');
  page.say('draw a car');
  await page.idle();
  resetSettings.perform(page.app);
  expect(settingsOf(page.state().good, opened.bundle)).toMatchObject({ steps: 4, seed: null });

  reuseSettings.perform(page.app, page.answer().results[0]?.id ?? '');
  expect(settingsOf(page.state().good, opened.bundle)).toMatchObject({
    steps: 7,
    seed: '11',
    lockSeed: true,
    size: { width: 64, height: 64 },
  });
  expect(resetSettings.when(page.state())).toBe(true);
});

describe('a picture of another model', () => {
  async function fromAnOlderModel() {
    const page = await conversation('draw a car');
    const [car] = page.answer().results;
    if (car?.from == null) throw new Error('there is nothing to vary');
    const bundle = { id: 'older', sha256: 'b'.repeat(64) };
    const older = { ...car.from, recipe: { ...car.from.recipe, bundle } };
    changeResult(page.app.store, page.answer().id, car.id, { from: older });
    return { page, id: car.id };
  }

  test('cannot be varied, and the reason is told before it is tried', async () => {
    const { page, id } = await fromAnOlderModel();
    expect([whyNotVaried(page.state(), id), vary.when(page.state(), id)]).toEqual(['other-model', false]);
    page.vary(id);
    await page.idle();
    expect(page.answer()).toMatchObject({ failure: null, results: [{ state: 'done' }] });
  });

  test('asked for while the model is still opening, fails with its reason', async () => {
    const { page, id } = await fromAnOlderModel();
    page.session.openLater();
    chooseDevice.perform(page.app, 'wasm');
    page.vary(id);
    page.session.openNow(opened);
    await page.idle();
    expect(page.answer().failure).toEqual({ code: 'MODEL_OTHER', data: { wanted: 'older', open: 'Fake' } });
    expect(page.answer().results.map(({ state }) => state)).toEqual(['done', 'failed']);
    expect(page.session.painted).toHaveLength(1);
  });

  test('can be varied and edited by its own model, as far as that has the decoder for it', async () => {
    const page = await conversation('draw a car');
    const [car] = page.answer().results;
    if (car?.image == null) throw new Error('nothing was drawn');
    const possible = () => [vary.when(page.state(), car.id), editThis.when(page.state(), car.image)];
    expect(possible()).toEqual([true, true]);
    const lacking = (decoders: readonly Decoder[]) =>
      page.app.store.setState({
        model: { phase: 'ready', opened: { ...opened, bundle: { ...opened.bundle, decoders } } },
      });
    lacking(['generation']);
    expect(possible()).toEqual([true, false]);
    lacking(['editing']);
    expect(possible()).toEqual([false, true]);
    expect(whyNotVaried(page.state(), car.id)).toBe('no-decoder');
  });
});

test('a recipe is told in words, without rows that say nothing', async () => {
  const page = openPage();
  page.modelIsReady();
  page.set('seed', '11');
  page.say('draw a car');
  await page.idle();
  const [result] = page.answer().results;
  if (result === undefined) throw new Error('nothing was drawn');
  const rows = new Map(recipeRows(result, words.en.page));
  expect(rows.get('Words')).toBe('draw a car');
  expect(rows.get('Seed')).toBe('11');
  expect(rows.get('Size')).toBe('64 × 64');
  expect(rows.has('Negative prompt')).toBe(false);
});

test('of a variation it is told where its settings would not draw it again', async () => {
  const page = openPage();
  page.modelIsReady();
  page.set('temperature', '0.8');
  page.set('seed', '11');
  page.say('draw a car');
  await page.idle();
  page.vary(page.answer().results[0]?.id ?? '');
  await page.idle();
  const [first, second] = page.answer().results;
  if (first?.from == null || second?.from == null) throw new Error('there is nothing to vary');
  const seeds = [first, second].map((result) => new Map(recipeRows(result, words.en.page)).get('Seed of the words'));
  expect(seeds).toEqual([undefined, '11']);
  expect([first.from.recipe, second.from.recipe].map(seedOfWords)).toEqual([null, '11']);
  // The likeliest words are the same with every seed.
  const { recipe } = second.from;
  expect(seedOfWords({ ...recipe, sampling: { ...recipe.sampling, temperature: 0 } })).toBeNull();
});

test('a size from a recipe can be chosen beside the common ones', () => {
  const bundle = { defaults: { width: 128, height: 128 }, sizes: null };
  expect(sizesFor(bundle, undefined)[0]).toBe('128x128');
  expect(sizesFor(bundle, '96x176')).toContain('96x176');
  expect(sizesFor(bundle, 'auto')).not.toContain('auto');
});

test('a model that draws a few sizes is offered those alone', () => {
  const bundle = { defaults: { width: 192, height: 192 }, sizes: [{ width: 192, height: 192 }] };
  expect(sizesFor(bundle, undefined)).toEqual(['192x192']);
  expect(sizesFor(bundle, '512x512')).toEqual(['192x192']);
});

test('a picture of a model that draws the same from every seed is not varied, and says why', async () => {
  const page = openPage();
  page.session.openNow({ ...opened, bundle: { ...opened.bundle, seedsDiffer: false } });
  page.say('draw a car');
  await page.idle();
  const [id, state] = [page.answer().results[0]?.id ?? '', page.state()];
  expect([whyNotVaried(state, id), vary.when(state, id)]).toEqual(['seeds-alike', false]);
  const other = await conversation('draw a car');
  const [drawn, differing] = [other.answer().results[0]?.id ?? '', other.state()];
  expect([whyNotVaried(differing, drawn), vary.when(differing, drawn)]).toEqual([null, true]);
});
