/** The page itself, in Chrome: how soon it is there, how long its longest task holds it up, and how it is with a full store. */

import { type ChromePage, openChrome } from '../../cli/chrome.ts';
import { buildPage } from '../../cli/page-build.ts';
import { listenOnFreePort, serveFolders } from '../../cli/static-server.ts';
import { fail } from '../../model/failure.ts';
import { en } from '../../words/en/page.ts';
import { benchLongChat } from './long-chat.ts';
import { observed, observeFrom } from './page-observer.ts';
import { type BenchRow, benchRow, type Done } from './row.ts';

interface Load {
  readonly firstPaint: number;
  readonly usable: number;
  readonly ready: number;
  readonly loadingTask: number;
  readonly drawingTask: number;
}

/** A picture in software, on a machine that does other things as well. */
const timeoutMs = 900_000;
const [prompt = ''] = Object.values(en.opening.drawings);

export async function benchPage(cases: number, done: Done): Promise<readonly BenchRow[]> {
  const server = await listenOnFreePort(serveFolders([{ prefix: '/', ...(await buildPage()) }]), 0);
  const home = `http://localhost:${server.port}/`;
  const loads: Load[] = [];
  let long: readonly BenchRow[] = [];
  try {
    const chrome = await openChrome(`${home}icon.svg`);
    try {
      await observeFrom(chrome);
      for (let turn = 0; turn < cases; turn += 1) {
        loads.push(await loadAndDraw(chrome, home));
        done(turn + 1, 2 * cases);
      }
      long = await benchLongChat(chrome, home, cases);
      done(2 * cases, 2 * cases);
    } finally {
      await chrome.close();
    }
  } finally {
    await server.close();
  }
  const of = (value: (load: Load) => number) => loads.map(value);
  const firstPaint = of((load) => load.firstPaint);
  const usable = of((load) => load.usable);
  const ready = of((load) => load.ready);
  const loading = of(({ loadingTask }) => loadingTask);
  const drawing = of(({ drawingTask }) => drawingTask);
  return [
    benchRow('first paint', 'ms', firstPaint, { goal: 1000 }),
    benchRow('composer usable', 'ms', usable, { goal: 1000 }),
    benchRow('model ready', 'ms', ready),
    benchRow('longest task of 50 ms or more, loading', 'ms', loading, { goal: 0 }),
    benchRow('longest task of 50 ms or more, drawing', 'ms', drawing, { goal: 0 }),
    ...long,
  ];
}

async function loadAndDraw(chrome: ChromePage, home: string): Promise<Load> {
  await chrome.ask((page) => page.goto('about:blank'));
  await chrome.ask((page) => page.goto(home));
  // While the model is being opened the status says so; then it falls silent.
  const ready = await waitFor(chrome, 'the model is ready', () => {
    const status = document.querySelector('[role="status"]');
    return status?.textContent?.trim() === '' ? performance.now() : null;
  });
  const loaded = await observed(chrome);
  await chrome.ask(async (page) => {
    await page.getByRole('textbox', { name: en.composer.message, exact: true }).fill(prompt);
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: en.composer.stop, exact: true }).waitFor();
  });
  // Stop goes away somewhat before the picture itself is on its canvas.
  await waitFor(chrome, 'the turn has ended and its picture is shown', () => {
    const works = [...document.querySelectorAll('button')].some((button) => button.ariaLabel === 'Stop');
    const picture = [...document.querySelectorAll('canvas[role="img"]')].at(-1);
    return works || picture?.getAttribute('data-state') === 'working' ? null : performance.now();
  });
  const state = await chrome.ask((page) => page.evaluate(lastPicture));
  if (state !== 'done') return fail('UNEXPECTED', { message: `the last picture is ${state ?? 'not there'}` });
  const drawn = await observed(chrome);
  const { firstPaint, usable, longestTask } = loaded;
  if (firstPaint === null || usable === null) return fail('UNEXPECTED', { message: 'nothing was painted' });
  return { firstPaint, usable, ready, loadingTask: longestTask, drawingTask: drawn.longestTask };
}

/** Asks again and again until there is an answer, so that a page which stops answering is noticed. */
async function waitFor(chrome: ChromePage, what: string, look: () => number | null): Promise<number> {
  for (const begin = performance.now(); performance.now() - begin < timeoutMs; ) {
    const found = await chrome.ask((page) => page.evaluate(look));
    if (found !== null) return found;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return fail('UNEXPECTED', { message: `after ${timeoutMs / 1000} s it is not so that ${what}` });
}

/** Runs in the page. */
function lastPicture(): string | null {
  return [...document.querySelectorAll('canvas[role="img"]')].at(-1)?.getAttribute('data-state') ?? null;
}
