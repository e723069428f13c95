/**
 * One bundle, one picture: from the terminal with one thread and with two, and from the page on the processor, served with the
 * bundle, with it installed, and with a folder of it that was opened. Of the bundle in BUNDLE (docs/full-size.md), else of the tests' tiny one.
 */
import { execFile, spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, type Page, test } from '@playwright/test';
import sharp from 'sharp';
import { sessionIn } from '../../cli/draw/chrome-workers.ts';
import { prepare } from '../../cli/draw/job.ts';
import { perform, servedJob } from '../../cli/draw/perform.ts';
import { startPageServer } from '../../cli/page-server.ts';
import { parseManifest } from '../../model/bundle/manifest.ts';
import { freePort } from '../../tools/check/free-port.ts';
import { KillableChrome } from '../helpers/killable-chrome.ts';
import type { User } from '../helpers/user.ts';

const project = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const bundle = process.env.BUNDLE ?? project('.cache/browser-models/tiny');
const words = 'draw a red car';
const seed = '7';

/** A bundle of gigabytes on a machine that does other things as well. */
const patience = { timeout: 3_600_000 };
test.setTimeout(4 * patience.timeout);

/** RGBA, row by row. */
function pixelsOf(png: Uint8Array): Promise<Buffer> {
  return sharp(png).ensureAlpha().raw().toBuffer();
}

/** The most that two pictures of one size differ by in any number, of 255. */
function largestDifference(one: Buffer, other: Buffer): number {
  expect(one.length).toBe(other.length);
  return one.reduce((largest, value, at) => Math.max(largest, Math.abs(value - (other[at] ?? 0))), 0);
}

async function fromTerminal(threads: string, out: string): Promise<Buffer> {
  const job = ['draw', words, '--bundle', bundle, '--seed', seed, '--threads', threads, '--quiet', '-o', out];
  await promisify(execFile)(process.execPath, [project('cli/bin.mjs'), ...job]);
  return pixelsOf(await readFile(out));
}

/** `npm start -- --bundle DIR`. */
async function startServing(): Promise<{ readonly address: string; readonly end: () => void }> {
  const options = ['serve', '--bundle', bundle, '--port', String(await freePort())];
  const served = spawn(process.execPath, [project('cli/bin.mjs'), ...options], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  for await (const told of served.stdout) {
    const [address] = /http:\S+/.exec(String(told)) ?? [];
    if (address !== undefined) return { address, end: () => void served.kill('SIGTERM') };
  }
  throw new Error('the page is not served');
}

async function fromPage(user: User): Promise<Buffer> {
  await user.press('New chat');
  await user.openSettings();
  // It waits for the model to be open.
  await expect(user.field('Seed')).toBeEnabled(patience);
  await user.field('Seed').fill(seed);
  await user.button('Close settings').click();
  await user.say(words);
  await expect(user.picture).toHaveAttribute('data-state', 'done', patience);
  await user.idle();
  const [, base64 = ''] = (await user.picture.evaluate((canvas: HTMLCanvasElement) => canvas.toDataURL())).split(',');
  return pixelsOf(Buffer.from(base64, 'base64'));
}

async function install(user: User, name: string): Promise<void> {
  const models = user.page.getByRole('region', { name: 'Models', exact: true });
  const button = (label: string) => models.getByRole('button', { name: label, exact: true });
  await user.button('Models').click();
  const chooser = user.page.waitForEvent('filechooser');
  await button('Open folder').click();
  await (await chooser).setFiles(bundle);
  await button('Install').click();
  await expect(models.getByRole('article', { name, exact: true })).toContainText('Installed', patience);
  await button('Use').click();
  await expect(button('Use')).toHaveCount(0);
}

/** Puts the bundle into a folder of the private file system, which stands for one that a person picks. */
async function pick(page: Page, base: string): Promise<void> {
  for (const name of await readdir(bundle)) {
    await page.evaluate(
      async ([from, path]) => {
        const folder = await (await navigator.storage.getDirectory()).getDirectoryHandle('picked', { create: true });
        const file = await (await folder.getFileHandle(path, { create: true })).createWritable();
        const { body } = await fetch(from + path);
        await (body ?? new Blob().stream()).pipeTo(file);
      },
      [base, name] as const,
    );
  }
}

/** As the terminal draws in Chrome, on the processor, and from a folder that the page has a handle of. */
async function fromPicked(page: Page, out: string): Promise<Buffer> {
  const opened = await page.evaluate(async () => {
    const handle = await (await navigator.storage.getDirectory()).getDirectoryHandle('picked');
    return window.nexusModel.open({ kind: 'directory', handle });
  });
  if (!opened.ok) throw new Error(JSON.stringify(opened.failure));
  const close = () => page.evaluate(() => window.nexusModel.close());
  const session = { ...sessionIn({ ask: (task) => task(page), close }, new Set()), close };
  const unnamed = async () => '';
  const job = await prepare({ command: 'draw', words, pictures: [], out, given: { seed } }, 'replace', unnamed);
  const served = servedJob(job, opened.result.bundle);
  for await (const answered of perform({ session, opened: opened.result }, served, 'replace')) {
    expect(answered.out).toBe(out);
  }
  await close();
  return pixelsOf(await readFile(out));
}

test('a bundle draws the same pixels in the terminal and in the page, wherever it lies', async ({
  baseURL: _,
}, info) => {
  const { name } = parseManifest(await readFile(join(bundle, 'bundle.json')));
  const expected = await test.step('terminal', () => fromTerminal('1', info.outputPath('one.png')));
  await test.step('terminal, two threads', async () => {
    // They may add up in another order.
    expect(largestDifference(await fromTerminal('2', info.outputPath('two.png')), expected)).toBeLessThanOrEqual(1);
  });
  const profile = await mkdtemp(join(tmpdir(), 'nexus-gen-everywhere-'));
  const chrome = await KillableChrome.start(profile);
  const served = await startServing();
  try {
    const user = await chrome.user();
    await user.page.setViewportSize({ width: 1280, height: 720 });
    await user.page.addInitScript(() => Reflect.deleteProperty(globalThis, 'showDirectoryPicker'));
    await test.step('page, served with the bundle', async () => {
      await user.open(`${served.address}?device=wasm`);
      await user.choose('Model', name);
      expect(largestDifference(await fromPage(user), expected)).toBe(0);
    });
    await test.step('page, the bundle installed', async () => {
      await install(user, name);
      // What is installed needs nothing of the bundle that is served.
      await user.page.route('**/models/served-1/**', (route) => route.abort());
      expect(largestDifference(await fromPage(user), expected)).toBe(0);
    });
    await user.page.close();
    await test.step('page, a folder that was opened', async () => {
      const server = await startPageServer(project('cli/page'));
      try {
        const page = await chrome.context.newPage();
        for (const told of ['nexusAlive', 'nexusEvent']) await page.exposeFunction(told, () => undefined);
        await page.goto(`${server.url}?device=wasm`);
        await pick(page, server.publish(bundle));
        expect(largestDifference(await fromPicked(page, info.outputPath('picked.png')), expected)).toBe(0);
      } finally {
        await server.close();
      }
    });
  } finally {
    served.end();
    await chrome.kill();
    await rm(profile, { recursive: true, force: true });
  }
});
