/**
 * An installation that is cut anywhere: the browser, the tab or the library's worker ends, the line is cut, the disk is full. It
 * ends as an undisturbed one, nothing half is ever taken for a model, and a cut costs a chunk at most.
 */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, type Page, test } from '@playwright/test';
import { chunkBytes } from '../../model/bundle/hashes.ts';
import { tinySizes } from '../../tools/checkpoint/tiny-sizes.ts';
import { port } from '../browser/addresses.ts';
import { amounts, randomNumbers, seed } from '../helpers/amounts.ts';
import { CutLineHost } from '../helpers/cut-line-host.ts';
import { crashTab, KillableChrome } from '../helpers/killable-chrome.ts';
import { writePaddedBundle } from '../helpers/padded-bundle.ts';
import { tinyCheckpoint } from '../helpers/tiny-checkpoint.ts';
import { hashOf } from '../helpers/tiny-manifest.ts';
import type { User } from '../helpers/user.ts';

/** What a going on reads to know what it goes on with, and what was under way when it was cut. */
const besideBytes = 2 ** 20;

const cuts = ['browser', 'tab', 'worker', 'line', 'room'] as const;
type Cut = (typeof cuts)[number];

const region = (page: Page) => page.getByRole('region', { name: 'Models', exact: true });
const article = (page: Page) => region(page).getByRole('article', { name: 'Tiny', exact: true });
const button = (page: Page, name: string | RegExp) => region(page).getByRole('button', { name, exact: true });
const installed = (page: Page) => article(page).getByText(/^Installed, /);

interface Site {
  readonly host: CutLineHost;
  readonly profile: string;
  chrome: KillableChrome;
  user: User;
}

async function openModels({ chrome, host }: Pick<Site, 'chrome' | 'host'>): Promise<User> {
  const user = await chrome.user();
  await user.open(`${host.base}?device=wasm`);
  await user.press('Models');
  return user;
}

/** Installs from the far host, or goes on with what was begun. */
async function goOn({ user: { page }, host }: Site): Promise<void> {
  await expect(region(page)).not.toContainText('Reading');
  if ((await region(page).getByRole('progressbar').count()) > 0 || (await installed(page).count()) > 0) return;
  // What could not be begun is offered again.
  if ((await article(page).count()) > 0) return button(page, /^(Resume|Repair|Install)$/).click();
  await button(page, 'Add from address').click();
  await page.getByRole('textbox', { name: 'Address of the model’s folder' }).fill(host.farBase);
  await button(page, 'Look').click();
  await expect(button(page, 'Install')).toBeVisible();
  host.forget();
  await button(page, 'Install').click();
}

/** Hashes of a model's files by name; null unless bundle.json says that it can be used. */
function storedModel(page: Page): Promise<Readonly<Record<string, string>> | null> {
  return page.evaluate(async () => {
    const root = await navigator.storage.getDirectory();
    const models = await root.getDirectoryHandle('models').catch(() => null);
    for await (const folder of models?.values() ?? []) {
      if (!(folder instanceof FileSystemDirectoryHandle)) continue;
      const hashes: Record<string, string> = {};
      for await (const name of folder.keys()) {
        if (name === 'library.log') continue;
        const file = await (await folder.getFileHandle(name)).getFile();
        const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', await file.arrayBuffer()));
        hashes[name] = [...hash].map((byte) => byte.toString(16).padStart(2, '0')).join('');
      }
      return 'bundle.json' in hashes ? hashes : null;
    }
    return null;
  });
}

/** What bundle.json lists is there and right, wherever there is one: nothing half is a model. */
async function requireNothingPoisoned(page: Page, place: string): Promise<void> {
  const wrong = await page.evaluate(async () => {
    const root = await navigator.storage.getDirectory();
    const models = await root.getDirectoryHandle('models').catch(() => null);
    const found: string[] = [];
    for await (const folder of models?.values() ?? []) {
      if (!(folder instanceof FileSystemDirectoryHandle)) continue;
      const description = await folder.getFileHandle('bundle.json').catch(() => null);
      if (description === null) continue;
      const listed: { files: { path: string; sha256: string }[] } = JSON.parse(
        await (await description.getFile()).text(),
      );
      for (const { path, sha256 } of listed.files) {
        const file = await (await folder.getFileHandle(path)).getFile();
        const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', await file.arrayBuffer()));
        const hex = [...hash].map((byte) => byte.toString(16).padStart(2, '0')).join('');
        if (hex !== sha256) found.push(path);
      }
    }
    return found;
  });
  expect(wrong, place).toEqual([]);
}

/** As where the person clears the site's data. */
async function clearModels(site: Site): Promise<void> {
  await site.user.page.close();
  site.user = await site.chrome.user();
  const { page } = site.user;
  await page.route('**/empty', (route) => route.fulfill({ contentType: 'text/html', body: '<!doctype html>' }));
  await page.goto(`${site.host.base}empty`);
  const clear = () =>
    page.evaluate(async () => {
      const root = await navigator.storage.getDirectory();
      return root.removeEntry('models', { recursive: true }).then(
        () => true,
        () => false,
      );
    });
  await expect.poll(clear).toBe(true);
  await page.close();
  site.user = await openModels(site);
}

