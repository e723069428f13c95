/** Models of this browser: fetched from another host, kept, opened, mended and deleted; and which part of the page may ask which host. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page, Route, Worker } from '@playwright/test';
import { nano } from '../../cli/nano.ts';
import { drawingCheckpoint } from '../helpers/drawing-checkpoint.ts';
import { hashesBelow, hashesIn, tinyFolder } from '../helpers/file-hashes.ts';
import { article, button, carOf, list, openFolder, openModels, region } from '../helpers/models-region.ts';
import { writeFiles } from '../helpers/write-files.ts';
import { bareFolder, shippedFolder } from './addresses.ts';
import { expect, test } from './test.ts';

const host = 'https://models.test';
const address = `${host}/nano/`;
const cors = { 'Access-Control-Allow-Origin': '*' };

test.use({ allowedHosts: [host] });

/** A host that has nano, and can be made to hold its answers back. */
class ModelHost {
  readonly asked: string[] = [];
  /** Answers to files whose number of being asked for is this or more wait. */
  holdFrom = Number.POSITIVE_INFINITY;
  #release = () => undefined as unknown;
  #held: Promise<unknown> = Promise.resolve();

  async serve(page: Page): Promise<void> {
    await page.context().route(`${address}**`, (route) => this.#answer(route));
  }

  hold(from: number): void {
    this.holdFrom = from;
    this.#held = new Promise((resolve) => {
      this.#release = () => resolve(undefined);
    });
  }

  release(): void {
    this.holdFrom = Number.POSITIVE_INFINITY;
    this.#release();
  }

  async #answer(route: Route): Promise<void> {
    const path = route.request().url().slice(address.length);
    if (this.asked.push(path) >= this.holdFrom) await this.#held;
    const bytes = await readFile(join(nano, path)).catch(() => null);
    const answer = bytes === null ? { status: 404 } : ranged(bytes, await route.request().headerValue('range'));
    await route
      .fulfill({ ...answer, headers: { ...cors, ...('headers' in answer ? answer.headers : {}) } })
      .catch(() => undefined);
  }
}

function ranged(body: Buffer, range: string | null) {
  const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(range ?? '')?.map(Number) ?? [];
  if (first === undefined || last === undefined) return { status: 200, body };
  const headers = { 'Content-Range': `bytes ${first}-${last}/${body.length}` };
  return { status: 206, headers, body: body.subarray(first, last + 1) };
}

/** What the private file system holds of models. */
function stored(page: Page): Promise<readonly string[]> {
  return page.evaluate(async () => {
    const root = await navigator.storage.getDirectory();
    const names: string[] = [];
    const models = await root.getDirectoryHandle('models').catch(() => null);
    for await (const [name, folder] of models?.entries() ?? []) {
      if (folder instanceof FileSystemDirectoryHandle)
        for await (const file of folder.keys()) names.push(`${name}/${file}`);
    }
    return names;
  });
}

const addressField = (page: Page) => page.getByRole('textbox', { name: 'Address of the model’s folder' });

async function offerFromAddress(page: Page, text = address): Promise<void> {
  await button(page, 'Add from address').click();
  await addressField(page).fill(text);
  await button(page, 'Look').click();
}

