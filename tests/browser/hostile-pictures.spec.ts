/** Small files that ask for much: each is read within bounds or refused with its reason, and the page stays as it was. */
import { readFile } from 'node:fs/promises';
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
    const before = await rendererMegabytes(page, 'VmRSS');
    const outcomes: Record<string, string> = {};
    const files = await hostilePictures();
    for (const file of files) {
      const read = await readInPage(page, worker, file);
      outcomes[file.name] = 'code' in read ? read.code : 'read';
    }
    expect(outcomes).toEqual(Object.fromEntries(files.map(({ name, outcome }) => [name, outcome])));
    if (process.platform === 'linux') {
      expect((await rendererMegabytes(page, 'VmHWM')) - before).toBeLessThan(megabytes);
    }
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
