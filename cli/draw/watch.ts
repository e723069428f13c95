/** Shows on stderr how far a picture is. */
import type { SessionEvent } from '../../session/model-session.ts';
import { type Progress, progress } from '../progress.ts';
import type { OpenModel } from './model.ts';

class PaintingProgress {
  readonly #what: string;
  readonly #quiet: boolean;
  #bar: Progress | null = null;

  constructor(what: string, quiet: boolean) {
    this.#what = what;
    this.#quiet = quiet;
  }

  readonly listen = (event: SessionEvent): void => {
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

/** Runs `task` with a bar for each picture that is painted meanwhile. */
export async function watched<Result>(
  model: OpenModel,
  what: string,
  quiet: boolean,
  task: () => Promise<Result>,
): Promise<Result> {
  const shown = new PaintingProgress(what, quiet);
  const unsubscribe = model.session.subscribe(shown.listen);
  try {
    return await task();
  } finally {
    unsubscribe();
    shown.end();
  }
}