test('nano from another host: told of, installed with a pause and a reload, opened, drawn with, deleted', async ({
  user,
  page,
}) => {
  const server = new ModelHost();
  await server.serve(page);
  await user.open(`${shippedFolder}?device=wasm`);
  const shipped = await carOf(user);

  await openModels(page);
  await expect(region(page)).toContainText(
    'Nexus-Gen nano came with this page and can be used at once. The full model, Nexus-Gen V2, is not installed.',
  );
  await offerFromAddress(page);
  await expect(article(page)).toContainText('14 MB are fetched');
  await expect(article(page)).toContainText('Fluent Emoji');
  await expect(article(page)).toContainText('a second as measured just now');
  const plan = article(page).getByRole('table', { name: 'Plan', exact: true });
  await expect(plan.getByRole('columnheader')).toHaveText(['Fits', 'Memory', 'Time', 'Disk']);
  await expect(plan.getByRole('rowheader')).toHaveText(['Chat', 'Draw', 'Edit']);
  await expect(plan.getByRole('row', { name: /^Draw/ })).toContainText('Yes');
  // The device is measured meanwhile, of which nothing is shown but what comes of it.
  await expect(plan.getByRole('row', { name: /^Chat/ })).toContainText(/(about|less than) .* a (second|token)/);
  await expect(plan.getByRole('row', { name: /^Draw/ })).toContainText(/(about|less than) .* a step/);
  await expect(plan.getByRole('row', { name: /^Edit/ })).toContainText(/(about|less than) .* a step/);
  await expect(region(page)).toContainText('Times are estimated from two seconds of computing on this device.');
  expect(await stored(page)).toEqual([]);

  // Nothing moves before the licence is accepted.
  await expect(button(page, 'Install')).toBeDisabled();
  await article(page).getByRole('checkbox', { name: 'I accept the licence' }).check();
  server.asked.length = 0;
  server.hold(12);
  await button(page, 'Install').click();
  await expect.poll(() => server.asked.length).toBe(12);
  await expect(article(page).getByRole('progressbar', { name: 'Installing', exact: true })).toBeVisible();
  await button(page, 'Pause').click();
  await expect(article(page)).toContainText('Not finished');
  await expect(list(page).getByRole('option')).toHaveCount(1);
  server.release();

  server.hold(server.asked.length + 12);
  const before = server.asked.length;
  await button(page, 'Resume').click();
  await expect.poll(() => server.asked.length).toBe(before + 12);
  await user.reload();
  server.release();
  await openModels(page);
  // What chatting needs has come by now, drawing has not.
  await expect(article(page)).toContainText('Can be used already');
  await button(page, 'Resume').click();
  await expect(article(page)).toContainText('Installed, 14 MB');
  // Each file but those that were cut came once; bundle.json is compared each time that it goes on.
  const counts = new Map<string, number>();
  for (const path of server.asked) counts.set(path, (counts.get(path) ?? 0) + 1);
  counts.delete('bundle.json');
  expect([...counts.values()].filter((count) => count > 1).length).toBeLessThanOrEqual(2);
  expect(Math.max(...counts.values())).toBe(2);

  // Opened from this browser alone, it draws the same.
  await page.context().route(`${address}**`, (route) => route.abort());
  await button(page, 'Use').click();
  await expect(button(page, 'Use')).toHaveCount(0);
  expect(await carOf(user)).toBe(shipped);
  await user.reload();
  await expect(list(page).locator('option:checked')).toHaveText('Nexus-Gen nano (this device)');
  expect(await carOf(user)).toBe(shipped);

  await openModels(page);
  await button(page, 'Verify').click();
  await expect(article(page)).toContainText('Verified');

  await button(page, 'Delete').click();
  await button(page, 'Undo').click();
  await expect(article(page)).toBeVisible();
  await button(page, 'Delete').click();
  await expect(article(page)).toHaveCount(0);
  await expect.poll(() => stored(page)).toEqual([]);
  await expect(list(page)).toHaveValue('nano');
});

/** Whether a part of the page, in which this runs what it is given, is let through to another host. */
function asks(run: (work: () => Promise<boolean>) => Promise<boolean>): Promise<boolean> {
  return run(() =>
    fetch('https://models.test/nano/bundle.json').then(
      () => true,
      () => false,
    ),
  );
}

test.describe('other hosts', () => {
  test.use({ expectedErrors: /Content Security Policy|violates the document/ });

  test.describe('where the headers come from either', () => {
    test.use({ serviceWorkers: 'allow' });

    test('the library can ask them; the page and every other worker cannot, with headers or with the service worker', async ({
      user,
      page,
    }) => {
      const server = new ModelHost();
      await server.serve(page);
      for (const site of [shippedFolder, bareFolder]) {
        await user.open(`${site}?device=wasm`);
        await openModels(page);
        await expect(region(page)).toContainText('Nexus-Gen V2, is not installed');
        await expect.poll(() => page.workers().length).toBe(4);
        const nameOf = (worker: Worker) =>
          /assets\/(?:library\/)?([a-z]+)\.worker/.exec(worker.url())?.[1] ?? worker.url();
        const workers = new Map(page.workers().map((worker) => [nameOf(worker), worker]));
        expect([...workers.keys()].sort()).toEqual(['language', 'library', 'painter', 'storage']);
        expect(await asks((work) => page.evaluate(work)), site).toBe(false);
        for (const [name, worker] of workers)
          expect(await asks((work) => worker.evaluate(work)), `${site} ${name}`).toBe(name === 'library');
      }
      expect(server.asked).toEqual(['bundle.json', 'bundle.json']);
    });
  });

  test('addresses that cannot be asked are told apart, and nothing is fetched', async ({ user, page }) => {
    const server = new ModelHost();
    await server.serve(page);
    await user.open(`${shippedFolder}?device=wasm`);
    await openModels(page);
    const alert = region(page).getByRole('alert');
    const field = addressField(page);
    await offerFromAddress(page, 'http://models.test/nano/');
    await expect(alert).toContainText('That address begins otherwise than with https://. Nothing was fetched.');
    // What was typed is still there to be mended, and says what is wrong with it.
    await expect(field).toBeFocused();
    await expect(field).toHaveValue('http://models.test/nano/');
    await expect(field).toHaveAttribute('aria-invalid', 'true');
    await expect(field).toHaveAccessibleDescription(/^That address begins otherwise .* Beginning with https/);
    await field.fill(`${host}/nano/none/`);
    await field.press('Enter');
    await expect(alert).toContainText('No model lies there: neither bundle.json nor config.json');
    await expect(field).toHaveValue(`${host}/nano/none/`);
    // No checkpoint begins there either.
    expect(server.asked).toEqual(['none/bundle.json', 'none/config.json', 'none/Nexus-GenV2/config.json']);

    // It is of this form alone, whichever way that is left; to other panels and back is none.
    await page.getByRole('button', { name: 'Settings', exact: true }).click();
    await openModels(page);
    await expect(field).toHaveValue(`${host}/nano/none/`);
    await expect(alert).toHaveCount(1);
    await button(page, 'Get Nexus-Gen V2').click();
    await expect(alert).toHaveCount(0);
    await offerFromAddress(page, 'hello');
    await expect(alert).toContainText('That is no address.');
    await button(page, 'Add from address').click();
    await expect(alert).toHaveCount(0);

    // What is found takes the place of the form, and the keyboard goes on there.
    await offerFromAddress(page);
    await expect(article(page)).toBeFocused();
    await expect(field).toHaveCount(0);
  });
});

