/** Variations: several at once, as drafts, and drafts that are finished. */
import { describe, expect, test } from 'vitest';
import { deletePictures } from '../../src/actions/gallery.ts';
import { reuseSettings } from '../../src/actions/set.ts';
import { finish, finishAll, isUnfinishedDraft, stepsOfDraft, vary } from '../../src/actions/vary.ts';
import { drawsInFewer } from '../../src/settings/few-steps.ts';
import type { VariationChoice } from '../../src/state/state.ts';
import type { BundleSummary } from '../../workers/protocol.ts';
import { opened } from '../helpers/fake-session.ts';
import { openPage } from '../helpers/page.ts';

/** A page with one picture, drawn in twelve steps. */
async function drawnPage() {
  const page = openPage();
  page.modelIsReady();
  page.set('steps', '12');
  page.set('seed', '7');
  page.say('draw a red car');
  await page.idle();
  const [first] = page.answer().results;
  if (first === undefined) throw new Error('nothing was drawn');
  return {
    ...page,
    first,
    choose: (variations: VariationChoice) => page.app.store.setState({ variations }),
    async varied() {
      page.vary(first.id);
      await page.idle();
      return page.answer().results.slice(1);
    },
    async finished(id: string) {
      finish.perform(page.app, id);
      await page.idle();
      return page.answer().results.at(-1);
    },
    /** What the painter was asked, but for the job's name. */
    requests: () => page.session.painted.map(({ job: _, ...request }) => request),
  };
}

describe('as many as are chosen', () => {
  test('one, unless a person chooses otherwise', async () => {
    const page = await drawnPage();
    expect(await page.varied()).toHaveLength(1);
  });

  test('eight are painted from the same embeddings with seeds of their own, and the model is not asked', async () => {
    const page = await drawnPage();
    page.choose({ count: 8, kind: 'full' });
    const results = await page.varied();
    expect(results.map(({ state }) => state)).toEqual(Array(8).fill('done'));
    expect(new Set(results.map(({ seed }) => seed)).size).toBe(8);
    expect(page.session.asked).toHaveLength(1);
    const [, ...painted] = page.requests();
    expect(painted.map(({ steps }) => steps)).toEqual(Array(8).fill(12));
    expect(painted.map(({ drawing }) => [...drawing.target.data])).toEqual(Array(8).fill([1, 2, 3, 4]));
  });

  test('what waits can be stopped, and each says so', async () => {
    const page = await drawnPage();
    page.choose({ count: 3, kind: 'full' });
    page.session.painting = () => new Promise(() => undefined);
    page.vary(page.first.id);
    page.stop();
    await page.idle();
    expect(page.answer().results.map(({ state }) => state)).toEqual(['done', 'stopped', 'stopped', 'stopped']);
  });
});

describe('drafts', () => {
  test('are painted in a quarter of the steps; finished, exactly as with all of them from the start', async () => {
    const page = await drawnPage();
    page.choose({ count: 2, kind: 'draft' });
    const [draft] = await page.varied();
    expect(draft).toMatchObject({ fullSteps: 12, from: { recipe: { steps: 3 } } });
    const finished = await page.finished(draft?.id ?? '');
    expect(finished).toMatchObject({ state: 'done', seed: draft?.seed, from: { recipe: { steps: 12 } } });
    expect(finished?.fullSteps).toBeUndefined();
    // The painter makes the same of the same request, and knows of no draft.
    const [whole, asDraft, , asFinished] = page.requests();
    expect(asFinished).toEqual({ ...asDraft, steps: 12 });
    expect(asFinished).toEqual({ ...whole, seed: draft?.seed });
  });

  test('are finished all at once, but those that are finished or on their way', async () => {
    const page = await drawnPage();
    page.choose({ count: 3, kind: 'draft' });
    const drafts = await page.varied();
    await page.finished(drafts[1]?.id ?? '');
    const turn = page.answer().id;
    finishAll.perform(page.app, turn);
    expect(finishAll.when(page.state(), turn)).toBe(false);
    await page.idle();
    const [, ...others] = page.answer().results;
    const finished = others.filter(({ fullSteps }) => fullSteps === undefined);
    expect(finished.map(({ seed }) => seed)).toEqual([drafts[1]?.seed, drafts[0]?.seed, drafts[2]?.seed]);
    expect(finished.map(({ state, from }) => [state, from?.recipe.steps])).toEqual(Array(3).fill(['done', 12]));
    expect(finishAll.when(page.state(), turn)).toBe(false);
  });

  test('one that is stopped can be finished with the others again; a single draft has its own button', async () => {
    const page = await drawnPage();
    page.choose({ count: 2, kind: 'draft' });
    const [draft] = await page.varied();
    const turn = page.answer().id;
    page.session.painting = () => new Promise(() => undefined);
    finishAll.perform(page.app, turn);
    page.stop();
    await page.idle();
    expect(finishAll.when(page.state(), turn)).toBe(true);
    page.session.painting = () => undefined;
    await page.finished(draft?.id ?? '');
    expect(finishAll.when(page.state(), turn)).toBe(false);
  });

  test('are varied as the pictures that they are drafts of', async () => {
    const page = await drawnPage();
    page.choose({ count: 1, kind: 'draft' });
    const [draft] = await page.varied();
    page.vary(draft?.id ?? '');
    await page.idle();
    expect(page.answer().results.at(-1)).toMatchObject({ fullSteps: 12, from: { recipe: { steps: 3 } } });
    page.choose({ count: 1, kind: 'full' });
    page.vary(draft?.id ?? '');
    await page.idle();
    const whole = page.answer().results.at(-1);
    expect([whole?.fullSteps, whole?.from?.recipe.steps]).toEqual([undefined, 12]);
  });

  test('a finished one is not finished once more, until its picture is deleted', async () => {
    const page = await drawnPage();
    page.choose({ count: 1, kind: 'draft' });
    const [draft] = await page.varied();
    const id = draft?.id ?? '';
    const finished = await page.finished(id);
    expect(isUnfinishedDraft(page.state(), id)).toBe(false);
    await page.finished(id);
    expect(page.answer().results).toHaveLength(3);
    deletePictures.perform(page.app, [finished?.id ?? '']);
    expect(isUnfinishedDraft(page.state(), id)).toBe(true);
    const anew = await page.finished(id);
    expect(anew).toMatchObject({ state: 'done', image: finished?.image });
    expect(page.answer().results).toHaveLength(3);
  });

  test('what is no draft is not finished', async () => {
    const page = await drawnPage();
    expect(finish.when(page.state(), page.first.id)).toBe(false);
    finish.perform(page.app, page.first.id);
    expect(page.answer().results).toHaveLength(1);
  });

  test('are painted in the fewest steps that the model serves; whole where it serves no fewer', async () => {
    const page = await drawnPage();
    const guidance = page.first.from?.recipe.guidance ?? 0;
    const serving = (...steps: readonly number[]) => {
      const generation = steps.map((count) => ({ steps: count, guidance, strength: 1 as const }));
      const bundle = { ...opened.bundle, schedules: { generation, editing: null } };
      page.app.store.setState({ model: { phase: 'ready', opened: { ...opened, bundle } } });
      return stepsOfDraft(page.state(), page.first.id);
    };
    expect(serving(12, 8, 4)).toBe(4);
    expect(serving(12)).toBeNull();
    page.choose({ count: 1, kind: 'draft' });
    const [variation] = await page.varied();
    expect([variation?.from?.recipe.steps, variation?.fullSteps]).toEqual([12, undefined]);
  });
});

