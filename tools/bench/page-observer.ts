/** What is measured inside a page, from its very beginning. */
import type { ChromePage } from '../../cli/chrome.ts';

export interface Observed {
  /** Milliseconds since the navigation began; null until it happens. */
  firstPaint: number | null;
  usable: number | null;
  /** The longest task since the page was asked last; tasks under 50 ms are not told. */
  longestTask: number;
}

declare global {
  interface Window {
    nexusObserved: Observed;
  }
}

/** From the next navigation on. */
export async function observeFrom(chrome: ChromePage): Promise<void> {
  await chrome.ask((page) => page.addInitScript(observe));
}

/** What was seen since the last time. */
export function observed(chrome: ChromePage): Promise<Observed> {
  return chrome.ask((page) =>
    page.evaluate(() => {
      const seen = { ...window.nexusObserved };
      window.nexusObserved.longestTask = 0;
      return seen;
    }),
  );
}

/** Runs in the page before any of its own scripts. */
function observe(): void {
  const seen: Observed = { firstPaint: null, usable: null, longestTask: 0 };
  window.nexusObserved = seen;
  new PerformanceObserver((list) => {
    for (const { name, startTime } of list.getEntries()) {
      if (name === 'first-contentful-paint') seen.firstPaint = startTime;
    }
  }).observe({ type: 'paint', buffered: true });
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) seen.longestTask = Math.max(seen.longestTask, duration);
  }).observe({ type: 'longtask', buffered: true });
  // No function here has a name: tsx would call a helper for it that the page does not have.
  const looking = setInterval(() => {
    if (document.querySelector('textarea:enabled') === null) return;
    seen.usable = performance.now();
    clearInterval(looking);
  }, 10);
}
