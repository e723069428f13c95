/** Stored chats of which a piece is missing: the rest is there, and the conversation goes on. */
import { blue, photo, red } from '../helpers/photos.ts';
import { expect, test } from './test.ts';

const address = '/?device=wasm';

test.use({ expectedErrors: /restore-|Failed to load resource/ });

test('pictures and embeddings that are all missing are said in their places, and the chat goes on', async ({
  user,
  page,
}) => {
  await user.open(address);
  await user.ask('draw a red car');
  await user.ask('draw a house');
  await page.evaluate(async () => {
    await (await navigator.storage.getDirectory()).removeEntry('pictures', { recursive: true });
  });
  await user.reload();
  await expect(user.questions).toHaveText(['draw a red car', 'draw a house']);
  await expect(page.getByText('Picture no longer stored')).toHaveCount(2);
  await expect(user.alerts).toHaveCount(0);
  await user.press('Variations');
  await expect(user.alerts.first()).toContainText('no longer stored');
  await user.ask('draw a tree');
  await expect(user.pictures('draw a tree')).toHaveAttribute('data-state', 'done');
  await user.reload();
  await expect(user.questions).toHaveText(['draw a red car', 'draw a house', 'draw a tree']);
  await expect(user.pictures('draw a tree')).toHaveAttribute('data-state', 'done');
});

test('the recipe of an edit shows the picture that it edits, and says when that is missing', async ({ user, page }) => {
  await user.open(address);
  await user.drop(await photo('cat.png', red, blue));
  await user.ask('make it night');
  await user.press('Recipe');
  const dialog = page.getByRole('dialog', { name: 'Recipe' });
  await expect(dialog.getByRole('img', { name: 'Picture: cat.png', exact: true })).toBeVisible();
  await page.keyboard.press('Escape');
  await page.evaluate(async () => {
    await (await navigator.storage.getDirectory()).removeEntry('pictures', { recursive: true });
  });
  await user.reload();
  await user.press('Recipe');
  await expect(dialog).toContainText('cat.png');
  await expect(dialog).toContainText('No longer stored on this device');
  await expect(dialog.getByRole('img')).toHaveCount(0);
});

test('a page whose part that reads stored chats does not come says so, and loses none of them', async ({
  user,
  page,
}) => {
  await user.open(address);
  await user.ask('what is this?');
  await page.route('**/restore-*.js', (route) => route.abort());
  await user.reload();
  await expect(user.alerts.first()).toContainText('could not be loaded');
  await user.type('hello');
  await expect(user.message).toHaveValue('hello');
  await page.unroute('**/restore-*.js');
  await user.reload();
  await expect(user.questions).toHaveText(['what is this?']);
  await expect(user.alerts).toHaveCount(0);
  await user.ask('and this?');
  await user.reload();
  await expect(user.questions).toHaveText(['what is this?', 'and this?']);
});
