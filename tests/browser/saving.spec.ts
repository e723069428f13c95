/** What a saved picture holds of the conversation, and where a person says so. */
import { readFile } from 'node:fs/promises';
import { readSaved } from '../helpers/saved-picture.ts';
import type { User } from '../helpers/user.ts';
import { expect, test } from './test.ts';

const onProcessor = '/?device=wasm';

/** The texts in a saved file's recipe; null where it holds none. */
async function wordsIn(bytes: Uint8Array): Promise<readonly string[] | null> {
  if (!Buffer.from(bytes).includes('nexus-gen-recipe')) return null;
  return (await readSaved(bytes)).recipe.messages.map(({ text }) => text);
}

/** Chooses an entry of the menu beside Save with the keyboard alone. */
async function saveWith(user: User, entry: string): Promise<Uint8Array> {
  const { page } = user;
  const button = user.button('Save with…').last();
  await button.focus();
  await page.keyboard.press('ArrowDown');
  const menu = page.getByRole('menu', { name: 'Recipe in saved pictures' });
  await expect(menu.getByRole('menuitem')).toHaveText(['This picture', 'Whole conversation', 'None']);
  await expect(menu.getByRole('menuitem').first()).toBeFocused();
  await expect(button).toHaveAttribute('aria-expanded', 'true');
  const wanted = menu.getByRole('menuitem', { name: entry, exact: true });
  for (let at = 0; at < 3 && !(await wanted.evaluate((item) => item === document.activeElement)); at += 1) {
    await page.keyboard.press('ArrowDown');
  }
  const download = page.waitForEvent('download');
  await page.keyboard.press('Enter');
  const bytes = await readFile(await (await download).path());
  await expect(menu).toBeHidden();
  await expect(button).toBeFocused();
  return bytes;
}

test('a saved picture holds its own words; all of them, or none, where a person chooses so', async ({ user, page }) => {
  await user.open(onProcessor);
  await user.ask('what is my secret? tulip');
  await user.ask('draw a red car');
  expect(await wordsIn((await user.save()).bytes)).toEqual(['draw a red car']);

  expect(await wordsIn(await saveWith(user, 'Whole conversation'))).toHaveLength(3);
  const without = await saveWith(user, 'None');
  expect(await wordsIn(without)).toBeNull();
  expect(Buffer.from(without).includes('trainedAlgorithmicMedia')).toBe(true);
  expect(await wordsIn(await saveWith(user, 'This picture'))).toEqual(['draw a red car']);

  await user.button('Save with…').last().click();
  await expect(page.getByRole('menu')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('menu')).toBeHidden();

  await user.openSettings();
  await user.choose('Recipe in saved pictures', 'None');
  expect(await wordsIn((await user.save()).bytes)).toBeNull();
  await user.reload();
  expect(await wordsIn((await user.save()).bytes)).toBeNull();
});