test('nano from a folder of this machine, opened as a folder and as its files', async ({ user, page }) => {
  await page.addInitScript(() => Reflect.deleteProperty(globalThis, 'showDirectoryPicker'));
  await user.open(`${shippedFolder}?device=wasm`);
  await openModels(page);
  await openFolder(page, nano);
  await article(page).getByRole('checkbox', { name: 'I accept the licence' }).check();
  await button(page, 'Install').click();
  await expect(article(page)).toContainText('Installed, 14 MB');
  await button(page, 'Verify').click();
  await expect(article(page)).toContainText('Verified');

  // One changed byte: found, not used, and mended from the same folder.
  await page.evaluate(async () => {
    const models = await (await navigator.storage.getDirectory()).getDirectoryHandle('models');
    for await (const folder of models.values()) {
      if (!(folder instanceof FileSystemDirectoryHandle)) continue;
      const file = await folder.getFileHandle('transformer-1.bin');
      const writing = await file.createWritable({ keepExistingData: true });
      await writing.write({ type: 'write', position: 1000, data: new Uint8Array([1, 2, 3, 4, 5, 6, 7, 8]) });
      await writing.close();
    }
  });
  await button(page, 'Verify').click();
  await expect(region(page).getByRole('alert')).toContainText('is damaged');
  await expect(list(page).getByRole('option')).toHaveCount(1);
  await button(page, 'Repair').click();
  await expect(article(page)).toContainText('Installed, 14 MB');
  await button(page, 'Verify').click();
  await expect(article(page)).toContainText('Verified');
});

test('a folder that is dropped while Models is open is a model, or said to be none', async ({ user, page }) => {
  await user.open(`${shippedFolder}?device=wasm`);
  await openModels(page);
  await user.dragFromElsewhere({ files: [join(nano, '..', '..')] }, user.message);
  await expect(region(page).getByRole('alert')).toContainText('There is no file bundle.json');
  await user.dragFromElsewhere({ files: [nano] }, region(page));
  await expect(region(page).getByRole('alert')).toHaveCount(0);
  await article(page).getByRole('checkbox', { name: 'I accept the licence' }).check();
  await button(page, 'Install').click();
  await expect(article(page)).toContainText('Installed, 14 MB');
  await expect(article(page)).toContainText('From nano.');
  expect(await hashesBelow(page, 'models')).toEqual(await hashesIn(nano));
});

test("a checkpoint as published is converted in the page to the terminal's bytes, and draws", async ({
  user,
  page,
}) => {
  const checkpoint = await mkdtemp(join(tmpdir(), 'nexus-gen-checkpoint-'));
  try {
    await writeFiles(checkpoint, drawingCheckpoint());
    await page.addInitScript(() => Reflect.deleteProperty(globalThis, 'showDirectoryPicker'));
    await user.open('/?device=wasm');
    const fromTerminal = await carOf(user);
    await openModels(page);
    await openFolder(page, checkpoint);
    const tiny = region(page).getByRole('article', { name: 'Tiny', exact: true });
    await expect(tiny).toContainText('A checkpoint as published: it is converted on this device');
    await button(page, 'Install').click();
    await expect(tiny).toContainText('Installed');
    await button(page, 'Use').click();
    await expect(button(page, 'Use')).toHaveCount(0);
    expect(await carOf(user)).toBe(fromTerminal);
    expect(await hashesBelow(page, 'models')).toEqual(await hashesIn(tinyFolder));
  } finally {
    await rm(checkpoint, { recursive: true });
  }
});
