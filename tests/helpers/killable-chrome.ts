/** A Chrome with a profile on the disk, started by ourselves so that it can be killed as a crash or a power cut would. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Browser, type BrowserContext, chromium, type Page } from '@playwright/test';
import { chromeFlags, findChrome } from '../../cli/chrome.ts';
import { User } from './user.ts';

export class KillableChrome {
  readonly #process: ChildProcess;
  readonly #browser: Browser;
  readonly context: BrowserContext;

  private constructor(process: ChildProcess, browser: Browser, context: BrowserContext) {
    this.#process = process;
    this.#browser = browser;
    this.context = context;
  }

  static async start(profile: string): Promise<KillableChrome> {
    const program = await findChrome();
    if (program === undefined) throw new Error('no Chrome was found');
    const portFile = join(profile, 'DevToolsActivePort');
    await rm(portFile, { force: true });
    // What a killed Chrome leaves behind keeps its successor from the profile.
    for (const name of ['SingletonLock', 'SingletonCookie', 'SingletonSocket'])
      await rm(join(profile, name), { force: true });
    const options = [
      `--user-data-dir=${profile}`,
      '--remote-debugging-port=0',
      '--headless=new',
      '--disk-cache-size=1',
    ];
    const child = spawn(program, [...chromeFlags(), ...options, 'about:blank'], { stdio: 'ignore', detached: true });
    const [port, path] = await started(portFile, child);
    const browser = await chromium.connectOverCDP(`ws://127.0.0.1:${port}${path}`);
    const [context] = browser.contexts();
    if (context === undefined) throw new Error('Chrome has no context');
    return new KillableChrome(child, browser, context);
  }

  async user(): Promise<User> {
    return new User(await this.context.newPage());
  }

  /** Every process of it is gone at once. */
  async kill(): Promise<void> {
    const ended = new Promise((resolve) => this.#process.once('close', resolve));
    if (this.#process.pid !== undefined) process.kill(-this.#process.pid, 'SIGKILL');
    await ended;
    await this.#browser.close().catch(() => undefined);
  }
}

async function started(portFile: string, child: ChildProcess): Promise<readonly string[]> {
  while (child.exitCode === null) {
    const text = existsSync(portFile) ? await readFile(portFile, 'utf8') : '';
    if (text.includes('/devtools/')) return text.trim().split('\n');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`Chrome ended with ${child.exitCode}`);
}

/** The tab is gone, as where its process ran out of memory. */
export async function crashTab(page: Page): Promise<void> {
  const devtools = await page.context().newCDPSession(page);
  const crashed = page.waitForEvent('crash');
  devtools.send('Page.crash').catch(() => undefined);
  await crashed;
  await page.close();
}

/** The storage's worker ends, and nothing tells of it. */
export async function endStorageWorker(page: Page): Promise<void> {
  const worker = page.workers().find((candidate) => candidate.url().includes('storage.worker'));
  await worker?.evaluate(() => self.close()).catch(() => undefined);
}

/** Nothing is on its way to the disk any more. */
export async function allSaved(page: Page): Promise<void> {
  for (let before = -1, now = await knownRecords(page); before !== now; now = await knownRecords(page)) {
    before = now;
    await new Promise((resolve) => setTimeout(resolve, 400));
  }
}

/** How many records the page knows to be on the disk. */
export function knownRecords(page: Page): Promise<number> {
  return page.evaluate(() => Number(localStorage.getItem('nexus-gen stored records')));
}
