/** Keep the rest, as the page has it: which picture is shown, saved, edited further and kept, and the way back. */
import { expect, test, vi } from 'vitest';
import { FailureError, failure } from '../../model/failure.ts';
import { compositeOf } from '../../model/recipe/composite.ts';
import { readPngRecipe, writePng } from '../../model/recipe/png.ts';
import type { Composite } from '../../model/recipe/recipe.ts';
import { editThis } from '../../src/actions/compose.ts';
import { keepRest } from '../../src/actions/keep-rest.ts';
import { pathOf } from '../../src/actions/path.ts';
import { sourcesOf } from '../../src/actions/sources.ts';
import { editChain } from '../../src/picture/edit-chain.ts';
import { isRestKept } from '../../src/state/rest.ts';
import { restoreResult } from '../../src/storage/restore.ts';
import type { PictureWorker } from '../../workers/picture/protocol.ts';
import type { ImageId } from '../../workers/protocol.ts';
import { reply } from '../helpers/fake-session.ts';
import { openPage } from '../helpers/page.ts';
import { until } from '../helpers/until.ts';

vi.mock('../../src/engine/picture-files.ts', () => ({ keepRestOf: vi.fn(), readPixels: vi.fn() }));
const { keepRestOf } = vi.mocked(await import('../../src/engine/picture-files.ts'));

type Kept = Extract<Awaited<ReturnType<PictureWorker['keepRest']>>, { ok: true }>['result'];

const compositeFor = (picture: string): Composite => ({
  picture,
  shift: [1, 0],
  smoothing: 2,
  threshold: 6,
  feather: 2,
});

/** A drawing and an edit of it. */
async function editedPage() {
  keepRestOf.mockReset();
  // As the picture's worker does, on a picture of one pixel.
  keepRestOf.mockImplementation(async (_, after, picture): Promise<Kept> => {
    const composite = compositeFor(picture);
    const recipe = readPngRecipe('', new Uint8Array(await after.arrayBuffer()));
    const image = { width: 1, height: 1, data: Uint8Array.of(9, 9, 9, 255) };
    return { png: new Uint8Array(writePng(image, { ...recipe, composite })), composite };
  });
  const page = openPage();
  page.modelIsReady();
  const ask = async (words: string, reference: ImageId | null = null) => {
    const { drawing, ...said } = reply('<image>', 'picture');
    if (drawing === null) throw new Error('it draws');
    const edited = reference && { image: reference, embeddings: drawing.target };
    page.session.answer = () => ({ ...said, drawing: { ...drawing, reference: edited } });
    editThis.perform(page.app, reference);
    page.say(words);
    await page.idle();
    return resultOf(page.answer().results[0]);
  };
  const car = await ask('draw a car');
  const dog = await ask('add a dog', car.image);
  const now = () =>
    resultOf(
      page
        .turns()
        .flatMap((turn) => (turn.from === 'model' ? turn.results : []))
        .find(({ id }) => id === dog.id),
    );
  const keep = async () => {
    const { image } = now();
    keepRest.perform(page.app, dog.id, car.image);
    await until(() => now().image !== image);
  };
  return { page, ask, car, dog, now, keep };
}

function resultOf<Found extends { readonly image: ImageId | null }>(result: Found | undefined) {
  if (result?.image == null) throw new Error('nothing was drawn');
  return { ...result, image: result.image };
}

