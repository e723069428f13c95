/** An area of a picture is selected, by pointer and by keys, and nothing but it changes. */
import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Locator, Page } from '@playwright/test';
import sharp from 'sharp';
import { maskedCells, maskOf } from '../../model/image/mask.ts';
import type { RgbImage } from '../../model/image/pixels.ts';
import { readPngRecipe } from '../../model/recipe/png.ts';
import { chinese } from '../helpers/page-names.ts';
import { blue, photo, red } from '../helpers/photos.ts';
import { User } from '../helpers/user.ts';
import { expect, test } from './test.ts';

const project = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));

async function rgb(bytes: Uint8Array): Promise<RgbImage> {
  const { data, info } = await sharp(bytes).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, data: new Uint8Array(data) };
}

const dialogOf = (page: Page) => page.getByRole('dialog', { name: 'Select area', exact: true });
const canvasOf = (page: Page) => dialogOf(page).getByRole('application', { name: 'Selected area', exact: true });
const maskWidth = (page: Page) =>
  canvasOf(page)
    .locator('canvas')
    .evaluate((canvas: HTMLCanvasElement) => canvas.width);
const inDialog = (page: Page, name: string) => dialogOf(page).getByRole('button', { name, exact: true });

/** Over the picture, in shares of its width and height. */
async function drag(page: Page, canvas: Locator, from: readonly [number, number], to: readonly [number, number]) {
  const box = await canvas.boundingBox();
  if (box === null) throw new Error('not shown');
  const at = ([x, y]: readonly [number, number]) => [box.x + x * box.width, box.y + y * box.height] as const;
  await page.mouse.move(...at(from));
  await page.mouse.down();
  await page.mouse.move(...at(to), { steps: 4 });
  await page.mouse.up();
}

/** The dialog is open and its picture loaded. */
async function openArea(user: User): Promise<void> {
  await user.press('Select area');
  await expect(dialogOf(user.page).getByRole('img')).toBeVisible();
  await expect.poll(() => maskWidth(user.page)).not.toBe(300);
}

const told = (page: Page) => dialogOf(page).getByText(/of the picture is selected|Nothing is selected\./);

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

test('brush, eraser, invert, clear and undo mark what they say', async ({ user, page }) => {
  await user.open('/?device=wasm');
  await user.addImage(await photo('photo.png', red, blue));
  await openArea(user);
  const canvas = canvasOf(page);
  const share = async () => Number.parseInt((await told(page).textContent()) ?? '', 10) || 0;
  await drag(page, canvas, [0.2, 0.5], [0.8, 0.5]);
  const brushed = await share();
  expect(brushed).toBeGreaterThan(3);
  await dialogOf(page).getByRole('slider', { name: 'Brush size' }).fill('40');
  await inDialog(page, 'Eraser').click();
  await drag(page, canvas, [0.2, 0.5], [0.4, 0.5]);
  const erased = await share();
  expect(erased).toBeLessThan(brushed);
  await inDialog(page, 'Invert').click();
  expect(await share()).toBeGreaterThanOrEqual(99 - erased);
  await inDialog(page, 'Undo').click();
  await inDialog(page, 'Undo').click();
  expect(await share()).toBe(brushed);
  await inDialog(page, 'Clear').click();
  await expect(told(page)).toHaveText('Nothing is selected.');
  await inDialog(page, 'Undo').click();
  expect(await share()).toBe(brushed);
});

