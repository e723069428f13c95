/** Several variations in one press, as drafts too, and drafts that are finished; with how fast they were drawn. */
import { readSaved } from '../helpers/saved-picture.ts';
import { expect, test } from './test.ts';

test('several pictures in one press; drafts are finished to the very picture of all steps', async ({ user }) => {
  const { page } = user;
  await user.open('/?device=wasm');
  await user.openSettings();
  await user.number('Steps').fill('6');
  await user.ask('draw a red car');
  const results = page.getByRole('group', { name: /^Picture \d+ of \d+$/ });
  await expect(results).toHaveCount(1);

  await user.chooseInMenu('How many', '3 pictures');
  await user.press('Variations');
  await expect(results).toHaveCount(4);
  await user.idle();
  await expect(page.locator('canvas[data-state="done"]')).toHaveCount(4);
  // In rows and columns, none over another.
  const boxes = await Promise.all((await results.all()).map((result) => result.boundingBox()));
  expect(new Set(boxes.map((box) => Math.round(box?.x ?? 0))).size).toBeGreaterThan(1);
  expect(new Set(boxes.map((box) => `${box?.x} ${box?.y}`)).size).toBe(4);
  // On a phone each takes the room that there is.
  const size = page.viewportSize() ?? { width: 1280, height: 720 };
  for (const width of [320, 390]) {
    await page.setViewportSize({ width, height: 844 });
    const log = (await user.log.boundingBox())?.width ?? 0;
    for (const result of await results.all()) expect((await result.boundingBox())?.width).toBeCloseTo(log, 0);
  }
  await page.setViewportSize(size);

  await user.chooseInMenu('How many', '1 draft');
  await user.press('Variations');
  await expect(results).toHaveCount(5);
  await user.idle();
  await expect(results.last().getByText('Draft', { exact: true })).toBeVisible();
  const draft = await readSaved((await user.save()).bytes);
  expect(draft.recipe.steps).toBe(2);
  await user.press('Finish');
  await expect(results).toHaveCount(6);
  await expect(user.lastAnswer).toBeFocused();
  await user.idle();
  await expect(results.last().getByText('Draft', { exact: true })).toHaveCount(0);
  // Neither of the two is to be finished any more.
  await expect(results.nth(4).getByText('Draft', { exact: true })).toBeVisible();
  await expect(user.button('Finish')).toHaveCount(0);
  const { recipe } = await readSaved((await user.save()).bytes);
  expect(recipe).toMatchObject({ seed: draft.recipe.seed, steps: 6, embeddings: draft.recipe.embeddings });

  await user.chooseInMenu('How many', '2 drafts');
  await user.press('Variations');
  await expect(results).toHaveCount(8);
  await user.idle();
  await user.press('Finish all drafts');
  await expect(results).toHaveCount(10);
  await expect(user.lastAnswer).toBeFocused();
  await user.idle();
  await expect(page.locator('canvas[data-state="done"]')).toHaveCount(10);
  await expect(user.button('Finish all drafts')).toHaveCount(0);

  // How fast it was drawn stays with it.
  const place = await page.evaluate(() => history.state);
  await user.press('Recipe');
  const dialog = page.getByRole('dialog', { name: 'Recipe', exact: true });
  await expect(dialog).toContainText(/Speed\s*[\d.]+ s a step/);
  await page.keyboard.press('Escape');
  // Closing is a step back in the history; a reload in the midst of it would be cut off.
  await expect.poll(() => page.evaluate(() => history.state)).toBe(place);
  await user.reload();
  await expect(results).toHaveCount(10);
  await user.press('Recipe');
  await expect(dialog).toContainText(/[\d.]+ s a step/);
});

test('how many is chosen by the keyboard alone, and the button says what is', async ({ user }) => {
  const { page } = user;
  await user.open('/?device=wasm');
  await user.ask('draw a red car');
  const howMany = user.button('How many');
  await expect(howMany).toHaveAccessibleDescription('1 picture');
  await howMany.focus();
  await page.keyboard.press('Enter');
  const menu = page.getByRole('menu', { name: 'How many', exact: true });
  const entry = (name: string) => menu.getByRole('menuitemradio', { name, exact: true });
  await expect(entry('1 picture')).toBeFocused();
  await expect(entry('1 picture')).toBeChecked();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect(menu).toBeHidden();
  await expect(howMany).toBeFocused();
  await expect(howMany).toHaveAccessibleDescription('3 pictures');
  // It is read below the button too, and drafts are told from pictures.
  await expect(page.getByText('3 pictures', { exact: true })).toBeVisible();
  await user.chooseInMenu('How many', '3 drafts');
  await expect(page.getByText('3 drafts', { exact: true })).toBeVisible();
  await expect(page.getByText('3 pictures', { exact: true })).toHaveCount(0);
  await user.chooseInMenu('How many', '3 pictures');
  // On a phone it stays within its button's place.
  await page.setViewportSize({ width: 320, height: 640 });
  const [chosen, result] = await Promise.all(
    [page.getByText('3 pictures', { exact: true }), user.log.getByRole('group')].map((each) => each.boundingBox()),
  );
  expect((chosen?.x ?? 0) + (chosen?.width ?? 0)).toBeLessThanOrEqual((result?.x ?? 0) + (result?.width ?? 0));
  await howMany.focus();

  await page.keyboard.press('ArrowUp');
  await expect(entry('8 drafts')).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(howMany).toBeFocused();
  await expect(howMany).toHaveAccessibleDescription('3 pictures');
});

test('a first picture that is a draft is finished to the picture of all steps', async ({ user }) => {
  const { page } = user;
  await user.open('/?device=wasm');
  await user.openSettings();
  await user.number('Steps').fill('8');
  const draftFirst = user.settings.getByRole('checkbox', { name: 'Draft first', exact: true });
  await draftFirst.check();
  await user.ask('draw a red car');
  const results = page.getByRole('group', { name: /^Picture \d+ of \d+$/ });
  await expect(results.getByText('Draft', { exact: true })).toBeVisible();
  const draft = await readSaved((await user.save()).bytes);
  expect(draft.recipe.steps).toBe(2);
  await user.press('Finish');
  await expect(results).toHaveCount(2);
  await user.idle();
  const finished = await user.save();
  const { recipe } = await readSaved(finished.bytes);
  expect(recipe).toMatchObject({ seed: draft.recipe.seed, steps: 8, embeddings: draft.recipe.embeddings });

  // The same, drawn whole from the start, is the same file.
  await draftFirst.uncheck();
  await user.field('Seed').fill(recipe.seed);
  await user.ask('draw a red car');
  await expect(results.last().getByText('Draft', { exact: true })).toHaveCount(0);
  expect(Buffer.from((await user.save()).bytes).equals(Buffer.from(finished.bytes))).toBe(true);

  await draftFirst.check();
  await user.reload();
  await user.openSettings();
  await expect(draftFirst).toBeChecked();
});
