/** What marks an area of a picture, and what is seen of it: tools, fingers, forced colours, in Chinese. */
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
