/** A saved picture that is dropped: its recipe seen, its settings used again, and the picture drawn again and compared. */
import { describe, expect, test, vi } from 'vitest';
import { peakSignalToNoise } from '../../model/image/likeness.ts';
import { readPngRecipe, writePng } from '../../model/recipe/png.ts';
import { chunk, pngSignature } from '../../model/recipe/png-chunks.ts';
import type { Recipe } from '../../model/recipe/recipe.ts';
import { reuseRecipe } from '../../src/actions/set.ts';
import { verify, verifyResult } from '../../src/actions/verify.ts';
import { readFileRecipe } from '../../src/picture/use-file-recipe.ts';
import { sentenceOf } from '../../src/picture/verified.tsx';
import { usedNumber } from '../../src/settings/fields.ts';
import type { ImageId } from '../../workers/protocol.ts';
import { opened, reply } from '../helpers/fake-session.ts';
import { openPage } from '../helpers/page.ts';
import { until } from '../helpers/until.ts';
import { words } from '../helpers/words.ts';

vi.mock('../../src/engine/picture-files.ts', () => ({ readPixels: vi.fn() }));
const { readPixels } = vi.mocked(await import('../../src/engine/picture-files.ts'));

const said = words.en.page.recipe.verified;

/** A page on which a picture was drawn; its file as Save gives it. The double draws one colour that follows from the seed. */
async function savedPicture(seed = '7') {
  const page = openPage();
  page.modelIsReady();
  page.set('seed', seed);
  page.say('draw a red car');
  await page.idle();
  const [result] = page.answer().results;
  const [bytes] = await page.save(result?.id ?? '');
  if (result?.image == null || bytes === undefined) throw new Error('nothing was saved');
  readPixels.mockImplementation(async () => {
    const data = new Uint8Array(64 * 64 * 3).fill(255);
    for (let at = 0; at < data.length; at += 3) data[at] = Number(seed);
    return { width: 64, height: 64, data };
  });
  const file = { image: result.image, name: 'car.png' };
  const recipe = readPngRecipe('car.png', bytes);
  const asks = page.session.asked.length;
  return {
    ...page,
    file,
    recipe,
    newlyAsked: () => page.session.asked.slice(asks),
    found: () => page.state().verifications[file.image],
    async verify(as: Recipe = recipe) {
      verify.perform(page.app, file, as);
      await page.idle();
      return page.state().verifications[file.image];
    },
  };
}

describe('drawn again', () => {
  test('the same words, seed and steps are asked for, and every pixel is the same', async () => {
    const page = await savedPicture();
    const turns = page.turns();
    expect(await page.verify()).toEqual({ state: 'compared', decibels: Number.POSITIVE_INFINITY });
    expect(page.newlyAsked()).toMatchObject([{ plan: { words: 'draw a red car' }, seed: '7' }]);
    const [first, again] = page.session.painted.map(({ job: _, ...request }) => request);
    expect(again).toEqual(first);
    // Nothing was said for it, and nothing of it stays.
    expect(page.turns()).toBe(turns);
    expect(sentenceOf({ state: 'compared', decibels: Number.POSITIVE_INFINITY }, said)).toMatch(/^Identical/);
  });

  test('another picture is told by how far it is off', async () => {
    const page = await savedPicture();
    const found = await page.verify({ ...page.recipe, seed: '17' });
    // One of three channels is off by 10.
    expect(found).toEqual({ state: 'compared', decibels: 10 * Math.log10((255 * 255 * 3) / 100) });
    expect(found && sentenceOf(found, said)).toBe(
      'Not identical: PSNR 32.9 dB. It is another picture, or was changed since.',
    );
  });

  test('a variation from the embeddings in its file, without asking the model', async () => {
    const page = await savedPicture();
    page.vary(page.answer().results[0]?.id ?? '');
    await page.idle();
    const [, variation] = page.answer().results;
    const [bytes] = await page.save(variation?.id ?? '');
    const recipe = readPngRecipe('', bytes ?? new Uint8Array());
    expect(recipe.embedding_values).toBeDefined();
    await page.verify(recipe);
    expect(page.newlyAsked().at(-1)?.imagined?.data).toEqual(Float32Array.of(1, 2, 3, 4));
  });

  test('a result of the page’s own, with its recipe wherever Save would leave it out', async () => {
    const page = await savedPicture();
    page.app.store.setState({ recipes: 'none' });
    page.vary(page.answer().results[0]?.id ?? '');
    await page.idle();
    const [drawn, variation] = page.answer().results;
    for (const result of [drawn, variation]) {
      if (result?.image == null) throw new Error('nothing was drawn');
      readPixels.mockImplementation(async () => {
        const data = new Uint8Array(64 * 64 * 3).fill(255);
        for (let at = 0; at < data.length; at += 3) data[at] = Number(BigInt(result.seed) % 256n);
        return { width: 64, height: 64, data };
      });
      verifyResult.perform(page.app, result.id);
      expect(verifyResult.when(page.state(), result.id)).toBe(false);
      await page.idle();
      expect(page.state().verifications[result.image]).toEqual({
        state: 'compared',
        decibels: Number.POSITIVE_INFINITY,
      });
    }
    expect(page.newlyAsked().at(-1)?.imagined?.data).toEqual(Float32Array.of(1, 2, 3, 4));
  });

  test('stopped it says that nothing was compared', async () => {
    const page = await savedPicture();
    page.session.painting = () => new Promise(() => undefined);
    verify.perform(page.app, page.file, page.recipe);
    expect([page.found(), verify.when(page.state(), page.file, page.recipe)]).toEqual([{ state: 'working' }, false]);
    await until(() => page.session.painted.length === 2);
    page.stop();
    await page.idle();
    expect(page.found()).toEqual({ state: 'stopped' });
  });
});