async function makeCut(site: Site, cut: Cut): Promise<void> {
  const { host, user } = site;
  const { page } = user;
  switch (cut) {
    case 'browser':
      await site.chrome.kill();
      site.chrome = await KillableChrome.start(site.profile);
      site.user = await openModels(site);
      return;
    case 'tab':
      await crashTab(page);
      site.user = await openModels(site);
      return;
    case 'worker': {
      const worker = page.workers().find((candidate) => candidate.url().includes('library.worker'));
      await worker?.evaluate(() => self.close()).catch(() => undefined);
      await expect(region(page).getByRole('progressbar')).toHaveCount(0);
      return;
    }
    case 'line':
      host.cut();
      return;
    case 'room': {
      host.goOn();
      const devtools = await page.context().newCDPSession(page);
      const { origin } = new URL(page.url());
      const { usage } = await devtools.send('Storage.getUsageAndQuota', { origin });
      await devtools.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: usage + 100_000 });
      await expect(region(page).getByRole('alert').or(installed(page)).first()).toBeVisible();
      await devtools.send('Storage.overrideQuotaForOrigin', { origin });
      await devtools.detach();
      return;
    }
  }
}

/** That of the tests' own pages, with shards of several chunks. */
async function largeBundle(): Promise<ReadonlyMap<string, Uint8Array>> {
  const tiny = fileURLToPath(new URL('../../.cache/browser-models/tiny/', import.meta.url));
  const folder = await mkdtemp(join(tmpdir(), 'nexus-gen-large-'));
  try {
    await writePaddedBundle(tiny, folder, ['transformer-1.bin']);
    const names = await readdir(folder);
    return new Map(await Promise.all(names.map(async (name) => [name, await readFile(join(folder, name))] as const)));
  } finally {
    await rm(folder, { recursive: true });
  }
}

const kinds = [
  { name: 'a bundle', files: largeBundle },
  // Its tables are of several blocks of rows, and T5's matrices of several megabytes.
  {
    name: 'a checkpoint',
    files: async () => tinyCheckpoint({ ...tinySizes, vocab_size: 60_000 }, { t5: { d_ff: 16_384 } }),
  },
];

/** What an installation that nothing cuts makes, and the bytes that it fetches. */
async function undisturbed(site: Site): Promise<{ expected: Readonly<Record<string, string>>; allBytes: number }> {
  const { host } = site;
  if (host.files.has('bundle.json')) {
    const hashes = [...host.files].map(([path, bytes]) => [path, hashOf(bytes)] as const);
    const allBytes = [...host.files.values()].reduce((sum, { length }) => sum + length, 0);
    return { expected: Object.fromEntries(hashes), allBytes };
  }
  await goOn(site);
  await expect(installed(site.user.page)).toBeVisible();
  const expected = await storedModel(site.user.page);
  if (expected === null) throw new Error('there is no bundle.json');
  const allBytes = host.sentBytes;
  await clearModels(site);
  return { expected, allBytes };
}

for (const { name, files } of kinds) {
  test(`${name} in ${amounts.installCuts} cuts, seed ${seed}`, async () => {
    test.setTimeout(400_000 + amounts.installCuts * 30_000);
    const profile = await mkdtemp(join(tmpdir(), 'nexus-gen-installs-'));
    const random = randomNumbers(seed);
    const host = await CutLineHost.start(port);
    host.files = await files();
    const chrome = await KillableChrome.start(profile);
    const site: Site = { host, profile, chrome, user: await openModels({ chrome, host }) };
    try {
      const { expected, allBytes } = await undisturbed(site);
      let cutsOfOne = 0;
      /** It is as an undisturbed one; the next begins anew. */
      const end = async () => {
        expect(await storedModel(site.user.page)).toEqual(expected);
        const place = `${cutsOfOne} cuts, ${host.sentAgain} of ${allBytes} bytes again`;
        test.info().annotations.push({ type: 'again', description: place });
        expect(host.sentAgain, place).toBeLessThanOrEqual(cutsOfOne * (chunkBytes + besideBytes));
        cutsOfOne = 0;
      };
      for (let at = 0; at < amounts.installCuts; at += 1) {
        const cut = cuts[Math.floor(random() * cuts.length)] ?? 'browser';
        const bytes = Math.floor(random() * allBytes * 0.6);
        const place = `cut ${at}: ${cut} behind ${bytes} bytes`;
        await test.step(place, async () => {
          await goOn(site);
          const isEnded = () =>
            installed(site.user.page)
              .waitFor()
              .then(
                () => true,
                () => false,
              );
          if (await Promise.race([host.heldBehind(bytes), isEnded()])) {
            await end();
            await clearModels(site);
            await goOn(site);
            await Promise.race([host.heldBehind(bytes), isEnded()]);
          }
          // What has come is being compared, converted or written.
          await new Promise((resolve) => setTimeout(resolve, 500 * random()));
          await makeCut(site, cut);
          host.goOn();
          cutsOfOne += 1;
          await requireNothingPoisoned(site.user.page, place);
        });
      }
      if ((await installed(site.user.page).count()) === 0) await goOn(site);
      await expect(installed(site.user.page)).toBeVisible();
      await end();
    } finally {
      await site.chrome.kill();
      host.close();
      await rm(profile, { recursive: true, force: true });
    }
  });
}
