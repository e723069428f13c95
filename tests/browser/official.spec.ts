/** The official files, got in the page: told of, opened by a token, converted as they arrive, of use ability by ability. */
import type { Page, Route } from '@playwright/test';
import type { OfficialLayoutName } from '../../workers/library/official-layouts.ts';
import { drawingCheckpoint } from '../helpers/drawing-checkpoint.ts';
import { hashesBelow, hashesIn, tinyFolder } from '../helpers/file-hashes.ts';
import { button, carOf, openModels, ownNegatives, region } from '../helpers/models-region.ts';
import { officialHost } from '../helpers/official-host.ts';
import { expect, test } from './test.ts';

const hub = 'https://huggingface.co/';
const scope = 'https://modelscope.cn/';
const mirror = 'https://mirror.test/';
const checkpoint = drawingCheckpoint();

test.use({ allowedHosts: [hub, scope, mirror] });

const token = (page: Page) => region(page).getByLabel('Access token (where the host asks for it)');
const tiny = (page: Page) => region(page).getByRole('article', { name: 'Tiny', exact: true });

/** The host, which gives FLUX's files to those with a token, and can hold a file back. */
class OfficialHost {
  readonly asked: string[] = [];
  isGated = true;
  readonly tokens = new Set<string | null>();
  #holding = { file: '', from: Number.POSITIVE_INFINITY };
  #release = () => undefined as unknown;
  #held: Promise<unknown> = Promise.resolve();
  readonly #base: string;
  readonly #files: ReadonlyMap<string, Uint8Array>;

  constructor(layout: OfficialLayoutName, base: string) {
    this.#base = base;
    this.#files = officialHost(layout, checkpoint);
  }

