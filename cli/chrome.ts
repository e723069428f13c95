/** Headless Chrome for `--device webgpu`: finds it, starts it with an adapter, opens a page. */
import { access } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { type BrowserServer, chromium, type Page } from 'playwright-core';
import { fail, failure } from '../model/failure.ts';
import { Watchdog } from './watchdog.ts';

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

/** Longest time without a sign of life: compiling a graph's shaders in software on a busy machine takes some of it. */
const silenceMs = 120_000;
/** How long Chrome may take to close itself before it is killed. */
const closingMs = 5000;

/** A page of a Chrome that may die, or stop answering, at any moment. */
export interface ChromePage {
  /**
   * What the page answers. Pages call `window.nexusAlive()` while they work for long.
   *
   * @throws CHROME_ENDED where Chrome is gone, or says nothing for two minutes
   */
  ask<Result>(task: (page: Page) => Promise<Result>): Promise<Result>;
  close(): Promise<void>;
}

export interface ChromeOptions {
  readonly silenceMs?: number;
}

/**
 * Opens `url` in a headless Chrome that has a WebGPU adapter: the machine's own, else the software one.
 *
 * @throws NO_CHROME, CHROME_ENDED, and UNEXPECTED with the browser's own message
 */
export async function openChrome(url: string, options: ChromeOptions = {}): Promise<ChromePage> {
  const executablePath = await findChrome();
  if (executablePath === undefined) return fail('NO_CHROME', {});
  const own = await openWith(executablePath, chromeFlags(), url, options);
  const hasAdapter = await own.ask((page) =>
    page.evaluate(async () => (await navigator.gpu?.requestAdapter()) != null),
  );
  if (hasAdapter) return own;
  await own.close();
  return openWith(executablePath, [...chromeFlags(), ...softwareFlags], url, options);
}

async function openWith(
  executablePath: string,
  args: string[],
  url: string,
  options: ChromeOptions,
): Promise<ChromePage> {
  const server = await chromium.launchServer({ executablePath, args, headless: true });
  try {
    const browser = await chromium.connect(server.wsEndpoint());
    const page = await browser.newPage();
    const watchdog = new Watchdog(options.silenceMs ?? silenceMs);
    await page.exposeFunction('nexusAlive', () => watchdog.heard());
    await page.goto(url);
    return guarded(server, page, watchdog);
  } catch (error) {
    await server.kill();
    throw error;
  }
}

function guarded(server: BrowserServer, page: Page, watchdog: Watchdog): ChromePage {
  let died = false;
  const dead = () => {
    died = true;
  };
  page.once('crash', dead);
  page.once('close', dead);
  return {
    async ask(task) {
      try {
        return await watchdog.within(task(page), failure('CHROME_ENDED', { reason: 'silent' }));
      } catch (error) {
        if (died) return fail('CHROME_ENDED', { reason: 'died' });
        throw error;
      }
    },
    async close() {
      const closed = server.close().then(() => true);
      const late = new Promise<false>((resolve) => setTimeout(() => resolve(false), closingMs));
      if (!(await Promise.race([closed, late]))) await server.kill();
    },
  };
}
