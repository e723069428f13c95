/** The workers' side of Comlink: failures as data, one event port a life, and cancellation by job. */
import { FailureError, failure, failureOf } from '../model/failure.ts';
import type { JobId, Outcome, WorkerEvent } from './protocol.ts';

/** Answers with a result or a failure; never rejects, because Comlink drops the fields of errors. */
export async function outcomeOf<Result>(task: () => Promise<Result>): Promise<Outcome<Result>> {
  try {
    return { ok: true, result: await task() };
  } catch (thrown) {
    return { ok: false, failure: failureOf(thrown) };
  }
}

/**
 * The jobs of a worker, one at a time: the model holds one sequence, and draws one picture. A cancellation finds a job's signal
 * also while the job still waits.
 */
export class Jobs {
  readonly #controllers = new Map<JobId, AbortController>();
  #last: Promise<unknown> = Promise.resolve();

  /**
   * Runs a job under its own signal when those before it have ended. A second job of the same id replaces the signal.
   *
   * @throws STOPPED where it is cancelled before its turn comes
   */
  async run<Result>(job: JobId, task: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
    const controller = new AbortController();
    this.#controllers.set(job, controller);
    const before = this.#last;
    const result = turnOf(before, controller.signal).then(() => task(controller.signal));
    this.#last = Promise.allSettled([before, result]);
    try {
      return await result;
    } finally {
      if (this.#controllers.get(job) === controller) this.#controllers.delete(job);
    }
  }

  cancel(job: JobId): void {
    this.#controllers.get(job)?.abort();
  }

  /** Cancels all; resolves when the last of them has ended. */
  async cancelAll(): Promise<void> {
    for (const controller of this.#controllers.values()) controller.abort();
    await this.#last;
  }
}

/** Resolves when what was before has ended. */
function turnOf(before: Promise<unknown>, signal: AbortSignal): Promise<unknown> {
  const stopped = new Promise<never>((_, reject) => {
    const stop = () => reject(new FailureError(failure('STOPPED', { stage: 'waiting' })));
    signal.addEventListener('abort', stop, { once: true });
  });
  return Promise.race([before, stopped]);
}

/** Sends events over the port of `open`; buffers travel without a copy. */
export class EventPort {
  #port: MessagePort | null = null;

  connect(port: MessagePort): void {
    this.#port?.close();
    this.#port = port;
  }

  send(event: WorkerEvent): void {
    this.#port?.postMessage(event, event.type === 'preview' ? [event.data.buffer] : []);
  }

  close(): void {
    this.#port?.close();
    this.#port = null;
  }
}
