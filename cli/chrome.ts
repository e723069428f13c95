/** Headless Chrome for `--device webgpu`: finds it, starts it with an adapter, opens a page. */
import { access } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { fail } from '../model/failure.ts';

const names = ['google-chrome', 'google-chrome-stable', 'chromium', 'chromium-browser', 'chrome'];
const places = ['/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'];

/** The browser to start: CHROME_PATH, else the first Chrome or Chromium on the PATH, else Playwright's own. */
export async function findChrome(): Promise<string | undefined> {
  const chosen = process.env.CHROME_PATH;
  if (chosen !== undefined && chosen !== '') return chosen;
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  const candidates = [...names.flatMap((name) => folders.map((folder) => join(folder, name))), ...places];
  for (const path of [...candidates, chromium.executablePath()]) if (await exists(path)) return path;
  return undefined;
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

/** No look-ups of Chrome's own, which a closed network turns into noise; WebGPU also where it is not yet on by default. */
const quietFlags = [
  '--enable-unsafe-webgpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** The software adapter, for machines without a GPU. */
export const softwareFlags = ['--use-webgpu-adapter=swiftshader'];

/** Chrome refuses to sandbox itself for root. */
export function chromeFlags(): string[] {
  return process.getuid?.() === 0 ? [...quietFlags, '--no-sandbox'] : quietFlags;
}

export interface ChromePage {
  readonly page: Page;
  close(): Promise<void>;
}

/**
 * Opens `url` in a headless Chrome that has a WebGPU adapter: the machine's own, else the software one.
 *
 * @throws NO_CHROME, and UNEXPECTED with the browser's own message
 */
export async function openChrome(url: string): Promise<ChromePage> {
  const executablePath = await findChrome();
  if (executablePath === undefined) return fail('NO_CHROME', {});
  const own = await openWith(executablePath, chromeFlags(), url);
  const hasAdapter = await own.page.evaluate(async () => (await navigator.gpu?.requestAdapter()) != null);
  if (hasAdapter) return own;
  await own.close();
  return openWith(executablePath, [...chromeFlags(), ...softwareFlags], url);
}

async function openWith(executablePath: string, args: string[], url: string): Promise<ChromePage> {
  const browser: Browser = await chromium.launch({ executablePath, args, headless: true });
  try {
    const page = await browser.newPage();
    await page.goto(url);
    return { page, close: () => browser.close() };
  } catch (error) {
    await browser.close();
    throw error;
  }
}
