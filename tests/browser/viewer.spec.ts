/** A picture over the whole page: opened, come nearer to, moved, and left again. */
import { readFile } from 'node:fs/promises';
import type { Locator } from '@playwright/test';
import { blue, photo, red } from '../helpers/photos.ts';
import { expect, test } from './test.ts';

async function boxOf(locator: Locator) {
  const box = await locator.boundingBox();
  if (box === null) throw new Error('not shown');
  return box;
}

test('a click or Enter opens a picture; Escape, Back and Close lead back to where one was', async ({ user, page }) => {
  await user.open('/?device=wasm');
  await user.ask('draw a red car');
  const viewer = page.getByRole('dialog', { name: 'Image: draw a red car', exact: true });
  const shown = viewer.getByRole('img', { name: 'Image: draw a red car', exact: true });
  const view = user.button('View Image: draw a red car');
  // Anywhere on the picture.
  const { x, y, width, height } = await boxOf(user.picture);
  await page.mouse.click(x + width / 3, y + height / 2);
  await expect(shown).toBeVisible();
  await expect(viewer.getByRole('button', { name: 'Close', exact: true })).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(viewer).toHaveCount(0);
  await expect(view).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(shown).toBeVisible();
  await page.goBack();
  await expect(viewer).toHaveCount(0);
  await expect(view).toBeFocused();
  await expect(user.questions).toHaveText(['draw a red car']);
  await view.click();
  await viewer.getByRole('button', { name: 'Close', exact: true }).click();
  await expect(viewer).toHaveCount(0);
  // The history is as long as before: Back leaves the page's only entry no second time.
  await view.click();
  await expect(shown).toBeVisible();
  const room = await boxOf(viewer);
  await page.mouse.click(room.x + 5, room.y + room.height - 5);
  await expect(viewer).toHaveCount(0);
});

test('a small picture is enlarged by whole pixels; wheel, keys, buttons and two fingers come nearer and move', async ({
  user,
  page,
}) => {
  await user.open('/?device=wasm');
  await user.drop(await photo('colours.png', red, blue));
  await user.ask('what is in the picture?');
  await user.button('View Picture: colours.png').click();
  const viewer = page.getByRole('dialog', { name: 'Picture: colours.png', exact: true });
  const shown = viewer.getByRole('img');
  await expect(shown).toBeVisible();
  const natural = await shown.evaluate((image: HTMLImageElement) => [image.naturalWidth, image.naturalHeight]);
  expect(natural).toEqual([96, 64]);
  const whole = await boxOf(shown);
  expect([whole.width % 96, whole.height % 64]).toEqual([0, 0]);
  expect(whole.width).toBeGreaterThan(96);
  const rendering = () => shown.evaluate((image) => getComputedStyle(image).imageRendering);
  expect(await rendering()).toBe('pixelated');
  const pixels = viewer.getByRole('button', { name: 'Show pixels', exact: true });
  await expect(pixels).toHaveAttribute('aria-pressed', 'true');
  await pixels.click();
  expect(await rendering()).toBe('auto');
  expect((await boxOf(shown)).width).toBeGreaterThanOrEqual(whole.width);
  await pixels.click();

  // What is under the pointer stays there.
  const at = { x: whole.x + whole.width / 4, y: whole.y + whole.height / 4 };
  await page.mouse.move(at.x, at.y);
  await page.mouse.wheel(0, -500);
  await expect.poll(async () => (await boxOf(shown)).width).toBeGreaterThan(whole.width * 2);
  const near = await boxOf(shown);
  expect((at.x - near.x) / near.width).toBeCloseTo(0.25, 1);
  await page.mouse.down();
  await page.mouse.move(at.x - 60, at.y - 40, { steps: 4 });
  await page.mouse.up();
  await expect.poll(async () => Math.round((await boxOf(shown)).x - near.x)).toBe(-60);
  const dragged = await boxOf(shown);
  await page.keyboard.press('ArrowRight');
  await expect.poll(async () => Math.round((await boxOf(shown)).x - dragged.x)).toBe(-64);
  await page.keyboard.press('1');
  await expect.poll(async () => (await boxOf(shown)).width).toBe(96);
  await expect(viewer.getByText('100 %', { exact: true })).toBeVisible();
  await viewer.getByRole('button', { name: 'Zoom in', exact: true }).click();
  await expect(viewer.getByText('150 %', { exact: true })).toBeVisible();
  await page.keyboard.press('0');
  await expect.poll(async () => (await boxOf(shown)).width).toBe(whole.width);

  const client = await page.context().newCDPSession(page);
  const fingers = (apart: number) => [-apart, apart].map((by, id) => ({ x: at.x + by, y: at.y, id }));
  const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', apart: number | null) =>
    client.send('Input.dispatchTouchEvent', { type, touchPoints: apart === null ? [] : fingers(apart) });
  await touch('touchStart', 20);
  for (const apart of [25, 30, 40]) await touch('touchMove', apart);
  await touch('touchEnd', null);
  await expect.poll(async () => Math.round((10 * (await boxOf(shown)).width) / whole.width)).toBe(20);
});