test('the picture is another from then on: shown, saved with its recipe, and what comes next is made from it', async () => {
  const { page, ask, car, dog, now, keep } = await editedPage();
  editThis.perform(page.app, dog.image);
  page.app.store.setState({ area: { of: dog.image, mask: 'f'.repeat(64) as ImageId, width: 64, height: 64 } });
  await keep();
  const { image } = now();
  expect(image).not.toBe(dog.image);
  expect(isRestKept(now())).toBe(true);
  // What was about to be edited is what is seen.
  expect(page.state().reference).toBe(image);
  expect(page.state().area).toMatchObject({ of: image });
  page.app.store.setState({ area: null });
  const [file] = await page.save(dog.id);
  expect(compositeOf(readPngRecipe('', file ?? new Uint8Array()))).toEqual(compositeFor(car.image));
  const [conversation] = await page.save(dog.id, 'conversation');
  expect(compositeOf(readPngRecipe('', conversation ?? new Uint8Array()))).toEqual(compositeFor(car.image));
  await ask('make it night', image);
  expect(pathOf(page.turns()).map((turn) => (turn.from === 'model' ? turn.drawn : turn.images))).toContain(image);
});

test('it is taken back and done again without being computed anew', async () => {
  const { page, dog, now, keep } = await editedPage();
  await keep();
  const { image } = now();
  await keep();
  expect(now().image).toBe(dog.image);
  const [painted] = await page.save(dog.id);
  expect(compositeOf(readPngRecipe('', painted ?? new Uint8Array()))).toBeNull();
  await keep();
  expect(now().image).toBe(image);
  expect(keepRestOf).toHaveBeenCalledTimes(1);
});

test('what was made from the picture as it was painted knows it still', async () => {
  const { page, ask, car, dog, now, keep } = await editedPage();
  const night = await ask('make it night', dog.image);
  await keep();
  const { app } = page;
  expect(sourcesOf(app.storage, page.turns()).size(dog.image)).toEqual({ width: dog.width, height: dog.height });
  expect(editChain(page.turns(), night).map(({ id }) => id)).toEqual([car.id, dog.id, night.id]);
  expect(editChain(page.turns(), now())).toEqual([]);
});

test('where nothing is left to keep, it is told, and the picture stays', async () => {
  const { page, car, dog, now } = await editedPage();
  keepRestOf.mockRejectedValue(new FailureError(failure('REST_NONE', { share: 0.02 })));
  keepRest.perform(page.app, dog.id, car.image);
  await until(() => page.state().notices.length > 0);
  expect(page.state().notices).toMatchObject([
    { failure: { code: 'REST_NONE' }, about: { kind: 'result', id: dog.id } },
  ]);
  expect(now()).toEqual(dog);
});

test('a press that comes twice keeps it once, and a picture that is no longer stored is told', async () => {
  const { page, car, dog, now } = await editedPage();
  keepRest.perform(page.app, dog.id, car.image);
  keepRest.perform(page.app, dog.id, car.image);
  await until(() => keepRestOf.mock.results.length === 2 && now().rest !== undefined);
  await new Promise((resolve) => setTimeout(resolve));
  expect(isRestKept(now())).toBe(true);
  const other = await editedPage();
  vi.spyOn(other.page.app.storage, 'blob').mockResolvedValue(null);
  keepRest.perform(other.page.app, other.dog.id, other.car.image);
  await until(() => other.page.state().notices.length > 0);
  expect(other.page.state().notices).toMatchObject([{ failure: { code: 'PICTURE_GONE' } }]);
});

test('a variation of it is painted anew, and stays as it was painted', async () => {
  const { page, dog, keep } = await editedPage();
  await keep();
  page.vary(dog.id);
  await page.idle();
  const variation = page.answer().results.at(-1);
  expect(variation).toMatchObject({ state: 'done' });
  expect(variation?.rest).toBeUndefined();
});

test('it comes back from the storage; a picture is not lost for a record of it that is damaged or from before', async () => {
  const { dog, now, keep } = await editedPage();
  await keep();
  expect(restoreResult(JSON.parse(JSON.stringify(now())))).toEqual(now());
  expect(restoreResult({ ...now(), rest: { painted: 'gone' } })).toMatchObject({ image: now().image, rest: undefined });
  const { rest: _, ...before } = dog;
  expect(restoreResult(before)).toMatchObject({ image: dog.image });
});
