/** Shows on stderr how far a picture is. */
import { type Progress, progress } from '../progress.ts';
import type { Tell } from './answer.ts';

class PaintingProgress {
  readonly #what: string;
  readonly #quiet: boolean;
  #bar: Progress | null = null;

  constructor(what: string, quiet: boolean) {
    this.#what = what;
    this.#quiet = quiet;
  }

  readonly listen: Tell = (event) => {
    if (event.type !== 'step') return;
    this.#bar ??= progress(this.#what, event.steps, this.#quiet);
    this.#bar.done(event.step);
    if (event.step === event.steps) this.end();
  };

  end(): void {
    this.#bar?.end();
    this.#bar = null;
  }
}

/** Runs `task`, which tells what its turns tell, with a bar for each picture that is painted meanwhile. */
export async function watched<Result>(
  what: string,
  quiet: boolean,
  task: (tell: Tell) => Promise<Result>,
): Promise<Result> {
  const shown = new PaintingProgress(what, quiet);
  try {
    return await task(shown.listen);
  } finally {
    shown.end();
  }
}