test('from one picture to the next by keys and buttons, and any two compared', async ({ user, page }) => {
  await user.open('/?device=wasm');
  await user.drop(await photo('colours.png', red, blue));
  await user.ask('what is in the picture?');
  await user.ask('draw a red car');
  await user.ask('draw a blue boat');
  await user.button('View Image: draw a red car').click();
  const viewer = page.getByRole('dialog');
  const button = (name: string) => viewer.getByRole('button', { name, exact: true });
  await expect(viewer).toHaveAccessibleName('Image: draw a red car');
  await expect(viewer.getByText('2 of 3', { exact: true })).toBeVisible();
  await expect(viewer.getByRole('img')).toBeVisible();
  await button('Next picture').click();
  await expect(viewer).toHaveAccessibleName('Image: draw a blue boat');
  await expect(viewer.getByRole('img', { name: 'Image: draw a blue boat', exact: true })).toBeVisible();
  await expect(button('Next picture')).toHaveAttribute('aria-disabled', 'true');
  await expect(button('Next picture')).toBeFocused();
  await page.keyboard.press('ArrowRight');
  await expect(viewer).toHaveAccessibleName('Image: draw a blue boat');
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('PageUp');
  await expect(viewer).toHaveAccessibleName('Picture: colours.png');
  // Come nearer to, it is what the arrows move.
  await page.keyboard.press('PageDown');
  await expect(viewer.getByRole('img', { name: 'Image: draw a red car', exact: true })).toBeVisible();
  for (let press = 0; press < 4; press += 1) await page.keyboard.press('+');
  await page.keyboard.press('ArrowRight');
  await expect(viewer).toHaveAccessibleName('Image: draw a red car');

  await button('Compare').click();
  const both = viewer.locator('.both');
  await expect(viewer.getByRole('slider', { name: 'Compare position', exact: true })).toBeVisible();
  const others = viewer.getByRole('list', { name: 'Compare with', exact: true }).getByRole('button');
  await expect(others).toHaveCount(2);
  await others.first().click();
  await expect(others.first()).toHaveAttribute('aria-pressed', 'true');
  await viewer.getByRole('radio', { name: 'Side by side', exact: true }).check();
  await expect(both.getByRole('img')).toHaveCount(2);
  await expect(both.getByRole('img', { name: 'Picture: colours.png', exact: true })).toBeVisible();
  // Arrows are the radio buttons' own.
  await page.keyboard.press('ArrowRight');
  await expect(viewer.getByRole('radio', { name: 'Difference', exact: true })).toBeChecked();
  await expect(viewer).toHaveAccessibleName('Image: draw a red car');
  await expect(viewer.getByText('Black where both are alike; brighter the more they differ.')).toBeVisible();
  await button('Compare').click();
  await expect(button('Zoom in')).toBeVisible();

  await button('Full screen').click();
  await expect(button('Full screen')).toHaveAttribute('aria-pressed', 'true');
  await button('Full screen').click();
  await expect(button('Full screen')).toHaveAttribute('aria-pressed', 'false');
  await page.keyboard.press('Escape');
  await expect(viewer).toHaveCount(0);
  await expect(user.button('View Image: draw a red car')).toBeFocused();
});

test('a secondary click on a picture asks for the picture’s own menu, and the next click opens it again', async ({
  user,
  page,
}) => {
  await user.open('/?device=wasm');
  await user.ask('draw a red car');
  await page.evaluate(() => {
    addEventListener('contextmenu', ({ target }) => {
      if (target instanceof Element) document.title = target.tagName;
    });
  });
  const { x, y, width, height } = await boxOf(user.picture);
  const middle = [x + width / 3, y + height / 2] as const;
  await page.mouse.click(...middle, { button: 'right' });
  await expect(page).toHaveTitle('CANVAS');
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await page.mouse.click(...middle);
  await expect(page.getByRole('dialog', { name: 'Image: draw a red car', exact: true })).toBeVisible();
});

test('on a phone the viewer says what it shows, and saves the file that Save writes; an edit looked at for its difference opens too', async ({
  user,
  page,
}) => {
  await user.open('/?device=wasm');
  await user.ask('draw a red car');
  await user.press('Edit this');
  await user.ask('make it night');
  await expect(user.pictures('make it night')).toHaveAttribute('data-state', 'done');
  const saved = await user.save();
  await user.press('Difference');
  await expect(user.log.getByText(/% of the picture is untouched/)).toBeVisible();
  await page.setViewportSize({ width: 320, height: 640 });
  await user.button('View Image: make it night').click();
  const viewer = page.getByRole('dialog', { name: 'Image: make it night', exact: true });
  await expect(viewer.getByText('Image: make it night', { exact: true })).toBeInViewport();
  const download = page.waitForEvent('download');
  await viewer.getByRole('button', { name: 'Save', exact: true }).click();
  const file = await download;
  expect(file.suggestedFilename()).toBe(saved.name);
  expect(Buffer.from(saved.bytes).equals(await readFile(await file.path()))).toBe(true);
  // All of it is within the screen.
  for (const button of await viewer.getByRole('button').all()) {
    const { x, width } = await boxOf(button);
    expect(x).toBeGreaterThanOrEqual(0);
    expect(x + width).toBeLessThanOrEqual(320);
  }
});