describe('a first picture that is a draft', () => {
  async function drafted(serving: readonly number[] | null = null) {
    const page = openPage();
    const generation = serving?.map((steps) => ({ steps, guidance: 3.5, strength: 1 as const })) ?? null;
    const schedules = { generation, editing: null };
    page.session.openNow({ ...opened, bundle: { ...opened.bundle, schedules } });
    page.set('steps', '12');
    page.set('seed', '7');
    page.set('draft', true);
    page.say('draw a red car');
    await page.idle();
    return { ...page, first: () => page.answer().results[0] };
  }

  test('has a quarter of the steps; finished it is the picture of all of them, and the words are not asked for again', async () => {
    const page = await drafted();
    expect(page.first()).toMatchObject({ state: 'done', fullSteps: 12, from: { recipe: { steps: 3, seed: '7' } } });
    finish.perform(page.app, page.first()?.id ?? '');
    await page.idle();
    const whole = await drawnPage();
    const finished = page.answer().results.at(-1);
    expect(finished).toMatchObject({
      state: 'done',
      image: whole.first.image,
      from: { recipe: whole.first.from?.recipe },
    });
    expect(finished?.fullSteps).toBeUndefined();
    expect(page.session.asked).toHaveLength(1);
  });

  test('has as few as the model serves, and is whole where that serves no fewer', async () => {
    expect((await drafted([12, 8, 4])).first()).toMatchObject({ fullSteps: 12, from: { recipe: { steps: 4 } } });
    const whole = (await drafted([12])).first();
    expect([whole?.from?.recipe.steps, whole?.fullSteps]).toEqual([12, undefined]);
  });

  test('is none any more once that is not wanted, or the settings of a recipe are used', async () => {
    const page = await drafted();
    page.set('draft', false);
    page.say('draw a tree');
    await page.idle();
    expect(page.answer().results[0]?.fullSteps).toBeUndefined();
    page.set('draft', true);
    reuseSettings.perform(page.app, page.answer().results[0]?.id ?? '');
    page.say('draw a house');
    await page.idle();
    expect(page.answer().results[0]).toMatchObject({ from: { recipe: { steps: 12 } } });
  });
});

test.each<[string, readonly number[], boolean]>([
  ['offered', [12, 4], true],
  ['not offered', [12], false],
])('a draft is %s by what a model serves', (_, steps, isOffered) => {
  const generation = steps.map((count) => ({ steps: count, guidance: 3.5, strength: 1 as const }));
  const bundle: BundleSummary = {
    ...opened.bundle,
    decoders: ['generation'],
    schedules: { generation, editing: null },
  };
  expect(drawsInFewer({ steps: '12' }, bundle)).toBe(isOffered);
});

test('where every seed draws the same picture, there are none', async () => {
  const page = await drawnPage();
  const bundle = { ...opened.bundle, seedsDiffer: false };
  page.app.store.setState({ model: { phase: 'ready', opened: { ...opened, bundle } } });
  expect(vary.when(page.state(), page.first.id)).toBe(false);
  page.choose({ count: 8, kind: 'full' });
  expect(await page.varied()).toEqual([]);
});
