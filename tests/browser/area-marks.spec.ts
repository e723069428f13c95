/** What marks an area of a picture, and what is seen of it: tools, fingers, forced colours, in Chinese. */
import type { CDPSession, Locator } from '@playwright/test';
import sharp from 'sharp';
import { canvasOf, dialogOf, drag, inDialog, openArea, told } from '../helpers/area.ts';
import { chinese } from '../helpers/page-names.ts';
import { blue, photo, red } from '../helpers/photos.ts';
import { User } from '../helpers/user.ts';
import { expect, test } from './test.ts';

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

  // What is taken back is done again, one by one, until something new is marked; neither button loses the focus.
  const redo = inDialog(page, 'Redo');
  await redo.click();
  await expect(told(page)).toHaveText('Nothing is selected.');
  await expect(redo).toBeFocused();
  await expect(redo).toHaveAttribute('aria-disabled', 'true');
  await page.keyboard.press('Control+z');
  await page.keyboard.press('Control+z');
  await expect(told(page)).toHaveText('Nothing is selected.');
  await page.keyboard.press('Control+Shift+z');
  expect(await share()).toBe(brushed);
  await page.keyboard.press('Control+z');
  await drag(page, canvas, [0.1, 0.1], [0.2, 0.1]);
  await expect(redo).toHaveAttribute('aria-disabled', 'true');
  const anew = await share();
  await page.keyboard.press('Control+y');
  expect(await share()).toBe(anew);
});

test('come nearer by wheel, keys and buttons, what is marked is where it is pointed at', async ({ user, page }) => {
  await user.open('/?device=wasm');
  await user.addImage(await photo('photo.png', red, blue));
  await openArea(user);
  const stage = dialogOf(page).locator('.area-stage');
  const [whole, room] = [await boxOf(canvasOf(page)), await boxOf(stage)];
  await page.mouse.move(whole.x + whole.width / 4, whole.y + whole.height / 4);
  await page.mouse.wheel(0, -600);
  await expect.poll(async () => (await boxOf(canvasOf(page))).width).toBeGreaterThan(2 * whole.width);
  const near = await boxOf(canvasOf(page));
  // What was pointed at has stayed there.
  expect((whole.x + whole.width / 4 - near.x) / near.width).toBeCloseTo(0.25, 1);

  // The quarter of the picture round its middle, whatever of it is on the stage.
  await inDialog(page, 'Rectangle').click();
  await inDialog(page, 'Show all').click();
  expect(await boxOf(canvasOf(page))).toEqual(whole);
  await inDialog(page, 'Zoom in').click();
  const larger = await boxOf(canvasOf(page));
  expect(larger.width).toBeCloseTo(1.5 * whole.width, 0);
  await drag(page, canvasOf(page), [0.25, 0.25], [0.75, 0.75]);
  await expect(told(page)).toHaveText('25 % of the picture is selected.');

  // The middle button moves what is seen, and marks nothing.
  await page.keyboard.press('1');
  await page.keyboard.press('0');
  for (let step = 0; step < 4; step += 1) await page.keyboard.press('+');
  const before = await boxOf(canvasOf(page));
  await page.mouse.move(room.x + room.width / 2, room.y + room.height / 2);
  await page.mouse.down({ button: 'middle' });
  await page.mouse.move(room.x + room.width / 2 + 60, room.y + room.height / 2 + 40, { steps: 3 });
  await page.mouse.up({ button: 'middle' });
  const moved = await boxOf(canvasOf(page));
  expect([moved.x - before.x, moved.y - before.y].map(Math.round)).toEqual([60, 40]);
  await expect(told(page)).toHaveText('25 % of the picture is selected.');

  // The keys' cursor stays on the stage, wherever it goes.
  await canvasOf(page).focus();
  for (let step = 0; step < 20; step += 1) await page.keyboard.press('ArrowLeft');
  for (let step = 0; step < 20; step += 1) await page.keyboard.press('ArrowUp');
  const ring = await boxOf(dialogOf(page).locator('.area-ring'));
  expect(ring.x + ring.width / 2).toBeGreaterThanOrEqual(room.x);
  expect(ring.y + ring.height / 2).toBeGreaterThanOrEqual(room.y);
  expect((await boxOf(canvasOf(page))).x).toBeGreaterThanOrEqual(room.x - 1);
});

/** Of each finger, in shares of where the canvas is now. */
async function fingersOn(canvas: Locator, devtools: CDPSession) {
  const box = await boxOf(canvas);
  return (type: 'touchStart' | 'touchMove' | 'touchEnd', ...points: readonly (readonly [number, number])[]) => {
    const touchPoints = points.map(([x, y], id) => ({ x: box.x + x * box.width, y: box.y + y * box.height, id }));
    return devtools.send('Input.dispatchTouchEvent', { type, touchPoints });
  };
}

async function boxOf(element: Locator) {
  const box = await element.boundingBox();
  if (box === null) throw new Error('not shown');
  return box;
}

