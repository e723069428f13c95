/** A picture beside the message is cropped and turned before it is sent: by pointer, by finger, by keys; to the pixel. */
import type { Locator, Page } from '@playwright/test';
import sharp from 'sharp';
import { axeFindings } from '../helpers/axe.ts';
import { dialogOf, inDialog, open, pixelsOf, shown, thumbnailOf } from '../helpers/crop-dialog.ts';
import { chinese } from '../helpers/page-names.ts';
import { blue, photo, red } from '../helpers/photos.ts';
import { type TestFile, User } from '../helpers/user.ts';
import { expect, test } from './test.ts';

const frameOf = (page: Page) => dialogOf(page).getByRole('application', { name: 'Crop frame', exact: true });

/** Every pixel is another one. */
async function patterned(width: number, height: number, channels: 3 | 4 = 3): Promise<TestFile> {
  const data = new Uint8Array(width * height * channels);
  for (let pixel = 0; pixel < width * height; pixel += 1) {
    const [x, y] = [pixel % width, Math.floor(pixel / width)];
    const colour = [x % 256, y % 256, (x * 7 + y * 13) % 256, x < width / 2 ? 255 : 0];
    data.set(colour.slice(0, channels), pixel * channels);
  }
  return { name: 'pattern.png', bytes: await sharp(data, { raw: { width, height, channels } }).png().toBuffer() };
}

async function done(user: User, name = 'pattern.png'): Promise<void> {
  await inDialog(user.page, 'Done').click();
  await expect(dialogOf(user.page)).toBeHidden();
  await expect(user.button(`Crop ${name}`)).toBeFocused();
}

/** All PNG files that the browser keeps beside the conversation. */
async function stored(page: Page): Promise<readonly Buffer[]> {
  const files = await page.evaluate(async () => {
    const folder = await (await navigator.storage.getDirectory()).getDirectoryHandle('pictures');
    const found: string[] = [];
    for await (const entry of (folder as unknown as { values(): AsyncIterable<FileSystemFileHandle> }).values())
      found.push((await new Response(await entry.getFile()).bytes()).toBase64());
    return found;
  });
  return files.map((file) => Buffer.from(file, 'base64')).filter((file) => file.toString('latin1', 1, 4) === 'PNG');
}

/** Drags a handle, or the frame, by pixels of the picture. */
async function drag(page: Page, handle: Locator, by: readonly [number, number], width: number): Promise<void> {
  const [from, shown] = [await handle.boundingBox(), await dialogOf(page).getByRole('img').boundingBox()];
  if (from === null || shown === null) throw new Error('not shown');
  const scale = shown.width / width;
  const at = [from.x + from.width / 2, from.y + from.height / 2] as const;
  await page.mouse.move(...at);
  await page.mouse.down();
  await page.mouse.move(at[0] + by[0] * scale, at[1] + by[1] * scale, { steps: 4 });
  await page.mouse.up();
}

