import { describe, expect, test } from 'vitest';
import { readEmbeddings } from '../../model/recipe/embedding-values.ts';
import { readPngRecipe } from '../../model/recipe/png.ts';
import type { RecipeChoice } from '../../session/recipe-choice.ts';
import { savedFile } from '../../src/actions/saved-file.ts';
import { changeResult } from '../../src/state/chats.ts';
import { opened, reply } from '../helpers/fake-session.ts';
import { openPage } from '../helpers/page.ts';

describe('what a saved picture says of the conversation', () => {
  async function drawnBehindASecret(model = opened, recipes: RecipeChoice = 'picture') {
    const page = openPage();
    page.app.store.setState({ recipes });
    page.session.openNow(model);
    page.session.answer = () => reply('I will not tell.', 'words');
    page.say('my password is tulip');
    await page.idle();
    page.session.answer = ({ plan: { form } }) => ({ ...reply('Here is an image:<image>', 'picture'), form });
    page.say('draw a red car');
    await page.idle();
    const saved = async (choice?: RecipeChoice) => {
      const [result] = page.answer().results;
      const blob = await page.app.storage.blob(result?.image ?? '');
      if (result === undefined || blob === null) throw new Error('nothing was drawn');
      const { file } = await savedFile(page.app, result, blob, choice ?? page.state().recipes);
      return { bytes: new Uint8Array(await file.arrayBuffer()), stored: new Uint8Array(await blob.arrayBuffer()) };
    };
    return { page, saved };
  }
  const messagesIn = (bytes: Uint8Array) => readPngRecipe('a.png', bytes).messages.map(({ text }) => text);
  const isMarked = (bytes: Uint8Array) => Buffer.from(bytes).includes('trainedAlgorithmicMedia');

  test('is its own words alone, and the embeddings that the words left out had a part in', async () => {
    const { saved } = await drawnBehindASecret();
    const { bytes, stored } = await saved();
    expect(messagesIn(bytes)).toEqual(['draw a red car']);
    expect(Buffer.from(stored).includes('tulip')).toBe(false);
    expect(bytes).toEqual(stored);
    expect(readEmbeddings(readPngRecipe('a.png', bytes))?.data).toEqual(Float32Array.of(1, 2, 3, 4));
  });

  test('is the stored file itself also while another model is open, so that an edit of it can be repeated', async () => {
    const alone = { ...opened.bundle, forms: 'trained', context: 'turn' } as const;
    const { page, saved } = await drawnBehindASecret({ ...opened, bundle: alone });
    expect(readEmbeddings(readPngRecipe('a.png', (await saved()).stored))).toBeNull();
    const identity = { language: 'c'.repeat(64), generation: 'c'.repeat(64), editing: null };
    page.app.store.setState({ model: { phase: 'ready', opened: { ...opened, bundle: { ...alone, identity } } } });
    const { bytes, stored } = await saved('picture');
    expect(bytes).toEqual(stored);
  });

  test('is every word, or none but the mark, where a person chose so beside Save', async () => {
    const { saved } = await drawnBehindASecret();
    const whole = (await saved('conversation')).bytes;
    expect(messagesIn(whole)).toEqual(['my password is tulip', 'I will not tell.', 'draw a red car']);
    expect(readEmbeddings(readPngRecipe('a.png', whole))).toBeNull();
    const { bytes } = await saved('none');
    expect(Buffer.from(bytes).includes('nexus-gen')).toBe(false);
    expect([whole, bytes].map(isMarked)).toEqual([true, true]);
  });

  test('follows the setting, also for what is stored from then on', async () => {
    const { page, saved } = await drawnBehindASecret();
    page.app.store.setState({ recipes: 'none' });
    expect(Buffer.from((await saved()).bytes).includes('red car')).toBe(false);
    page.say('draw a tree');
    await page.idle();
    const { stored } = await saved();
    expect([Buffer.from(stored).includes('tree'), isMarked(stored)]).toEqual([false, true]);
    expect(messagesIn((await saved('picture')).bytes)).toEqual(['draw a tree']);
  });

  test('is also there where the embeddings that it was drawn from are gone, its file as it was stored', async () => {
    const { page, saved } = await drawnBehindASecret();
    page.loseEmbeddings();
    const { bytes, stored } = await saved('picture');
    expect(bytes).toEqual(stored);
    page.vary(page.answer().results[0]?.id ?? '');
    await page.idle();
    expect(page.answer().failure).toEqual({ code: 'EMBEDDINGS_GONE', data: { wanted: 'variation' } });
  });

  test('of a variation holds the embeddings that its stored file has, where they are gone otherwise', async () => {
    const { page } = await drawnBehindASecret();
    page.vary(page.answer().results[0]?.id ?? '');
    await page.idle();
    page.loseEmbeddings();
    const [picture] = await page.save(page.answer().results[1]?.id ?? '', 'conversation');
    expect(messagesIn(picture ?? new Uint8Array())).toHaveLength(3);
    expect(readEmbeddings(readPngRecipe('a.png', picture ?? new Uint8Array()))?.data).toEqual(
      Float32Array.of(1, 2, 3, 4),
    );
    expect(page.state().notices).toEqual([]);
  });

  test.each(['none', 'conversation'] as const)(
    'is the picture with its mark alone, and that is said, where what it needs is gone and it was stored with %s',
    async (choice) => {
      const { page } = await drawnBehindASecret(opened, choice);
      page.loseEmbeddings();
      const result = page.answer().results[0]?.id ?? '';
      const [bytes = new Uint8Array()] = await page.save(result, 'picture');
      expect([Buffer.from(bytes).includes('tulip'), isMarked(bytes)]).toEqual([false, true]);
      expect(page.state().notices).toMatchObject([
        { failure: { code: 'EMBEDDINGS_GONE', data: { wanted: 'recipe' } }, about: { kind: 'result', id: result } },
      ]);
    },
  );

  test('of a variation says the device, the software and the seed of today, and the seed of its words', async () => {
    const { page } = await drawnBehindASecret();
    const [first] = page.answer().results;
    if (first?.from == null) throw new Error('nothing was drawn');
    const older = { ...first.from.recipe, device: { ...first.from.recipe.device, adapter: 'an older one' } };
    changeResult(page.app.store, page.answer().id, first.id, { from: { ...first.from, recipe: older } });
    page.vary(first.id);
    await page.idle();
    const variation = page.answer().results[1];
    if (variation === undefined) throw new Error('nothing was varied');
    const blob = await page.app.storage.blob(variation.image ?? '');
    const recipe = readPngRecipe('a.png', new Uint8Array((await blob?.arrayBuffer()) ?? []));
    expect(recipe).toMatchObject({
      seed: variation.seed,
      sampling: { seed: first.seed },
      device: { adapter: 'fake' },
      messages: [{ text: 'draw a red car' }],
    });
    expect(readEmbeddings(recipe)?.data).toEqual(Float32Array.of(1, 2, 3, 4));
    expect(variation.from?.recipe.device.adapter).toBe('fake');
  });
});