test('what is marked is seen through, has an edge, and lies on a picture that takes the room there is', async ({
  user,
  page,
}) => {
  await user.open('/?device=wasm');
  await user.addImage(await photo('photo.png', red, blue));
  for (const [width, height] of [
    [1440, 900],
    [320, 640],
  ] as const) {
    await page.setViewportSize({ width, height });
    await openArea(user);
    const [picture, stage] = [await boxOf(canvasOf(page)), await boxOf(dialogOf(page).locator('.area-stage'))];
    // But for the edge that stays free.
    const free = Math.min(stage.width - picture.width, stage.height - picture.height);
    expect(free).toBeLessThanOrEqual(33);
    await inDialog(page, 'Rectangle').click();
    await drag(page, canvasOf(page), [0.25, 0.25], [0.75, 0.75]);
    await page.mouse.move(0, 0);
    await expect(told(page)).toHaveText('25 % of the picture is selected.');
    const { data, info } = await sharp(await canvasOf(page).screenshot())
      .removeAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true });
    const at = (x: number, y: number) => {
      const place = 3 * (Math.round(y * info.height) * info.width + Math.round(x * info.width));
      return [data[place] ?? 0, data[place + 1] ?? 0, data[place + 2] ?? 0] as const;
    };
    const apart = ([r, g, b]: readonly [number, number, number], other: readonly [number, number, number]) =>
      Math.hypot(r - other[0], g - other[1], b - other[2]);
    const [marked, unmarked] = [at(0.35, 0.5), at(0.1, 0.5)];
    // Red and blue are told apart below the marks, and so is marked from unmarked.
    expect(apart(marked, at(0.65, 0.5))).toBeGreaterThan(120);
    expect(apart(marked, unmarked)).toBeGreaterThan(40);
    const along = Array.from({ length: 200 }, (_, step) => at(0.2 + step / 2000, 0.5));
    expect(along.some((colour) => Math.min(...colour) > 200)).toBe(true);
    expect(along.some((colour) => Math.max(...colour) < 60)).toBe(true);
    await inDialog(page, 'Clear').click();
    await page.keyboard.press('Escape');
    await expect(dialogOf(page)).toBeHidden();
  }
});

test('what was marked is not lost with Escape or Cancel, and Whole picture gives it up', async ({ user, page }) => {
  await user.open('/?device=wasm');
  await user.addImage(await photo('photo.png', red, blue));
  await openArea(user);
  await inDialog(page, 'Rectangle').click();
  await drag(page, canvasOf(page), [0.25, 0.25], [0.75, 0.75]);
  await page.keyboard.press('Escape');
  await expect(dialogOf(page)).toBeHidden();
  // The message changes the whole picture as long as Done was not pressed.
  const sent = page.getByRole('list', { name: 'Attached pictures' }).getByRole('img');
  await expect(sent).toHaveAccessibleName(/^(?!.*area is selected)/);
  await openArea(user);
  await expect(told(page)).toHaveText('25 % of the picture is selected.');
  await inDialog(page, 'Undo').click();
  await expect(told(page)).toHaveText('Nothing is selected.');
  await inDialog(page, 'Redo').click();
  await inDialog(page, 'Cancel').click();
  await openArea(user);
  await expect(told(page)).toHaveText('25 % of the picture is selected.');
  await inDialog(page, 'Done').click();
  await expect(sent).toHaveAccessibleName(/an area is selected$/);
  // What is marked over it waits too.
  await openArea(user);
  await inDialog(page, 'Invert').click();
  await page.keyboard.press('Escape');
  await openArea(user);
  await expect(told(page)).toHaveText('75 % of the picture is selected.');
  await inDialog(page, 'Whole picture').click();
  await openArea(user);
  await expect(told(page)).toHaveText('Nothing is selected.');
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
    const touch = await fingersOn(canvasOf(page), await context.newCDPSession(page));
    await inDialog(page, 'Rectangle').click();
    await touch('touchStart', [0.25, 0.25]);
    await touch('touchMove', [0.5, 0.5]);
    await touch('touchStart', [0.5, 0.5], [0.9, 0.1]);
    await touch('touchMove', [0.75, 0.75], [0.9, 0.2]);
    await touch('touchEnd', [0.75, 0.75]);
    await touch('touchEnd');
    await expect(told(page)).toHaveText('25 % of the picture is selected.');
  });

  test('two fingers come nearer and mark nothing; one alone marks again', async ({ user, page, context }) => {
    await user.open('/?device=wasm');
    await user.addImage(await photo('photo.png', red, blue));
    await openArea(user);
    const touch = await fingersOn(canvasOf(page), await context.newCDPSession(page));
    const before = await boxOf(canvasOf(page));
    await inDialog(page, 'Rectangle').click();
    await touch('touchStart', [0.4, 0.5]);
    await touch('touchStart', [0.4, 0.5], [0.6, 0.5]);
    await touch('touchMove', [0.3, 0.5], [0.7, 0.5]);
    await touch('touchMove', [0.2, 0.5], [0.8, 0.5]);
    await touch('touchEnd', [0.2, 0.5]);
    await touch('touchMove', [0.1, 0.9]);
    await touch('touchEnd');
    await expect(told(page)).toHaveText('Nothing is selected.');
    expect((await boxOf(canvasOf(page))).width).toBeGreaterThan(1.5 * before.width);
    await inDialog(page, 'Show all').click();
    await touch('touchStart', [0, 0]);
    await touch('touchMove', [0.5, 0.5]);
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
