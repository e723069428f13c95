/** From words to a picture, and all that can be done with it. */
import { replies } from '../helpers/drawing-checkpoint.ts';
import { readSaved } from '../helpers/saved-picture.ts';
import { watchPainting } from '../helpers/watch-painting.ts';
import { expect, test } from './test.ts';

const prompt = 'draw a red car next to a tree on the beach';

test.use({ permissions: ['clipboard-read', 'clipboard-write'], contextOptions: { reducedMotion: 'no-preference' } });

test('types, watches a picture being painted, keeps it over a reload', async ({ user, page }) => {
  await user.open();
  await expect(user.sendButton).toBeDisabled();
  await user.openSettings();
  await user.number('Steps').fill('6');

  // The model need not be ready: what is sent waits for it.
  await user.say(prompt);
  await expect(user.message).toHaveValue('');
  await expect(user.questions).toHaveText([prompt]);
  await expect(user.stopButton).toBeVisible();
  await expect(user.status).not.toBeEmpty();
  const watched = await watchPainting(page);
  expect(watched.states).toEqual(['working', 'done']);
  expect(watched.progress).toEqual([...watched.progress].sort((one, other) => one - other));
  expect(new Set(watched.progress).size).toBeGreaterThan(3);
  expect(watched.previews).toBeGreaterThan(2);
  expect(watched.statuses.join()).toContain('Drawing step 2 of 6');
  await user.idle();
  await expect(user.status).toHaveText('Done');
  await expect(user.lastAnswer).toContainText(replies.drawn);
  await expect(user.pictures(prompt)).toHaveCount(1);
  await expect(user.progress).toHaveCount(0);
  for (const name of ['Edit this', 'Save', 'Copy', 'Variations', 'Recipe']) {
    await expect(user.lastAnswer.getByRole('button', { name, exact: true })).toBeEnabled();
  }
  await expect(user.button('Compare')).toBeDisabled();

  const first = await user.pixels();
  const saved = await user.save();
  const { recipe, marked, width, height, pixels } = await readSaved(saved.bytes);
  expect({ marked, width, height }).toEqual({ marked: true, width: 64, height: 64 });
  expect(saved.name).toBe(`nexus-gen-${recipe.seed}.png`);
  expect(recipe).toMatchObject({ steps: 6, form: 'draw', decoder: 'generation', device: { kind: 'webgpu' } });
  expect(recipe.messages).toEqual([{ from: 'person', text: prompt, images: [] }]);
  expect(pixels).toEqual(await shownPixels());

  await user.press('Copy');
  await expect(user.status).toHaveText('Copied');
  expect(await copiedTypes()).toEqual(['image/png']);

  await user.press('Recipe');
  const dialog = page.getByRole('dialog', { name: 'Recipe' });
  await expect(dialog).toContainText(recipe.seed);
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();

  // Without a language worker there can be no words: variations do not need any.
  await workerOf('language')?.evaluate(() => void setTimeout(() => self.close()));
  await expect.poll(() => workerOf('language')).toBeUndefined();
  await user.press('Variations');
  await expect(user.pictures(prompt)).toHaveCount(2);
  await user.idle();
  expect(workerOf('language')).toBeUndefined();
  const second = await user.pixels();
  expect(second).not.toBe(first);
  const varied = (await readSaved((await user.save()).bytes)).recipe;
  expect(varied.embeddings).toBe(recipe.embeddings);
  expect(varied.seed).not.toBe(recipe.seed);

  // Another chat, then back, then all of it anew.
  await user.number('Steps').fill('1');
  await user.button('New chat').click();
  await expect(user.questions).toHaveCount(0);
  await user.ask('draw a house');
  await expect(user.pictures('draw a house')).toHaveAttribute('data-state', 'done');
  const house = await user.pixels();
  const chats = page.getByRole('navigation', { name: 'Chats' });
  await chats.getByRole('button', { name: prompt }).click();
  await expectThePictures();
  await user.reload();
  await expect(user.questions).toHaveText([prompt]);
  await expectThePictures();
  await chats.getByRole('button', { name: 'draw a house' }).click();
  await expect.poll(() => user.pixels()).toBe(house);
  await expect(user.pictures(prompt)).toHaveCount(0);

  async function expectThePictures(): Promise<void> {
    await expect(user.pictures(prompt)).toHaveCount(2);
    await expect.poll(() => user.pixels(user.pictures(prompt).nth(0))).toBe(first);
    await expect.poll(() => user.pixels(user.pictures(prompt).nth(1))).toBe(second);
  }

  function copiedTypes(): Promise<readonly string[]> {
    return page.evaluate(async () => (await navigator.clipboard.read()).flatMap(({ types }) => types));
  }

  function workerOf(kind: string) {
    return page.workers().find((worker) => worker.url().includes(`/${kind}.worker`));
  }

  async function shownPixels(): Promise<Uint8Array> {
    return Uint8Array.from(
      await user.picture.evaluate((canvas: HTMLCanvasElement) => {
        const { width, height } = canvas;
        return [...(canvas.getContext('2d')?.getImageData(0, 0, width, height).data ?? [])];
      }),
    );
  }
});
