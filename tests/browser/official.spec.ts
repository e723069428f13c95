/** The official files, got in the page: told of, opened by a token, converted as they arrive, of use ability by ability. */
import type { Page, Route } from '@playwright/test';
import { drawingCheckpoint } from '../helpers/drawing-checkpoint.ts';
import { officialHost } from '../helpers/official-host.ts';
import type { User } from '../helpers/user.ts';
import { expect, test } from './test.ts';

const hub = 'https://huggingface.co/';
/** Where large files are answered from. */
const files = new Map(
  [...officialHost('huggingface', drawingCheckpoint())].map(([path, bytes]) => [hub + path, bytes]),
);

test.use({ allowedHosts: [hub] });

/** The host, which gives FLUX's files to those with a token, and can hold the decoders back. */
class OfficialHost {
  readonly asked: string[] = [];
  isGated = true;
  readonly tokens = new Set<string | null>();
  #release = () => undefined as unknown;
  #held: Promise<unknown> = Promise.resolve();

  async serve(page: Page): Promise<void> {
    await page.context().route(`${hub}**`, (route) => this.#answer(route));
  }

  holdDecoders(): void {
    this.#held = new Promise((resolve) => {
      this.#release = () => resolve(undefined);
    });
  }

  release(): void {
    this.#release();
  }

  async #answer(route: Route): Promise<void> {
    const request = route.request();
    const url = request.url().replace(/\?.*$/, '');
    const cors = {
      'Access-Control-Allow-Origin': '*',
      'Access-Control-Allow-Headers': '*, Authorization',
      'Access-Control-Expose-Headers': 'Content-Range, ETag',
    };
    if (request.method() === 'OPTIONS') return route.fulfill({ status: 204, headers: cors });
    const token = await request.headerValue('authorization');
    this.tokens.add(token);
    this.asked.push(url);
    if (this.isGated && url.includes('ae.safetensors') && token === null)
      return route.fulfill({ status: 401, headers: cors });
    const bytes = files.get(url);
    if (bytes === undefined) return route.fulfill({ status: 404, headers: cors });
    const range = await request.headerValue('range');
    const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(range ?? '')?.map(Number) ?? [];
    if (first === undefined || last === undefined)
      return route.fulfill({ status: 200, headers: cors, body: Buffer.from(bytes) });
    // Tensors, and not the headers that a plan reads.
    if (url.endsWith('generation_decoder.bin') && this.asked.length > this.heldFrom) await this.#held;
    await route
      .fulfill({
        status: 206,
        headers: { ...cors, 'Content-Range': `bytes ${first}-${last}/${bytes.length}` },
        body: Buffer.from(bytes.subarray(first, last + 1)),
      })
      .catch(() => undefined);
  }

  heldFrom = Number.POSITIVE_INFINITY;
}

const region = (page: Page) => page.getByRole('region', { name: 'Models', exact: true });
const tiny = (page: Page) => region(page).getByRole('article', { name: 'Tiny', exact: true });
const button = (page: Page, name: string) => region(page).getByRole('button', { name, exact: true });

async function pixelsOfCar(user: User): Promise<string> {
  await user.press('New chat');
  await user.openSettings();
  await user.field('Seed').fill('7');
  await user.button('Close settings').click();
  await user.ask('draw a red car');
  return user.pixels();
}

test.describe('from Hugging Face', () => {
  test.use({ expectedErrors: /status of 401/ });

  test('what a licence guards says so; what arrives is of use at once, and becomes the whole model', async ({
    user,
    page,
  }) => {
    const host = new OfficialHost();
    await host.serve(page);
    await user.open('/?device=wasm');
    const fromTerminal = await pixelsOfCar(user);
    await page.getByRole('button', { name: 'Models', exact: true }).click();
    await button(page, 'Get Nexus-Gen V2').click();
    await button(page, 'Look').click();
    await expect(region(page).getByRole('alert')).toContainText('only to those who have accepted its licence');
    await expect(region(page).getByRole('link', { name: 'Open the licence’s page' })).toHaveAttribute(
      'href',
      `${hub}black-forest-labs/FLUX.1-schnell`,
    );
    await region(page).getByLabel('Access token (optional)').fill('my token');
    await button(page, 'Look').click();
    await expect(tiny(page)).toContainText('A checkpoint as published: it is converted on this device');
    await expect(tiny(page)).toContainText('a second as measured just now');
    await expect(tiny(page)).toContainText('This page stores');
    await expect(tiny(page)).toContainText('FLUX.1 [dev] Non-Commercial License');
    await expect(button(page, 'Install')).toBeDisabled();
    await tiny(page).getByRole('checkbox', { name: 'I accept the licence' }).check();
    await expect(tiny(page).getByRole('checkbox', { name: 'Chat' })).toBeDisabled();

    host.holdDecoders();
    host.heldFrom = host.asked.length;
    await button(page, 'Install').click();
    await expect(tiny(page).getByRole('progressbar', { name: 'Installing', exact: true })).toBeVisible();
    await button(page, 'Use').click();
    await expect(button(page, 'Use')).toHaveCount(0);
    await user.ask('what is this?');
    await expect(user.alerts).toHaveCount(0);
    host.release();
    await button(page, 'Use what was added').click();
    await expect(tiny(page)).toContainText('Installed', { timeout: 60_000 });
    const addMore = button(page, 'Use what was added');
    if (await addMore.isVisible()) await addMore.click();
    await expect(addMore).toHaveCount(0);
    expect(await pixelsOfCar(user)).toBe(fromTerminal);
    // It is kept nowhere.
    expect([...host.tokens].sort()).toEqual(['Bearer my token', null]);
    const kept = await page.evaluate(() => JSON.stringify({ ...localStorage, ...sessionStorage }));
    expect(kept).not.toContain('my token');
  });
});
