/** A result is saved larger: by pixels and by the network, from the result and from the viewer, stopped, and repeated from its file. */
import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Page } from '@playwright/test';
import sharp from 'sharp';
import { readPngRecipe } from '../../model/recipe/png.ts';
import { deferred } from '../../session/deferred.ts';
import { axeFindings } from '../helpers/axe.ts';
import { chinese } from '../helpers/page-names.ts';
import { User } from '../helpers/user.ts';
import { expect, test } from './test.ts';

const project = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const dialogOf = (page: Page) => page.getByRole('dialog', { name: 'Enlarge', exact: true });
const choice = (page: Page, name: string | RegExp) => dialogOf(page).getByRole('radio', { name });
const inDialog = (page: Page, name: string) => dialogOf(page).getByRole('button', { name, exact: true });

interface Saved {
  readonly name: string;
  readonly bytes: Uint8Array;
}

async function saveEnlarged(page: Page, by: 'Pixels' | 'Upscaler', factor: 2 | 4): Promise<Saved> {
  await choice(page, by).check();
  await choice(page, new RegExp(`^× ${factor},`)).check();
  const download = page.waitForEvent('download', { timeout: 180_000 });
  await inDialog(page, 'Save enlarged').click();
  const file = await download;
  const name = file.suggestedFilename();
  await expect(dialogOf(page).getByText(`Saved as \u2068${name}\u2069.`)).toBeVisible();
  return { name, bytes: await readFile(await file.path()) };
}

async function pixelsOf(bytes: Uint8Array) {
  const { data, info } = await sharp(bytes).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, data };
}

/** In dB. */
function likeness(one: Buffer, other: Buffer): number {
  const squares = one.reduce((sum, value, at) => sum + (value - (other[at] ?? 0)) ** 2, 0);
  return 10 * Math.log10((255 ** 2 * one.length) / squares);
}

/** The file is dropped on the page, and drawn again there. */
async function verifyIn(user: User, { name, bytes }: Saved): Promise<void> {
  await user.drop({ name, bytes });
  await user.button(`How ${name} was made`).click();
  const recipe = user.page.getByRole('dialog', { name: 'Recipe', exact: true });
  await expect(recipe).toContainText('Enlarged');
  await recipe.getByRole('button', { name: 'Verify', exact: true }).click();
  await expect(recipe.locator('.verified')).toHaveText('Identical: drawn again, every pixel is the same.');
  await user.page.keyboard.press('Escape');
  await expect(recipe).toBeHidden();
  await user.button(`Remove ${name}`).click();
}

test('by pixels and by the network on the processor; page and terminal repeat it from the file', async ({
  user,
  page,
}, info) => {
  const asked: string[] = [];
  page.on('request', (request) => asked.push(new URL(request.url()).pathname));
  await user.open('/?device=wasm');
  await user.ask('draw a red car');
  const painted = await pixelsOf((await user.save()).bytes);
  await user.press('Enlarge');
  await expect(dialogOf(page)).toBeVisible();
  const squares = await saveEnlarged(page, 'Pixels', 4);
  expect(squares.name).toMatch(/^nexus-gen-\d+-x4\.png$/);
  const larger = await pixelsOf(squares.bytes);
  const nearest = sharp(painted.data, { raw: { width: painted.width, height: painted.height, channels: 3 } });
  const expected = nearest.resize(4 * painted.width, 4 * painted.height, { kernel: 'nearest' });
  expect(larger.data.equals(await expected.raw().toBuffer())).toBe(true);
  expect(readPngRecipe('', squares.bytes).enlarge).toEqual({ factor: 4, by: 'pixels' });
  // Nobody fetches the network who does not use it.
  expect(asked.filter((path) => path.includes('upscaler/'))).toEqual([]);

  const drawn = await saveEnlarged(page, 'Upscaler', 2);
  const smooth = await pixelsOf(drawn.bytes);
  expect([smooth.width, smooth.height]).toEqual([2 * painted.width, 2 * painted.height]);
  const doubled = await nearest.clone().resize(smooth.width, smooth.height, { kernel: 'nearest' }).raw().toBuffer();
  const alike = likeness(smooth.data, doubled);
  expect(alike).toBeGreaterThan(15);
  expect(alike).toBeLessThan(60);
  expect(readPngRecipe('', drawn.bytes).enlarge).toEqual({ factor: 2, by: 'esrgan-slim' });
  expect(asked.filter((path) => path.includes('upscaler/'))).toHaveLength(1);
  await inDialog(page, 'Close').click();
  await expect(dialogOf(page)).toBeHidden();
  await expect(user.button('Enlarge')).toBeFocused();

  await verifyIn(user, drawn);
  await verifyIn(user, squares);
  const [from, again] = [info.outputPath('from.png'), info.outputPath('again.png')];
  await writeFile(from, drawn.bytes);
  const job = ['draw', '--recipe', from, '-o', again, '--threads', '1', '--quiet'];
  const bundle = ['--bundle', project('.cache/browser-models/tiny')];
  await promisify(execFile)(process.execPath, [project('cli/bin.mjs'), ...job, ...bundle]);
  const repeated = new Uint8Array(await readFile(again));
  expect((await pixelsOf(repeated)).data.equals(smooth.data)).toBe(true);
  expect(readPngRecipe('', repeated).enlarge).toEqual({ factor: 2, by: 'esrgan-slim' });
  await expect(user.alerts).toHaveCount(0);
});

