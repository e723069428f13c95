/** What axe finds wrong with a page as it is shown. */
import type { Page } from '@playwright/test';
import axe from 'axe-core';

/** Each as the rule and what of the page breaks it; AAA for the contrast of text. */
export async function axeFindings(page: Page): Promise<readonly string[]> {
  // What moves in is looked at when it is there.
  await page.evaluate(async () => {
    const ends = document.getAnimations().map((animation) => {
      const { iterations } = animation.effect?.getComputedTiming() ?? {};
      return iterations === Number.POSITIVE_INFINITY ? null : animation.finished.catch(() => null);
    });
    await Promise.all(ends);
  });
  await page.evaluate(axe.source);
  return page.evaluate(async () => {
    const { violations } = await window.axe.run(document, {
      resultTypes: ['violations'],
      rules: { 'color-contrast-enhanced': { enabled: true } },
    });
    return violations.flatMap(({ id, nodes }) =>
      nodes.map(
        ({ target, failureSummary = '' }) => `${id}: ${target.join(' ')} ${failureSummary.split('\n').at(1)?.trim()}`,
      ),
    );
  });
}

declare global {
  interface Window {
    readonly axe: typeof axe;
  }
}
