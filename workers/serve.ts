/** The workers' side of Comlink: failures as data, one event port a life, and cancellation by job. */
import { failureOf } from '../model/failure.ts';
import type { JobId, Outcome, WorkerEvent } from './protocol.ts';

/** Answers with a result or a failure; never rejects, because Comlink drops the fields of errors. */
export async function outcomeOf<Result>(task: () => Promise<Result>): Promise<Outcome<Result>> {
  try {
    return { ok: true, result: await task() };
  } catch (thrown) {
    return { ok: false, failure: failureOf(thrown) };
  }
}

/** The jobs under way, so that a cancellation finds its signal. */
export class Jobs {
  readonly #controllers = new Map<JobId, AbortController>();

  /** Runs a job under its own signal. A second job of the same id waits for nobody: it replaces the signal. */
  async run<Result>(job: JobId, task: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
    const controller = new AbortController();
    this.#controllers.set(job, controller);
    try {
      return await task(controller.signal);
    } finally {
      if (this.#controllers.get(job) === controller) this.#controllers.delete(job);
    }
  }

  cancel(job: JobId): void {
    this.#controllers.get(job)?.abort();
  }

  cancelAll(): void {
    for (const controller of this.#controllers.values()) controller.abort();
  }
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
