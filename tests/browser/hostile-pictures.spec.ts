/** Small files that ask for much: each is read within bounds or refused with its reason, and the page stays as it was. */
import { readFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';
import { bombPng, jpegOfScans } from '../helpers/photos.ts';
import { expect, test } from './test.ts';

/** The largest picture once, 256 MB, and half as much for all else: a second copy of it would not fit. */
const megabytes = 384;

test('a small file of a large picture is read without a second copy of it', async ({ user, page }) => {
  test.skip(process.platform !== 'linux', 'memory is read from /proc');
  await user.open('/?device=wasm');
  await user.ask('hello');
  const before = await rendererMegabytes(page, 'VmRSS');
  await user.drop(bombPng());
  await expect(page.getByRole('img', { name: 'Picture: bomb.png' })).toBeVisible();
  expect((await rendererMegabytes(page, 'VmHWM')) - before).toBeLessThan(megabytes);
  await expect(user.alerts).toHaveCount(0);
});

test('a JPEG of thousands of scans is refused, and what the person wrote goes on', async ({ user }) => {
  await user.open('/?device=wasm');
  await user.type('draw a red car');
  await user.drop({ name: 'slow.jpg', bytes: await jpegOfScans(3000) });
  await expect(user.alerts).toHaveText(
    /slow\.jpg builds its picture up 3000 times; at most 100.*Save the picture again/,
  );
  await user.send();
  await expect(user.pictures('draw a red car')).toHaveAttribute('data-state', 'done');
});

/** Of all renderers of the browser: what they hold now, or the most that they ever held. */
async function rendererMegabytes(page: Page, field: 'VmRSS' | 'VmHWM'): Promise<number> {
  const browser = page.context().browser();
  if (browser === null) throw new Error('no browser');
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  const renderers = processInfo.filter(({ type }) => type === 'renderer');
  const held = await Promise.all(
    renderers.map(async ({ id }) => {
      const status = await readFile(`/proc/${id}/status`, 'utf8');
      return Number(new RegExp(`${field}:\\s+(\\d+)`).exec(status)?.[1] ?? 0) / 1024;
    }),
  );
  return Math.max(...held);
}
