/** Small files that ask for much: each is read within bounds or refused with its reason, and the page stays as it was. */
import { readFile, writeFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';
import { bombPng, hostilePictures, jpegOfScans, largestJpeg } from '../helpers/hostile-pictures.ts';
import { pictureWorkerUrl, readInPage } from '../helpers/picture-worker.ts';
import { expect, test } from './test.ts';

/** More than the page held before; the largest picture alone would be 256, decoded whole. */
const megabytes = 300;

for (const [what, make] of Object.entries({
  'a small PNG of the largest picture': async () => bombPng(),
  'a progressive JPEG of the largest picture': largestJpeg,
})) {
  test(`${what} is read within bounds`, async ({ user, page }) => {
    test.skip(process.platform !== 'linux', 'memory is read from /proc');
    const file = await make();
    await user.open('/?device=wasm');
    await user.ask('hello');
    const before = await rendererMegabytes(page, 'VmRSS');
    await user.drop(file);
    await expect(page.getByRole('img', { name: `Picture: ${file.name}` })).toBeVisible();
    const most = (await rendererMegabytes(page, 'VmHWM')) - before;
    test.info().annotations.push({ type: 'megabytes', description: most.toFixed(0) });
    expect(most).toBeLessThan(megabytes);
    await expect(user.alerts).toHaveCount(0);
  });
}

test.describe('in the worker that reads files', () => {
  // To start it as the page does, and ask it what the page would.
  test.use({ bypassCSP: true });

  test('each damaged or odd file is read or refused with its reason, within bounds', async ({ user, page }) => {
    await user.open('/?device=wasm');
    const worker = await pictureWorkerUrl(user);
    const outcomes: Record<string, string> = {};
    const costly: Record<string, number> = {};
    const files = await hostilePictures();
    for (const file of files) {
      await forgetMost(page);
      const before = await rendererMegabytes(page, 'VmRSS');
      const read = await readInPage(page, worker, file);
      outcomes[file.name] = 'code' in read ? read.code : 'read';
      const most = (await rendererMegabytes(page, 'VmHWM')) - before;
      if (most >= megabytes) costly[file.name] = most;
    }
    expect(outcomes).toEqual(Object.fromEntries(files.map(({ name, outcome }) => [name, outcome])));
    expect(costly).toEqual({});
    await user.ask('hello');
  });
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

/** Of all renderers of the browser: what they hold now, or the most that they held since `forgetMost`. Elsewhere than on Linux 0. */
async function rendererMegabytes(page: Page, field: 'VmRSS' | 'VmHWM'): Promise<number> {
  const held = await Promise.all(
    (await renderers(page)).map(async (id) => {
      const status = await readFile(`/proc/${id}/status`, 'utf8');
      return Number(new RegExp(`${field}:\\s+(\\d+)`).exec(status)?.[1] ?? 0) / 1024;
    }),
  );
  return Math.max(0, ...held);
}

/** The most that is held counts from now on: what one file leaves until it is collected is not the next one's. */
async function forgetMost(page: Page): Promise<void> {
  const peak = '5';
  for (const id of await renderers(page)) await writeFile(`/proc/${id}/clear_refs`, peak);
}

async function renderers(page: Page): Promise<readonly number[]> {
  if (process.platform !== 'linux') return [];
  const browser = page.context().browser();
  if (browser === null) throw new Error('no browser');
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  await session.detach();
  return processInfo.filter(({ type }) => type === 'renderer').map(({ id }) => id);
}
