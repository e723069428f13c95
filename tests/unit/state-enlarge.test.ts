/** A result that is saved larger, as the page has it: in the queue, told how far, stopped, repeated when its recipe is verified. */
import { beforeEach, expect, test, vi } from 'vitest';
import { enlargementOf } from '../../model/recipe/enlargement.ts';
import { readRecipe } from '../../model/recipe/recipe.ts';
import { deferred } from '../../session/deferred.ts';
import { requireDrawable } from '../../session/repetition.ts';
import { enlargementIn, enlargeResult, leaveEnlarge, openEnlarge, resultShowing } from '../../src/actions/enlarge.ts';
import { cancelQueued } from '../../src/actions/queue.ts';
import { recipeRows } from '../../src/picture/recipe-rows.ts';
import type { ImageId } from '../../workers/protocol.ts';
import { openPage } from '../helpers/page.ts';
import { exampleRecipe } from '../helpers/recipes.ts';
import { until } from '../helpers/until.ts';
import { words } from '../helpers/words.ts';

vi.mock('../../src/engine/enlarge.ts', () => ({ enlargeFile: vi.fn(), enlargePainting: vi.fn() }));
vi.mock('../../src/actions/saved-file.ts', () => ({
  savedFile: vi.fn(async (_app: unknown, _result: unknown, file: Blob) => ({ file, recipe: 'as wanted' })),
}));
vi.mock('../../src/actions/keep-picture.ts', () => ({ download: vi.fn() }));
const { enlargeFile } = vi.mocked(await import('../../src/engine/enlarge.ts'));
const { download } = vi.mocked(await import('../../src/actions/keep-picture.ts'));

const twice = { factor: 2, by: 'esrgan-slim' } as const;

beforeEach(() => {
  vi.mocked(enlargeFile).mockReset();
  vi.mocked(download).mockReset();
});

async function drawn() {
  const page = openPage();
  page.modelIsReady();
  page.say('draw a red car');
  await page.idle();
  const result = page.answer().results[0];
  if (result === undefined) throw new Error('nothing was drawn');
  const news = () => page.state().enlargements[result.id];
  return { ...page, result, news };
}

test('is worked on in the queue, tells how far it is, and is saved under a name that says how large', async () => {
  const { app, result, news, state, idle } = await drawn();
  const made = deferred<Uint8Array<ArrayBuffer>>();
  enlargeFile.mockImplementation((_file, _name, _enlargement, { tell }) => {
    tell({ tiles: 1, of: 4 });
    return made.promise;
  });
  openEnlarge.perform(app, result.id);
  expect(state().enlarging).toBe(result.id);
  enlargeResult.perform(app, result.id, twice);
  await until(() => enlargeFile.mock.calls.length === 1);
  expect(news()).toEqual({ state: 'working', tiles: 1, of: 4 });
  expect(state().activity).toEqual({ stage: 'enlarging' });
  expect(enlargementIn(state(), result.id)?.state).toBe('working');
  // Not twice at once.
  expect(enlargeResult.when(state(), result.id, twice)).toBe(false);
  leaveEnlarge.perform(app);
  openEnlarge.perform(app, result.id);
  expect(news()).toEqual({ state: 'working', tiles: 1, of: 4 });
  made.resolve(Uint8Array.of(1, 2, 3));
  await idle();
  const name = `nexus-gen-${result.seed}-x2.png`;
  expect(news()).toEqual({ state: 'saved', name });
  expect(download.mock.calls).toEqual([[new Blob([Uint8Array.of(1, 2, 3)], { type: 'image/png' }), name]]);
  // What was is past when it is opened again.
  openEnlarge.perform(app, result.id);
  expect(news()).toBeUndefined();
});

test('is stopped while it works, and nothing is saved', async () => {
  const { app, result, news, state, idle } = await drawn();
  enlargeFile.mockImplementation(
    (_file, _name, _enlargement, { signal }) =>
      new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
  );
  enlargeResult.perform(app, result.id, twice);
  await until(() => enlargeFile.mock.calls.length === 1);
  const job = enlargementIn(state(), result.id);
  if (job === undefined) throw new Error('not in the queue');
  cancelQueued.perform(app, job.id);
  await idle();
  expect(news()).toEqual({ state: 'stopped' });
  expect(download).not.toHaveBeenCalled();
  expect(state().notices).toEqual([]);
});

test('a failure is told in the dialog, or beside the picture where the dialog was left', async () => {
  const { app, result, news, state, idle } = await drawn();
  enlargeFile.mockImplementation(() => Promise.reject(new Error('broken')));
  openEnlarge.perform(app, result.id);
  enlargeResult.perform(app, result.id, twice);
  await idle();
  expect(news()).toMatchObject({ state: 'failed', failure: { code: 'UNEXPECTED' } });
  expect(state().notices).toEqual([]);
  leaveEnlarge.perform(app);
  enlargeResult.perform(app, result.id, twice);
  await idle();
  expect(state().notices).toMatchObject([{ about: { kind: 'result', id: result.id } }]);
});

test('a picture that is shown is known as the result that it is', async () => {
  const { result, state } = await drawn();
  expect(resultShowing(state(), result.image)).toBe(result.id);
  expect(resultShowing(state(), 'f'.repeat(64) as ImageId)).toBeUndefined();
  expect(resultShowing(state(), null)).toBeUndefined();
});

test('a recipe says how its picture was enlarged; what older ones said of it stays readable and is not repeated', () => {
  const recipe = readRecipe({ ...exampleRecipe(), enlarge: twice });
  expect(enlargementOf(recipe)).toEqual(twice);
  expect(() => requireDrawable(recipe)).not.toThrow();
  const rows = recipeRows(
    { prompt: '', seed: recipe.seed as never, width: 8, height: 8, model: 'm', image: null, from: { recipe } },
    words.en.page,
  );
  expect(rows).toContainEqual(['Enlarged', '× 2, by ESRGAN-slim']);
  const older = readRecipe({ ...exampleRecipe(), enlarge: { width: 64, height: 64 } });
  expect(enlargementOf(older)).toBeNull();
  expect(() => requireDrawable(older)).toThrow();
  for (const wrong of [{ factor: 3, by: 'pixels' }, { factor: 2, by: 'magic' }, { factor: 2 }, 2])
    expect(() => readRecipe({ ...exampleRecipe(), enlarge: wrong })).toThrow();
});