test('cut and turned by pointer, to the pixel; undone by opening it again; sent as a picture of its own', async ({
  user,
  page,
}) => {
  const file = await patterned(120, 80);
  await user.open('/?device=wasm');
  await user.addImage(file);
  await open(user);
  await drag(page, inDialog(page, 'Top left corner'), [12, 8], 120);
  await drag(page, inDialog(page, 'Bottom right corner'), [-20, -11], 120);
  await expect(dialogOf(page).getByText('88 × 61 pixels', { exact: true })).toBeVisible();
  await drag(page, frameOf(page), [10, -5], 120);
  await inDialog(page, 'Turn right').click();
  await inDialog(page, 'Mirror').click();
  await expect(dialogOf(page).getByText('61 × 88 pixels', { exact: true })).toBeVisible();
  await done(user);
  const cut = sharp(file.bytes).extract({ left: 22, top: 3, width: 88, height: 61 });
  // In steps: sharp mirrors before it turns.
  const turned = sharp(await cut.rotate(90).png().toBuffer()).flop();
  expect(await shown(page)).toEqual(await pixelsOf(turned));

  // Not lost with the page; opened again, it is as it was left.
  await user.reload();
  await open(user);
  await expect(dialogOf(page).getByText('61 × 88 pixels', { exact: true })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(dialogOf(page)).toBeHidden();
  expect(await shown(page)).toEqual(await pixelsOf(turned));
  await open(user);
  await inDialog(page, 'Original').click();
  await expect(dialogOf(page)).toBeHidden();
  await expect.poll(async () => (await shown(page)).size).toBe('120 × 80');
  expect(await shown(page)).toEqual(await pixelsOf(sharp(file.bytes)));

  // The shape that is chosen is kept at every handle.
  await open(user);
  await inDialog(page, 'Square').click();
  await expect(dialogOf(page).getByText('80 × 80 pixels', { exact: true })).toBeVisible();
  await drag(page, inDialog(page, 'Bottom left corner'), [30, 0], 120);
  await expect(dialogOf(page).getByText('50 × 50 pixels', { exact: true })).toBeVisible();
  await inDialog(page, 'Original shape').click();
  await expect(dialogOf(page).getByText('75 × 50 pixels', { exact: true })).toBeVisible();
  await inDialog(page, 'Square').click();
  await done(user);
  const sent = await shown(page);
  expect(sent.size).toMatch(/^(\d+) × \1$/);
  await user.ask('what is in the picture?');
  expect(await shown(page, user.questions.last().getByRole('img'))).toEqual(sent);
  await expect(user.alerts).toHaveCount(0);
});

test('a drawn picture that is to be edited is turned too, and is had back whole', async ({ user, page }) => {
  await user.open('/?device=wasm');
  await user.ask('draw a red car');
  await user.press('Edit this');
  const list = page.getByRole('list', { name: 'Attached pictures', exact: true });
  await expect(list).toContainText('The picture to change');
  await open(user, 'draw a red car');
  await inDialog(page, 'Turn right').click();
  await inDialog(page, 'Done').click();
  await expect(dialogOf(page)).toBeHidden();
  // The button that opened it went with the whole picture.
  await expect(user.message).toBeFocused();
  await expect(list).not.toContainText('The picture to change');
  expect(await axeFindings(page)).toEqual([]);
  const turned = await shown(page);

  await open(user, 'draw a red car');
  await inDialog(page, 'Original').click();
  await expect(list).toContainText('The picture to change');

  await open(user, 'draw a red car');
  await inDialog(page, 'Turn right').click();
  await inDialog(page, 'Done').click();
  await expect(dialogOf(page)).toBeHidden();
  expect(await shown(page)).toEqual(turned);
  await user.ask('make it night');
  await expect(user.pictures('make it night')).toHaveAttribute('data-state', 'done');
  expect(await shown(page, user.questions.last().getByRole('img'))).toEqual(turned);
});

test('by keyboard alone', async ({ user, page }) => {
  const file = await patterned(128, 64);
  await user.open('/?device=wasm');
  await user.addImage(file);
  const button = user.button('Crop pattern.png');
  await tabTo(button, 'Shift+Tab');
  await page.keyboard.press('Enter');
  await expect(dialogOf(page)).toBeVisible();
  await expect(dialogOf(page).getByRole('img')).toBeVisible();
  await tabTo(inDialog(page, 'Turn left'), 'Tab');
  await page.keyboard.press('Space');
  // 64 × 128 now: a step is 4 pixels, with Shift it is one.
  await tabTo(inDialog(page, 'Bottom right corner'), 'Tab');
  for (let step = 0; step < 5; step += 1) await page.keyboard.press('ArrowLeft');
  for (let step = 0; step < 3; step += 1) await page.keyboard.press('Shift+ArrowUp');
  await expect(dialogOf(page).getByText('44 × 125 pixels, 0 from the left, 0 from the top')).toBeAttached();
  await tabTo(frameOf(page), 'Shift+Tab');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Shift+ArrowDown');
  await expect(dialogOf(page).getByText('44 × 125 pixels, 8 from the left, 1 from the top')).toBeAttached();
  await tabTo(inDialog(page, 'Done'), 'Tab');
  await page.keyboard.press('Enter');
  await expect(dialogOf(page)).toBeHidden();
  await expect(button).toBeFocused();
  const turned = await sharp(file.bytes).rotate(270).png().toBuffer();
  expect(await shown(page)).toEqual(await pixelsOf(sharp(turned).extract({ left: 8, top: 1, width: 44, height: 125 })));

  async function tabTo(wanted: Locator, key: 'Tab' | 'Shift+Tab'): Promise<void> {
    for (let step = 0; step < 30; step += 1) {
      await page.keyboard.press(key);
      if (await wanted.evaluate((element) => element === document.activeElement)) return;
    }
    throw new Error('cannot be reached by Tab');
  }
});

test('a large photo held on its side is cut at its own size, and what is transparent is white', async ({
  user,
  page,
}) => {
  await user.open('/?device=wasm');
  const upright = await patterned(3600, 2400);
  const stored = await sharp(upright.bytes).rotate(270).withMetadata({ orientation: 6 }).png().toBuffer();
  await user.addImage({ name: 'pattern.png', bytes: stored });
  await open(user);
  await drag(page, inDialog(page, 'Top left corner'), [1800, 1500], 3600);
  const size = await dialogOf(page)
    .getByText(/^\d+ × \d+ pixels$/)
    .textContent();
  const [width = 0, height = 0] = (size ?? '').match(/\d+/g)?.map(Number) ?? [];
  expect(width).toBeLessThan(2000);
  await done(user);
  const box = { left: 3600 - width, top: 2400 - height, width, height };
  expect(await shown(page)).toEqual(await pixelsOf(sharp(upright.bytes).extract(box)));

  await user.button('Remove pattern.png').click();
  const glass = await patterned(64, 48, 4);
  await user.addImage(glass);
  await open(user);
  await inDialog(page, 'Turn right').click();
  await done(user);
  const white = sharp(await sharp(glass.bytes).flatten({ background: '#fff' }).png().toBuffer());
  expect(await shown(page)).toEqual(await pixelsOf(white.rotate(90)));
});

test('a part of what a model made says so; its recipe stays with the whole', async ({ user, page }) => {
  await user.open('/?device=wasm');
  await user.ask('draw a red car');
  const { bytes } = await user.save();
  await user.drop({ name: 'pattern.png', bytes });
  await open(user);
  await inDialog(page, 'Turn left').click();
  await done(user);
  const part = await pixelsOf(sharp(bytes).rotate(270));
  expect(await shown(page)).toEqual(part);
  const files = await stored(page);
  const found = await Promise.all(files.map(async (file) => (await pixelsOf(sharp(file))).pixels.equals(part.pixels)));
  const file = files[found.indexOf(true)];
  expect(file?.toString('latin1')).toContain('trainedAlgorithmicMedia');
  expect(file?.toString('latin1')).not.toContain('nexus-gen-recipe');
});

test('a picture that is gone is told; one that is cut too thin as well, and what comes along stays', async ({
  user,
  page,
}) => {
  await user.open('/?device=wasm');
  await user.addImage(await patterned(3000, 40));
  await open(user);
  await inDialog(page, 'Bottom right corner').focus();
  await page.keyboard.press('ArrowUp');
  await expect(dialogOf(page).getByText('3000 × 8 pixels', { exact: true })).toBeVisible();
  await inDialog(page, 'Done').click();
  await expect(dialogOf(page).getByRole('alert')).toContainText('3000 × 8');
  await page.keyboard.press('Escape');
  expect((await shown(page)).size).toBe('3000 × 40');
  await page.evaluate(async () =>
    (await navigator.storage.getDirectory()).removeEntry('pictures', { recursive: true }),
  );
  await user.button('Crop pattern.png').click();
  await expect(dialogOf(page).getByRole('alert')).toContainText('This picture is no longer stored');
  await expect(inDialog(page, 'Done')).toBeDisabled();
});

test('by its numbers, typed; what gives no frame is told in place', async ({ user, page }) => {
  const file = await patterned(120, 80);
  await user.open('/?device=wasm');
  await user.addImage(file);
  await expect(user.button('Crop pattern.png')).toBeVisible();
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox', { name: 'What do you want to do?', exact: true }).fill('crop');
  await page.keyboard.press('Enter');
  await expect(dialogOf(page).getByRole('img')).toBeVisible();
  const number = (name: string) => dialogOf(page).getByRole('spinbutton', { name, exact: true });
  for (const [name, value] of [
    ['Left', '0'],
    ['Top', '0'],
    ['Width', '120'],
    ['Height', '80'],
  ] as const)
    await expect(number(name)).toHaveValue(value);
  await number('Width').fill('50');
  await number('Height').fill('40');
  await number('Left').fill('30');
  for (const wrong of ['41', '-1', '2.5', 'far']) {
    await number('Top').fill(wrong);
    await expect(number('Top')).toHaveAttribute('aria-invalid', 'true');
    await expect(number('Top')).toHaveAccessibleDescription('Top is a whole number from 0 to 40. 0 is used.');
  }
  expect(await axeFindings(page)).toEqual([]);
  await number('Top').fill('7');
  await number('Top').press('ArrowUp');
  await expect(number('Top')).toHaveValue('8');
  await expect(number('Top')).toHaveAttribute('aria-invalid', 'false');
  // They follow the frame, and keep a shape that is chosen.
  await frameOf(page).press('Shift+ArrowRight');
  await expect(number('Left')).toHaveValue('31');
  await number('Left').fill('30');
  await inDialog(page, 'Done').click();
  await expect(dialogOf(page)).toBeHidden();
  const cut = sharp(file.bytes).extract({ left: 30, top: 8, width: 50, height: 40 });
  expect(await shown(page)).toEqual(await pixelsOf(cut));

  await open(user);
  await inDialog(page, 'Square').click();
  await number('Width').fill('20');
  await expect(number('Height')).toHaveValue('20');
});

test.describe('on a narrow phone', () => {
  test.use({ viewport: { width: 320, height: 640 }, hasTouch: true, isMobile: true });

  test('by finger, with nothing beyond the screen', async ({ user, page }) => {
    await user.open('/?device=wasm');
    await user.addImage(await patterned(120, 80), await photo('photo.png', red, blue));
    // Of several pictures one is marked as the one to change; nothing lies over what can be done with it.
    await user.button('Crop photo.png').tap();
    await expect(dialogOf(page)).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(dialogOf(page)).toBeHidden();
    await user.button('Select area').tap({ trial: true });
    await user.button('Crop pattern.png').tap();
    await expect(dialogOf(page)).toBeVisible();
    const corner = await inDialog(page, 'Bottom right corner').boundingBox();
    if (corner === null) throw new Error('not shown');
    expect(Math.min(corner.width, corner.height)).toBeGreaterThanOrEqual(44);
    const at = { x: corner.x + corner.width / 2, y: corner.y + corner.height / 2 };
    const session = await page.context().newCDPSession(page);
    const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', points: readonly { x: number; y: number }[]) =>
      session.send('Input.dispatchTouchEvent', { type, touchPoints: [...points] });
    await touch('touchStart', [at]);
    for (const share of [0.25, 0.5, 0.75, 1])
      await touch('touchMove', [{ x: at.x - 100 * share, y: at.y - 50 * share }]);
    await touch('touchEnd', []);
    await expect(dialogOf(page).getByText('120 × 80 pixels', { exact: true })).toBeHidden();
    for (const button of await dialogOf(page).getByRole('button').all()) {
      const box = await button.boundingBox();
      expect((box?.x ?? -1) >= 0 && (box?.x ?? 0) + (box?.width ?? 400) <= 320).toBe(true);
    }
    expect(await axeFindings(page)).toEqual([]);
    await inDialog(page, 'Done').tap();
    await expect(dialogOf(page)).toBeHidden();
    expect((await shown(page, thumbnailOf(page).first())).size).not.toBe('120 × 80');
  });
});

for (const colorScheme of ['light', 'dark'] as const)
  test.describe(`axe, ${colorScheme}`, () => {
    test.use({ colorScheme, locale: 'zh-CN' });

    test('finds nothing, in Chinese', async ({ page }) => {
      const user = new User(page, chinese);
      await user.open('/?device=wasm');
      await user.addImage(await photo('photo.png', red, blue));
      await user.button('裁剪 photo.png').click();
      const dialog = page.getByRole('dialog', { name: '裁剪和旋转', exact: true });
      await expect(dialog.getByRole('img')).toBeVisible();
      expect(await axeFindings(page)).toEqual([]);
      await dialog.getByRole('button', { name: '正方形', exact: true }).click();
      await expect(dialog.getByText('64 × 64 像素', { exact: true })).toBeVisible();
    });
  });
