/** An area of a picture is selected, by pointer and by keys, and nothing but it changes. */
import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Locator } from '@playwright/test';
import sharp from 'sharp';
import { maskedCells, maskOf } from '../../model/image/mask.ts';
import type { RgbImage } from '../../model/image/pixels.ts';
import { readPngRecipe } from '../../model/recipe/png.ts';
import { canvasOf, dialogOf, drag, inDialog, maskWidth, openArea, told } from '../helpers/area.ts';
import { blue, photo, red } from '../helpers/photos.ts';
import type { User } from '../helpers/user.ts';
import { expect, test } from './test.ts';

const project = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));

async function rgb(bytes: Uint8Array): Promise<RgbImage> {
  const { data, info } = await sharp(bytes).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, data: new Uint8Array(data) };
}

/** Of the pixels of an edit: how many outside the mask are others than before, and the share of those inside. */
function changes(before: RgbImage, after: RgbImage, mask: RgbImage) {
  const marked = maskedCells(maskOf(mask), after);
  let [outside, inside, changedInside] = [0, 0, 0];
  for (const [at, isMarked] of marked.entries()) {
    const changed = [0, 1, 2].some((channel) => before.data[3 * at + channel] !== after.data[3 * at + channel]);
    if (isMarked === 1) {
      inside += 1;
      changedInside += +changed;
    } else outside += +changed;
  }
  return { outside, inside: changedInside / inside, share: inside / marked.length };
}

async function drawCar(user: User): Promise<RgbImage> {
  await user.open('/?device=wasm');
  await user.ask('draw a red car');
  return rgb((await user.save()).bytes);
}

/** The mask, as Recipe saves it. */
async function saveMask(user: User): Promise<Uint8Array> {
  const { page } = user;
  await user.press('Recipe');
  const recipe = page.getByRole('dialog', { name: 'Recipe' });
  await expect(recipe).toContainText('The selected area alone');
  const download = page.waitForEvent('download');
  await recipe.getByRole('link', { name: 'Save the selected area' }).click();
  const bytes = await readFile(await (await download).path());
  await page.keyboard.press('Escape');
  await expect(recipe).toBeHidden();
  return bytes;
}

test('what is outside stays to the bit and what is inside changes: in the file, after a reload, and repeated', async ({
  user,
  page,
}, info) => {
  const before = await drawCar(user);
  const original = (await user.save()).bytes;
  await user.press('Edit this');
  await openArea(user);
  await inDialog(page, 'Rectangle').click();
  await drag(page, canvasOf(page), [0.5, 0.25], [1, 0.75]);
  await expect(told(page)).toHaveText('25 % of the picture is selected.');
  await inDialog(page, 'Done').click();
  await expect(dialogOf(page)).toBeHidden();
  await expect(user.button('Select area')).toBeFocused();
  await expect(page.getByRole('list', { name: 'Attached pictures' }).getByRole('img')).toHaveAccessibleName(
    'An area is selected',
  );
  // It is not lost with the page.
  await user.reload();
  await expect(page.getByRole('list', { name: 'Attached pictures' }).getByRole('img')).toHaveAccessibleName(
    'An area is selected',
  );
  await user.ask('make the car blue');
  await expect(user.picture).toHaveAttribute('data-state', 'done');
  await expect(user.questions.last().getByRole('img')).toHaveAccessibleName(
    'The picture to change; an area is selected',
  );

  const { bytes } = await user.save();
  const mask = await saveMask(user);
  const found = changes(before, await rgb(bytes), await rgb(mask));
  expect(found.outside).toBe(0);
  // Of the tests' model, whose colours are mostly at their limits.
  expect(found.inside).toBeGreaterThan(0.5);
  expect(found.share).toBeCloseTo(0.25, 1);

  await user.reload();
  await expect(user.picture).toHaveAttribute('data-state', 'done');
  expect((await user.save()).bytes).toEqual(bytes);
  expect(await saveMask(user)).toEqual(mask);

  // The terminal repeats it, byte for byte, from the picture and the mask.
  const files = { 'part.png': bytes, 'before.png': original, 'mask.png': mask };
  for (const [name, file] of Object.entries(files)) await writeFile(info.outputPath(name), file);
  const [part, source, marked, again] = ['part.png', 'before.png', 'mask.png', 'again.png'].map((name) =>
    info.outputPath(name),
  );
  const job = ['edit', source, marked, '--recipe', part, '-o', again, '--threads', '1', '--quiet'];
  const bundle = ['--bundle', project('.cache/browser-models/tiny')];
  await promisify(execFile)(process.execPath, [project('cli/bin.mjs'), ...job, ...bundle] as string[]);
  const repeated = new Uint8Array(await readFile(again ?? ''));
  expect(await rgb(repeated)).toEqual(await rgb(bytes));
  expect(readPngRecipe('', repeated).mask).toBe(readPngRecipe('', bytes).mask);

  // The page repeats it, too.
  await user.drop({ name: 'part.png', bytes });
  await user.button('How part.png was made').click();
  const recipe = page.getByRole('dialog', { name: 'Recipe', exact: true });
  await recipe.getByRole('button', { name: 'Verify', exact: true }).click();
  await expect(recipe.locator('.verified')).toHaveText('Identical: drawn again, every pixel is the same.');
  await page.keyboard.press('Escape');
  await user.button('Remove part.png').click();

  // Asked anew, it is of the same area.
  await user.button('Regenerate').last().click();
  await user.idle();
  const anew = changes(before, await rgb((await user.save()).bytes), await rgb(mask));
  expect(anew.outside).toBe(0);
  expect(anew.inside).toBeGreaterThan(0.5);
  await expect(user.alerts).toHaveCount(0);
});

