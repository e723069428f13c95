/** The page with a full store: how soon a chat of 1,000 turns is there, how it scrolls, and how it is to type below it. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ChromePage } from '../../cli/chrome.ts';
import { en } from '../../words/en/page.ts';
import { fullStore, longTitle, shortTitle } from './full-store.ts';
import { observed } from './page-observer.ts';
import { type BenchRow, benchRow } from './row.ts';

interface LongChat {
  readonly opening: number;
  readonly openingTask: number;
  readonly settingsTask: number;
  readonly scrollingTask: number;
  readonly typing: readonly number[];
  readonly workingTask: number;
  /** Of canvases that hold a picture, when all of the chat was scrolled past. */
  readonly canvases: number;
}

const letters = 'a lighthouse on a cliff by the sea at night with a full moon';
const question = 'what is in the picture?';

export async function benchLongChat(chrome: ChromePage, home: string, cases: number): Promise<readonly BenchRow[]> {
  const importingTask = await fill(chrome, home);
  const measured: LongChat[] = [];
  for (let turn = 0; turn < cases; turn += 1) measured.push(await openAndUse(chrome, home));
  const of = (value: (chat: LongChat) => number) => measured.map(value);
  const typing = measured.map((chat) => percentile95(chat.typing));
  return [
    benchRow('longest task of 50 ms or more, importing 1,000 turns and 500 pictures', 'ms', [importingTask], {
      goal: 0,
    }),
    benchRow(
      'a chat of 1,000 turns is shown',
      'ms',
      of(({ opening }) => opening),
      { goal: 300 },
    ),
    benchRow(
      'longest task of 50 ms or more, opening it',
      'ms',
      of(({ openingTask }) => openingTask),
    ),
    benchRow(
      'longest task of 50 ms or more, opening Settings beside it',
      'ms',
      of(({ settingsTask }) => settingsTask),
      { goal: 0 },
    ),
    benchRow(
      'longest task of 50 ms or more, scrolling it',
      'ms',
      of(({ scrollingTask }) => scrollingTask),
      { goal: 0 },
    ),
    benchRow('a letter typed below it, 95th percentile', 'ms', typing, { goal: 20 }),
    benchRow(
      'longest task of 50 ms or more, at work in it',
      'ms',
      of(({ workingTask }) => workingTask),
      { goal: 0 },
    ),
    benchRow(
      'pictures held by canvases, scrolled to its beginning',
      '1',
      of(({ canvases }) => canvases),
    ),
  ];
}