test('nothing selected is told, and what was selected is there again, or given up', async ({ user, page }) => {
  await user.open('/?device=wasm');
  await user.addImage(await photo('photo.png', red, blue));
  await openArea(user);
  await inDialog(page, 'Done').click();
  await expect(dialogOf(page).getByRole('alert')).toContainText('Nothing is selected. Mark what is to change');
  await drag(page, canvasOf(page), [0.1, 0.1], [0.9, 0.9]);
  await expect(dialogOf(page).getByRole('alert')).toHaveCount(0);
  const selected = (await told(page).textContent()) ?? '';
  await inDialog(page, 'Done').click();
  await openArea(user);
  await expect(told(page)).toHaveText(selected);
  // Cancelled, it stays as it was.
  await inDialog(page, 'Clear').click();
  await page.keyboard.press('Escape');
  await expect(dialogOf(page)).toBeHidden();
  await openArea(user);
  await expect(told(page)).toHaveText(selected);
  await inDialog(page, 'Whole picture').click();
  await expect(page.getByRole('list', { name: 'Attached pictures' }).getByRole('img')).toHaveAccessibleName(
    /^(?!.*area is selected)/,
  );
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

test.describe('in forced colours', () => {
  test.use({ forcedColors: 'active' });

  test('which tool is chosen and what is marked is seen', async ({ user, page }) => {
    await user.open('/?device=wasm');
    await user.addImage(await photo('photo.png', red, blue));
    await openArea(user);
    const outline = (name: string) => inDialog(page, name).evaluate((button) => getComputedStyle(button).outlineStyle);
    expect([await outline('Brush'), await outline('Eraser')]).toEqual(['solid', 'none']);
    await inDialog(page, 'Eraser').click();
    expect([await outline('Brush'), await outline('Eraser')]).toEqual(['none', 'solid']);
    await inDialog(page, 'Invert').click();
    const middle = await canvasOf(page)
      .locator('canvas')
      .evaluate((canvas: HTMLCanvasElement) => [...(canvas.getContext('2d')?.getImageData(48, 32, 1, 1).data ?? [])]);
    expect(middle).toEqual([255, 64, 129, 255]);
  });
});

test.describe('by touch', () => {
  test.use({ hasTouch: true });

  test('one finger marks, and a second one beside it nothing of its own', async ({ user, page, context }) => {
    await user.open('/?device=wasm');
    await user.addImage(await photo('photo.png', red, blue));
    await openArea(user);
    const box = await canvasOf(page).boundingBox();
    if (box === null) throw new Error('not shown');
    const devtools = await context.newCDPSession(page);
    const touch = (
      type: 'touchStart' | 'touchMove' | 'touchEnd',
      ...points: readonly (readonly [number, number])[]
    ) => {
      const touchPoints = points.map(([x, y], id) => ({ x: box.x + x * box.width, y: box.y + y * box.height, id }));
      return devtools.send('Input.dispatchTouchEvent', { type, touchPoints });
    };
    await inDialog(page, 'Rectangle').click();
    await touch('touchStart', [0.25, 0.25]);
    await touch('touchMove', [0.5, 0.5]);
    await touch('touchStart', [0.5, 0.5], [0.9, 0.1]);
    await touch('touchMove', [0.75, 0.75], [0.9, 0.2]);
    await touch('touchEnd', [0.75, 0.75]);
    await touch('touchEnd');
    await expect(told(page)).toHaveText('25 % of the picture is selected.');
  });
});

test.describe('in Chinese', () => {
  test.use({ locale: 'zh-CN' });

  test('an area is selected, and one with nothing in it is told', async ({ page }) => {
    const user = new User(page, chinese);
    await user.open('/?device=wasm');
    await user.addImage(await photo('photo.png', red, blue));
    await user.press('选择区域');
    const dialog = page.getByRole('dialog', { name: '选择区域', exact: true });
    await expect(dialog.getByRole('img')).toBeVisible();
    await dialog.getByRole('button', { name: '完成', exact: true }).click();
    await expect(dialog.getByRole('alert')).toContainText('尚未选择任何部分');
    await drag(page, dialog.getByRole('application', { name: '所选区域' }), [0.1, 0.1], [0.9, 0.9]);
    await expect(dialog.getByText(/^已选择图片的 \d+%。$/)).toBeVisible();
    await dialog.getByRole('button', { name: '完成', exact: true }).click();
    await expect(dialog).toBeHidden();
    await expect(page.getByRole('list').getByRole('img', { name: /已选择区域$/ })).toBeVisible();
  });
});