test('by keyboard alone, on a picture that was brought', async ({ user, page }) => {
  await user.open('/?device=wasm');
  await user.addImage(await photo('photo.png', red, blue));
  await expect(user.button('Select area')).toBeVisible();
  await tabTo(user.button('Select area'), 'Shift+Tab');
  await page.keyboard.press('Enter');
  await expect(dialogOf(page)).toBeVisible();
  await expect.poll(() => maskWidth(page)).toBe(96);
  await tabTo(inDialog(page, 'Rectangle'), 'Tab');
  await page.keyboard.press('Space');
  await tabTo(canvasOf(page), 'Tab');
  // From the middle, a quarter of the longer side each way.
  await page.keyboard.press('Space');
  for (let step = 0; step < 8; step += 1) await page.keyboard.press('ArrowRight');
  for (let step = 0; step < 8; step += 1) await page.keyboard.press('ArrowUp');
  await expect(dialogOf(page).getByText('75 % across, 13 % down')).toBeAttached();
  // A rectangle that was begun is left off first, and the dialog stays.
  await page.keyboard.press('Escape');
  await expect(told(page)).toHaveText('Nothing is selected.');
  await expect(dialogOf(page)).toBeVisible();
  await page.keyboard.press('Space');
  for (let step = 0; step < 8; step += 1) await page.keyboard.press('ArrowLeft');
  for (let step = 0; step < 8; step += 1) await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Space');
  await expect(told(page)).toHaveText('9 % of the picture is selected.');
  // What is begun is taken back first; the key that is held down puts nothing up again.
  await page.keyboard.down('Space');
  await page.keyboard.down('Space');
  await page.keyboard.up('Space');
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('Control+z');
  await expect(told(page)).toHaveText('9 % of the picture is selected.');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Control+z');
  await expect(told(page)).toHaveText('Nothing is selected.');
  await page.keyboard.press('Space');
  for (let step = 0; step < 8; step += 1) await page.keyboard.press('ArrowUp');
  for (let step = 0; step < 8; step += 1) await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Space');
  await tabTo(inDialog(page, 'Done'), 'Tab');
  await page.keyboard.press('Enter');
  await expect(dialogOf(page)).toBeHidden();
  await expect(user.button('Select area')).toBeFocused();
  await tabTo(user.message, 'Tab');
  await page.keyboard.type('make it night');
  await page.keyboard.press('Enter');
  await expect(user.picture).toHaveAttribute('data-state', 'done');
  await user.idle();
  await expect(user.questions.last().getByRole('img')).toHaveAccessibleName(/an area is selected$/);
  expect((readPngRecipe('', (await user.save()).bytes).mask ?? '').length).toBe(64);

  async function tabTo(wanted: Locator, key: 'Tab' | 'Shift+Tab'): Promise<void> {
    for (let step = 0; step < 30; step += 1) {
      await page.keyboard.press(key);
      if (await wanted.evaluate((element) => element === document.activeElement)) return;
    }
    throw new Error('cannot be reached by Tab');
  }
});

test('an area that is no longer stored is told, and the message can be sent anew', async ({ user, page }) => {
  await user.open('/?device=wasm');
  await user.addImage(await photo('photo.png', red, blue));
  await openArea(user);
  await drag(page, canvasOf(page), [0.1, 0.1], [0.9, 0.9]);
  await inDialog(page, 'Done').click();
  await expect(dialogOf(page)).toBeHidden();
  await page.evaluate(async () => {
    const folder = await (await navigator.storage.getDirectory()).getDirectoryHandle('pictures');
    for await (const name of (folder as unknown as { keys(): AsyncIterable<string> }).keys())
      await folder.removeEntry(name);
  });
  await user.press('Select area');
  await expect(dialogOf(page).getByRole('alert')).toContainText('This picture is no longer stored');
  await page.keyboard.press('Escape');
  await user.say('make it night');
  await expect(user.lastAnswer.getByRole('alert')).toContainText('The area that was selected is no longer stored');
  await expect(user.questions.last()).toContainText('make it night');
});