/** Brings the archive in, as a person does. */
async function fill(chrome: ChromePage, home: string): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'nexus-gen-bench-'));
  try {
    const file = join(folder, 'full.zip');
    await writeFile(file, await fullStore(500));
    return await importFrom(chrome, home, file);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function importFrom(chrome: ChromePage, home: string, file: string): Promise<number> {
  await chrome.ask((page) => page.goto(`${home}?device=wasm`));
  await modelIsOpen(chrome);
  await observed(chrome);
  await chrome.ask(async (page) => {
    const button = (name: string) => page.getByRole('button', { name, exact: true });
    await button(en.settings.settings).click();
    const chooser = page.waitForEvent('filechooser');
    await button(en.data.import).click();
    await (await chooser).setFiles(file);
  });
  await isSo(chrome, (title) => document.querySelector('.chats')?.textContent?.includes(title) === true, longTitle);
  await chrome.ask((page) => page.waitForTimeout(3000));
  return (await observed(chrome)).longestTask;
}

async function openAndUse(chrome: ChromePage, home: string): Promise<LongChat> {
  await chrome.ask((page) => page.goto('about:blank'));
  await chrome.ask((page) => page.goto(`${home}?device=wasm`));
  await modelIsOpen(chrome);
  await showShortChat(chrome);
  await observed(chrome);
  const opening = await chrome.ask((page) => page.evaluate(openChat, longTitle));
  const { longestTask: openingTask } = await observed(chrome);
  await chrome.ask((page) => page.waitForTimeout(2000));
  await observed(chrome);
  const settingsTask = await lookIntoSettings(chrome);
  const typing = await type(chrome);
  await chrome.ask((page) => page.evaluate(scrollUp, 240));
  const { longestTask: scrollingTask } = await observed(chrome);
  const canvases = await chrome.ask((page) => page.evaluate(heldCanvases));
  const workingTask = await work(chrome);
  return { opening, openingTask, settingsTask, scrollingTask, typing, workingTask, canvases };
}

async function showShortChat(chrome: ChromePage): Promise<void> {
  await isSo(chrome, (title) => document.querySelector('.chats')?.textContent?.includes(title) === true, shortTitle);
  await chrome.ask(async (page) => {
    await page.evaluate(openChat, shortTitle);
    await page.waitForTimeout(1000);
  });
}

async function lookIntoSettings(chrome: ChromePage): Promise<number> {
  await chrome.ask(async (page) => {
    await page.evaluate(press, en.settings.settings);
    await page.waitForTimeout(2000);
  });
  const { longestTask } = await observed(chrome);
  await chrome.ask((page) => page.evaluate(press, en.settings.close));
  return longestTask;
}

async function type(chrome: ChromePage): Promise<readonly number[]> {
  await chrome.ask((page) => page.evaluate(timeLetters));
  await chrome.ask(async (page) => {
    await page.getByRole('textbox', { name: en.composer.message, exact: true }).focus();
    await page.keyboard.type(letters, { delay: 60 });
  });
  const { longestTask: _ } = await observed(chrome);
  const times = await chrome.ask((page) => page.evaluate(() => window.nexusLetters));
  await chrome.ask((page) => page.getByRole('textbox', { name: en.composer.message, exact: true }).fill(''));
  return times;
}

/** How long it is watched at work: reading what so many turns and pictures say takes a small device minutes. */
const watchedMs = 10_000;

async function work(chrome: ChromePage): Promise<number> {
  await chrome.ask((page) => page.getByRole('textbox', { name: en.composer.message, exact: true }).fill(question));
  // Looking through all of a page's names for the field was itself a long task.
  await observed(chrome);
  await chrome.ask(async (page) => {
    await page.keyboard.press('Enter');
    await page.waitForTimeout(watchedMs);
  });
  const { longestTask } = await observed(chrome);
  // The answer may end at any moment.
  await chrome.ask((page) => page.evaluate(press, en.composer.stop));
  await isSo(chrome, (name) => document.querySelector(`button[aria-label="${name}"]`) === null, en.composer.stop);
  return longestTask;
}

/** Asks twice a second alone: a look through all of a page's names would itself be a long task. */
async function isSo(chrome: ChromePage, look: (name: string) => boolean, name: string): Promise<void> {
  await chrome.ask(async (page) => {
    await page.waitForFunction(look, name, { polling: 500, timeout: 110_000 });
  });
}

async function modelIsOpen(chrome: ChromePage): Promise<void> {
  await chrome.ask(async (page) => {
    await page.waitForFunction(() => document.querySelector('[role="status"]')?.textContent?.trim() === '', null, {
      timeout: 110_000,
    });
  });
}

function percentile95(times: readonly number[]): number {
  const sorted = [...times].sort((left, right) => left - right);
  return sorted[Math.ceil(sorted.length * 0.95) - 1] ?? Number.NaN;
}

declare global {
  interface Window {
    nexusLetters: number[];
  }
}

/** Runs in the page. Milliseconds from the press until the newest turn is painted. */
async function openChat(title: string): Promise<number> {
  const rows = [...document.querySelectorAll<HTMLButtonElement>('.opens-chat')];
  const row = rows.find((button) => button.querySelector('.title')?.textContent === title);
  const before = document.querySelector('.log');
  const begin = performance.now();
  row?.click();
  for (;;) {
    await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
    const log = document.querySelector('.log');
    if (log !== before && (log?.childElementCount ?? 0) > 0) return performance.now() - begin;
  }
}

/** Runs in the page. */
function press(name: string): void {
  document.querySelector<HTMLButtonElement>(`button[aria-label="${name}"]`)?.click();
}

/** Runs in the page: so many frames, each a bit further up. */
async function scrollUp(frames: number): Promise<void> {
  const scroller = document.querySelector('.scroller');
  for (let frame = 0; frame < frames; frame += 1) {
    scroller?.scrollBy({ top: -400, behavior: 'instant' });
    await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
  }
  // What comes behind.
  await new Promise((resolve) => setTimeout(resolve, 500));
}

/** Runs in the page. A canvas that was given back is a pixel large. */
function heldCanvases(): number {
  return [...document.querySelectorAll('canvas')].filter(({ width, height }) => width * height > 1).length;
}

/** Runs in the page: from each key to when all that follows from it is laid out. */
function timeLetters(): void {
  window.nexusLetters = [];
  window.addEventListener(
    'keydown',
    () => {
      const begin = performance.now();
      // Behind the letter's own input and what it renders.
      setTimeout(() => {
        document.body.getBoundingClientRect();
        window.nexusLetters.push(performance.now() - begin);
      });
    },
    { capture: true },
  );
}