test('from the viewer, and on WebGPU the same picture', async ({ user, page }) => {
  await user.open('/?device=wasm');
  await user.ask('draw a red car');
  await user.log
    .getByRole('button', { name: /^View / })
    .last()
    .click();
  const viewer = page.getByRole('dialog', { name: 'Image: draw a red car', exact: true });
  await viewer.getByRole('button', { name: 'Enlarge', exact: true }).click();
  const onProcessor = await saveEnlarged(page, 'Upscaler', 2);
  await page.keyboard.press('Escape');
  await expect(dialogOf(page)).toBeHidden();
  await expect(viewer.getByRole('button', { name: 'Enlarge', exact: true })).toBeFocused();

  // It needs no model: one that never arrives leaves the adapter to it.
  await page.route('**/models/**', () => undefined);
  await user.open('/?device=webgpu');
  await expect(user.picture).toHaveAttribute('data-state', 'done');
  await user.press('Enlarge');
  const onCard = await saveEnlarged(page, 'Upscaler', 2);
  expect(likeness((await pixelsOf(onProcessor.bytes)).data, (await pixelsOf(onCard.bytes)).data)).toBeGreaterThan(45);
});

test('is stopped, and says what went wrong where the network does not come', async ({ user, page }) => {
  await user.open('/?device=wasm');
  await user.ask('draw a red car');
  const asked = deferred<void>();
  await page.route('**/upscaler/*.onnx', () => asked.resolve());
  await user.press('Enlarge');
  await choice(page, 'Upscaler').check();
  await inDialog(page, 'Save enlarged').click();
  await asked.promise;
  await expect(dialogOf(page).getByRole('progressbar', { name: 'Enlarging' })).toBeVisible();
  expect(await axeFindings(page)).toEqual([]);
  await inDialog(page, 'Stop').click();
  await expect(dialogOf(page).getByText('Stopped: nothing was saved.')).toBeVisible();
  await page.unroute('**/upscaler/*.onnx');
  await page.route('**/upscaler/*.onnx', (route) => route.abort());
  await inDialog(page, 'Save enlarged').click();
  await expect(dialogOf(page).getByRole('alert')).toBeVisible();
  await page.unroute('**/upscaler/*.onnx');
  await saveEnlarged(page, 'Upscaler', 2);
  await expect(dialogOf(page).getByRole('alert')).toHaveCount(0);
});

for (const colorScheme of ['light', 'dark'] as const)
  test.describe(`axe, ${colorScheme}, on a narrow phone`, () => {
    test.use({ colorScheme, locale: 'zh-CN', viewport: { width: 320, height: 640 } });

    test('finds nothing, in Chinese', async ({ page }) => {
      const user = new User(page, chinese);
      await user.open('/?device=wasm');
      await user.ask('画一辆红色的车');
      await user.press('放大');
      const dialog = page.getByRole('dialog', { name: '放大', exact: true });
      await expect(dialog).toBeVisible();
      expect(await axeFindings(page)).toEqual([]);
      expect(await dialog.evaluate((element) => element.scrollWidth - element.clientWidth)).toBe(0);
    });
  });
