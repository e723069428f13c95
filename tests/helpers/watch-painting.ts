/** What shows on the page while a picture is painted, frame by frame. */
import type { Page } from '@playwright/test';

export interface Watched {
  /** Each state that the latest result went through, in turn. */
  readonly states: readonly string[];
  /** Values of the progress bar in turn, as shares of its maximum. */
  readonly progress: readonly number[];
  /** How many different pictures its canvas showed while it was being painted. */
  readonly previews: number;
  /** Sentences of the status line in turn. */
  readonly statuses: readonly string[];
}

/** Watches from now on until nothing is being painted any more. */
export function watchPainting(page: Page): Promise<Watched> {
  return page.evaluate(async () => {
    const states: string[] = [];
    const progress: number[] = [];
    const statuses: string[] = [];
    const shown = new Set<string>();
    const append = <Value>(values: Value[], value: Value | null | undefined) => {
      if (value != null && values.at(-1) !== value) values.push(value);
    };
    const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
    do {
      await frame();
      const canvas = [...document.querySelectorAll<HTMLCanvasElement>('canvas[role="img"]')].at(-1);
      append(states, canvas?.dataset.state);
      if (canvas?.dataset.state === 'working') shown.add(canvas.toDataURL());
      const bar = document.querySelector('progress');
      append(progress, bar && Number(bar.ariaValueNow) / Number(bar.ariaValueMax));
      append(statuses, document.querySelector('[role="status"]')?.textContent);
    } while (!['done', 'stopped', 'failed'].includes(states.at(-1) ?? ''));
    // An empty canvas is no preview.
    return { states, progress, statuses, previews: shown.size - 1 };
  });
}