describe('what cannot be drawn again is said', () => {
  test('another model drew it', async () => {
    const page = await savedPicture();
    const bundle = { id: 'other', sha256: 'e'.repeat(64) };
    expect(await page.verify({ ...page.recipe, bundle })).toMatchObject({
      state: 'failed',
      failure: { code: 'MODEL_OTHER', data: { wanted: 'other' } },
    });
    expect(page.newlyAsked()).toEqual([]);
  });

  test('a picture that it was made from is not here', async () => {
    const page = await savedPicture();
    const sha256 = 'b'.repeat(64);
    const messages = [{ from: 'person' as const, text: 'make it night', images: [sha256] }];
    const edit = { ...page.recipe, messages, images: [{ sha256, width: 96, height: 64 }] };
    expect(await page.verify(edit)).toMatchObject({
      failure: { code: 'RECIPE_PICTURE_MISSING', data: { came: 'brought', words: 'make it night' } },
    });
    await page.app.storage.putBlob(sha256 as ImageId, new Blob(['x']));
    expect(await page.verify(edit)).toMatchObject({ state: 'compared' });
  });

  test('the model answers in words; other steps; a part that is not drawn here', async () => {
    const page = await savedPicture();
    page.session.answer = () => reply('A car.', 'words');
    expect(await page.verify()).toMatchObject({ failure: { code: 'RECIPE_DIFFERS', data: { file: 'car.png' } } });
    const schedule = { ...page.recipe.schedule, shift: 1 };
    expect(await page.verify({ ...page.recipe, schedule })).toMatchObject({ failure: { code: 'RECIPE_INVALID' } });
    const enlarge = { width: 64, height: 64 };
    expect(await page.verify({ ...page.recipe, enlarge })).toMatchObject({ failure: { code: 'RECIPE_INVALID' } });
  });
});

test('its settings are used again only when that is wanted', async () => {
  const page = await savedPicture();
  page.set('steps', '2');
  const before = page.state().good;
  await page.verify({ ...page.recipe, steps: 9 });
  expect(page.state().good).toBe(before);
  reuseRecipe.perform(page.app, { ...page.recipe, steps: 9 });
  expect(usedNumber('steps', page.state().good, opened.bundle.defaults.steps)).toBe('9');
  expect(page.state().good).toMatchObject({ seed: '7', lockSeed: true });
});

describe('what a file says', () => {
  const image = 'a'.repeat(64) as ImageId;
  const pixels = { width: 1, height: 1, data: Uint8Array.of(1, 2, 3, 255) };
  const read = (bytes: Uint8Array, name = 'file.png') =>
    readFileRecipe({ blob: async () => new Blob([new Uint8Array(bytes)]) }, image, name);
  /** A PNG with this text where its recipe should be. */
  function withText(text: string): Uint8Array {
    const png = writePng(pixels, null);
    const header = 8 + 25;
    const body = new TextEncoder().encode(`nexus-gen-recipe\0\0\0\0\0${text}`);
    return Buffer.concat([png.subarray(0, header), chunk('iTXt', body), png.subarray(header)]);
  }

  test('is read without looking at its pixels', async () => {
    const { recipe } = await savedPicture();
    expect(await read(writePng(pixels, recipe))).toEqual({ state: 'found', recipe });
  });

  test('is nothing in a PNG without one, in another format, and where the picture is gone', async () => {
    expect(await read(writePng(pixels, null))).toEqual({ state: 'none' });
    expect(await read(Uint8Array.of(0xff, 0xd8, 0xff), 'photo.jpg')).toEqual({ state: 'none' });
    expect(await readFileRecipe({ blob: async () => null }, image, 'gone.png')).toEqual({ state: 'none' });
  });

  test.each([
    ['no JSON', '{"format"'],
    ['HTML', '<script>alert(1)</script>'],
    ['deep JSON', `${'['.repeat(100_000)}${']'.repeat(100_000)}`],
    ['another program’s', '{"format":"other","version":1}'],
    ['a version to come', '{"format":"nexus-gen-recipe","version":99}'],
  ])('is told to be unusable where it is %s', async (_, text) => {
    const found = await read(withText(text));
    expect(found).toMatchObject({ state: 'unusable', failure: { code: 'RECIPE_INVALID' } });
  });

  test('is told to be damaged where its bytes are', async () => {
    const bytes = Uint8Array.from(withText('{}'));
    const at = Buffer.from(bytes).indexOf('nexus-gen-recipe');
    bytes[at + 30] = (bytes[at + 30] ?? 0) ^ 1;
    expect(await read(bytes)).toMatchObject({ state: 'unusable' });
    expect(await read(Uint8Array.from(pngSignature))).toMatchObject({
      state: 'unusable',
      failure: { code: 'PNG_DAMAGED' },
    });
  });
});

test('how alike two pictures are', () => {
  const one = { width: 1, height: 1, data: Uint8Array.of(10, 20, 30) };
  const same = { width: 1, height: 1, data: Uint8ClampedArray.of(10, 20, 30, 255) };
  expect(peakSignalToNoise(one, same)).toBe(Number.POSITIVE_INFINITY);
  expect(peakSignalToNoise(one, { ...same, data: Uint8ClampedArray.of(10, 20, 31, 255) })).toBeCloseTo(52.9, 1);
  expect(peakSignalToNoise(one, { ...same, width: 2 })).toBeNull();
});
