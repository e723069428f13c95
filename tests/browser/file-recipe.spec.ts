/** A saved picture that is dropped: its recipe is seen, verified, and its settings are used again where that is wanted. */
import { chunk } from '../../model/recipe/png-chunks.ts';
import { recipeText } from '../../model/recipe/recipe.ts';
import { blue, photo, red } from '../helpers/photos.ts';
import { readSaved } from '../helpers/saved-picture.ts';
import { expect, test } from './test.ts';

test('a saved picture tells how it was made, is drawn again to the same pixels, and gives its settings back', async ({
  user,
}) => {
  const { page } = user;
  await user.open('/?device=wasm');
  await user.openSettings();
  await user.number('Steps').fill('3');
  await user.field('Seed').fill('42');
  await user.ask('draw a red car');
  const dialog = page.getByRole('dialog', { name: 'Recipe', exact: true });
  const verified = dialog.locator('.verified');

  // A picture of the page's own.
  await user.press('Recipe');
  await dialog.getByRole('button', { name: 'Verify', exact: true }).click();
  await expect(verified).toHaveText('Identical: drawn again, every pixel is the same.');
  await page.keyboard.press('Escape');

  const car = { ...(await user.save()), name: 'car.png' };
  await user.press('Variations');
  await user.idle();
  const variation = { ...(await user.save()), name: 'another.png' };
  await user.number('Steps').fill('5');

  // A photo says nothing; each of the others tells its own.
  await user.drop(await photo('photo.png', red, blue), car, variation);
  await user.button('How car.png was made').click();
  await expect(dialog).toContainText('draw a red car');
  await expect(dialog).toContainText(/Seed\s*42/);
  await expect(dialog).toContainText(/Steps\s*3/);
  await dialog.getByRole('button', { name: 'Verify', exact: true }).click();
  await expect(verified).toHaveText('Identical: drawn again, every pixel is the same.');
  await page.keyboard.press('Escape');
  await expect(user.button('How car.png was made')).toBeFocused();
  await expect(user.button('How photo.png was made')).toHaveCount(0);
  // Seen and verified, it changed no setting.
  await expect(user.number('Steps')).toHaveValue('5');

  await user.button('How another.png was made').click();
  await dialog.getByRole('button', { name: 'Verify', exact: true }).click();
  await expect(verified).toHaveText('Identical: drawn again, every pixel is the same.');
  await dialog.getByRole('button', { name: 'Close', exact: true }).click();

  await user.button('How car.png was made').click();
  await dialog.getByRole('button', { name: 'Use these settings', exact: true }).click();
  await expect(dialog).toHaveCount(0);
  await expect(user.number('Steps')).toHaveValue('3');
  await expect(user.field('Seed')).toHaveValue('42');
});

test('a recipe that is a file of its own is shown, and gives its settings; other JSON is refused plainly', async ({
  user,
}) => {
  const { page } = user;
  await user.open('/?device=wasm');
  await user.openSettings();
  await user.number('Steps').fill('3');
  await user.ask('draw a red car');
  const { recipe } = await readSaved((await user.save()).bytes);
  await user.number('Steps').fill('5');
  const bytes = new TextEncoder().encode(recipeText(recipe));
  await user.drop({ name: 'car.json', bytes });
  const dialog = page.getByRole('dialog', { name: 'Recipe', exact: true });
  await expect(dialog).toContainText('draw a red car');
  await expect(dialog).toContainText(/Steps\s*3/);
  // There is no picture that it could be compared with.
  await expect(dialog.getByRole('button', { name: 'Verify', exact: true })).toHaveCount(0);
  await dialog.getByRole('button', { name: 'Use these settings', exact: true }).click();
  await expect(user.number('Steps')).toHaveValue('3');

  await user.drop({
    name: 'package.json',
    bytes: new TextEncoder().encode('{"name": "<img src=x onerror=alert(1)>"}'),
  });
  await expect(dialog.getByRole('alert')).toContainText('The recipe is not usable');
  await page.keyboard.press('Escape');
  await expect(dialog).toHaveCount(0);
  await expect(page.getByRole('list', { name: 'Attached pictures' })).toHaveCount(0);
});

test('a recipe that cannot be used is told of plainly, and its picture is as any other', async ({ user }) => {
  const { page } = user;
  await user.open('/?device=wasm');
  const { name, bytes } = await photo('hostile.png', red, blue);
  const text = new TextEncoder().encode('nexus-gen-recipe\0\0\0\0\0<img src=x onerror=alert(1)>');
  const header = 8 + 25;
  const hostile = Buffer.concat([bytes.subarray(0, header), chunk('iTXt', text), bytes.subarray(header)]);
  await user.drop({ name, bytes: hostile });
  await user.button('How hostile.png was made').click();
  await expect(page.getByRole('dialog', { name: 'Recipe', exact: true }).getByRole('alert')).toContainText(
    'The recipe is not usable',
  );
  await page.keyboard.press('Escape');
  await user.ask('what is in the picture?');
  await expect(user.answers).toHaveCount(1);
});