  async serve(page: Page): Promise<void> {
    await page.context().route(`${this.#base}**`, (route) => this.#answer(route));
  }

  /** Holds back what is asked for from now on of a file whose address ends so. */
  hold(file: string): void {
    this.#holding = { file, from: this.asked.length };
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
    const bytes = this.#files.get(url.slice(this.#base.length));
    if (bytes === undefined) return route.fulfill({ status: 404, headers: cors });
    const range = await request.headerValue('range');
    const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(range ?? '')?.map(Number) ?? [];
    if (first === undefined || last === undefined)
      return route.fulfill({ status: 200, headers: cors, body: Buffer.from(bytes) });
    // Tensors, and not the headers that a plan read before.
    if (url.endsWith(this.#holding.file) && this.asked.length > this.#holding.from) await this.#held;
    await route
      .fulfill({
        status: 206,
        headers: { ...cors, 'Content-Range': `bytes ${first}-${last}/${bytes.length}` },
        body: Buffer.from(bytes.subarray(first, last + 1)),
      })
      .catch(() => undefined);
  }
}

test.describe('from Hugging Face', () => {
  test.use({ expectedErrors: /status of 401/ });

  test('what a licence guards says so; what arrives is of use at once, and becomes the whole model', async ({
    user,
    page,
  }) => {
    const host = new OfficialHost('huggingface', hub);
    await host.serve(page);
    await user.open('/?device=wasm');
    const fromTerminal = await carOf(user);
    await page.getByRole('button', { name: 'Models', exact: true }).click();
    await button(page, 'Get Nexus-Gen V2').click();
    // What it takes is told before anyone is asked for it, and where a licence is accepted first.
    const published = region(page).getByRole('article', { name: 'Nexus-Gen V2', exact: true });
    await expect(published).toContainText(/88\.2 GB are downloaded and 23\.3 GB kept on this device, 2\.0 h or more/);
    await expect(published).toContainText('Chat comes first, then drawing, then editing');
    await expect(published).toContainText('FLUX.1 [dev] Non-Commercial License');
    await expect(published.getByRole('row', { name: /^Draw/ })).toContainText(/GB/);
    const gate = region(page).getByRole('link', { name: 'Open the licence’s page' });
    await expect(gate).toHaveAttribute('href', `${hub}black-forest-labs/FLUX.1-schnell`);
    expect(host.asked).toEqual([]);
    await button(page, 'Look').click();
    await expect(region(page).getByRole('alert')).toContainText('only to those who did');
    await expect(gate).toHaveAttribute('href', `${hub}black-forest-labs/FLUX.1-schnell`);
    await expect(token(page)).toBeFocused();
    await expect(token(page)).toHaveAccessibleDescription(/^A licence has to be accepted first/);
    await token(page).fill('my token');
    await button(page, 'Look').click();
    await expect(tiny(page)).toContainText('A checkpoint as published: it is converted on this device');
    await expect(tiny(page)).toContainText('a second as measured just now');
    await expect(tiny(page)).toContainText('This page stores');
    await expect(tiny(page)).toContainText('FLUX.1 [dev] Non-Commercial License');
    await expect(button(page, 'Install')).toBeDisabled();
    await tiny(page).getByRole('checkbox', { name: 'I accept the licence' }).check();
    await expect(tiny(page).getByRole('checkbox', { name: 'Chat' })).toBeDisabled();

    host.hold('generation_decoder.bin');
    await button(page, 'Install').click();
    await expect(tiny(page).getByRole('progressbar', { name: 'Installing', exact: true })).toBeVisible();
    await button(page, 'Use').click();
    await expect(button(page, 'Use')).toHaveCount(0);
    await user.ask('what is this?');
    await expect(user.alerts).toHaveCount(0);
    host.release();
    await button(page, 'Use what was added').click();
    await expect(tiny(page)).toContainText('Installed');
    const addMore = button(page, 'Use what was added');
    if (await addMore.isVisible()) await addMore.click();
    await expect(addMore).toHaveCount(0);
    expect(await carOf(user)).toBe(fromTerminal);
    // It is kept nowhere.
    expect([...host.tokens].sort()).toEqual(['Bearer my token', null]);
    const kept = await page.evaluate(() => JSON.stringify({ ...localStorage, ...sessionStorage }));
    expect(kept).not.toContain('my token');
  });
});

test('the second host and a mirror of it are chosen: each is asked alone, and a mirror gets no token', async ({
  user,
  page,
}) => {
  const hosts = {
    first: new OfficialHost('huggingface', hub),
    second: new OfficialHost('modelscope', scope),
    mirror: new OfficialHost('modelscope', mirror),
  };
  for (const host of Object.values(hosts)) {
    host.isGated = false;
    await host.serve(page);
  }
  await user.open('/?device=wasm');
  await page.getByRole('button', { name: 'Models', exact: true }).click();
  await button(page, 'Get Nexus-Gen V2').click();
  await region(page).getByRole('combobox', { name: 'From', exact: true }).selectOption('ModelScope');
  await token(page).fill('my token');
  await button(page, 'Look').click();
  await expect(tiny(page)).toContainText('A checkpoint as published: it is converted on this device');
  expect(hosts.second.asked.length).toBeGreaterThan(0);
  expect([...hosts.second.tokens]).toEqual(['Bearer my token']);
  await button(page, 'Not now').click();
  await expect(tiny(page)).toHaveCount(0);

  hosts.second.asked.length = 0;
  await button(page, 'Get Nexus-Gen V2').click();
  await region(page).getByRole('combobox', { name: 'From', exact: true }).selectOption('ModelScope');
  await region(page).getByLabel('Mirror (optional)').fill(mirror);
  await expect(token(page)).toBeDisabled();
  await button(page, 'Look').click();
  await tiny(page).getByRole('checkbox', { name: 'I accept the licence' }).check();
  await tiny(page)
    .getByRole('checkbox', { name: /^CFG \(/ })
    .uncheck();
  await button(page, 'Install').click();
  await expect(tiny(page)).toContainText('Installed');
  await expect(tiny(page)).toContainText(`From ${mirror}`);

  // What was left out is added to it from where it came.
  await expect(tiny(page)).toContainText('Can be added: CFG, negative prompts of your own.');
  const part = Object.keys(await hashesBelow(page, 'models')).length;
  await button(page, 'Add').click();
  await tiny(page).getByRole('checkbox', { name: 'I accept the licence' }).check();
  await button(page, 'Install').click();
  await expect.poll(async () => Object.keys(await hashesBelow(page, 'models')).length).toBeGreaterThan(part);
  await expect(tiny(page)).toContainText('Can be added: negative prompts of your own.');
  await expect(tiny(page)).toContainText('Installed');
  expect(await hashesBelow(page, 'models')).toEqual(await hashesIn(tinyFolder));
  expect([...hosts.mirror.tokens]).toEqual([null]);
  expect([hosts.first.asked, hosts.second.asked]).toEqual([[], []]);
});

test('words of one’s own that were being made go on after a reload, from the host they came from', async ({
  user,
  page,
}) => {
  const host = new OfficialHost('huggingface', hub);
  host.isGated = false;
  await host.serve(page);
  await user.open('/?device=wasm');
  await openModels(page);
  await button(page, 'Get Nexus-Gen V2').click();
  await button(page, 'Look').click();
  await tiny(page).getByRole('checkbox', { name: 'I accept the licence' }).check();
  await button(page, 'Install').click();
  await expect(tiny(page)).toContainText('Installed');
  expect(host.asked.filter((url) => /\/tokenizer(_2)?\//.test(url))).toEqual([]);

  await button(page, 'Add').click();
  await ownNegatives(page).fill('dull');
  await tiny(page).getByRole('checkbox', { name: 'I accept the licence' }).check();
  host.hold('text_encoder_2/model.safetensors');
  const before = host.asked.length;
  await button(page, 'Install').click();
  await expect(tiny(page).getByRole('progressbar', { name: 'Installing', exact: true })).toBeVisible();
  await expect.poll(() => host.asked.slice(before).some((url) => url.includes('text_encoder_2/model'))).toBe(true);
  await user.reload();
  host.release();
  await openModels(page);
  await button(page, 'Resume').click();
  await expect(tiny(page)).toContainText('Installed');
  await button(page, 'Add').click();
  await ownNegatives(page).fill('dull');
  await expect(tiny(page)).toContainText('The model holds this already: “dull”.');
  await expect(button(page, 'Install')).toBeDisabled();
});
