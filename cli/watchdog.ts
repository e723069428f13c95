import { type Failure, FailureError } from '../model/failure.ts';

/** Waits for something that may never answer, and gives up when nothing was heard of it for too long. */
export class Watchdog {
  readonly #limitMs: number;
  #heardAt = 0;

  constructor(limitMs: number) {
    this.#limitMs = limitMs;
  }

  /** It still works: the wait goes on. */
  heard(): void {
    this.#heardAt = performance.now();
  }

  /** Answers as `task` does, or throws `failure` when the silence outlasts the limit. */
  async within<Result>(task: Promise<Result>, failure: Failure): Promise<Result> {
    this.heard();
    let timer: ReturnType<typeof setInterval> | undefined;
    const silence = new Promise<never>((_, reject) => {
      const look = () => {
        if (performance.now() - this.#heardAt >= this.#limitMs) reject(new FailureError(failure));
      };
      timer = setInterval(look, this.#limitMs / 10);
    });
    try {
      return await Promise.race([task, silence]);
    } finally {
      clearInterval(timer);
    }
  }
}
