/**
 * A worker and its life. Comlink never settles a call to a worker that has died, so every call races against the death; the
 * next request starts a new life, and what an old one still says is not heard.
 */
import { type Remote, releaseProxy, wrap } from 'comlink';
import { FailureError, failure } from '../../model/failure.ts';
import type { Outcome, WorkerEvent } from '../../workers/protocol.ts';

type Answers<Calls> = {
  [Name in keyof Calls]: Calls[Name] extends (...given: infer Given) => infer Answer
    ? (...given: Given) => Answer
    : never;
};

interface Life<Calls> {
  readonly worker: Worker;
  readonly remote: Remote<Calls>;
  readonly port: MessagePort;
  /** Rejects with WORKER_ENDED when this life ends; never resolves. */
  readonly death: Promise<never>;
  readonly end: (reason: string) => void;
}

export class WorkerHost<Calls extends object> {
  readonly #name: 'language' | 'painter';
  readonly #spawn: () => Worker;
  readonly #listen: (event: WorkerEvent) => void;
  #life: Life<Calls> | null = null;

  constructor(name: 'language' | 'painter', spawn: () => Worker, listen: (event: WorkerEvent) => void) {
    this.#name = name;
    this.#spawn = spawn;
    this.#listen = listen;
  }

  /** Whether a life is going on: after a death the next one has to open its model again. */
  get alive(): boolean {
    return this.#life !== null;
  }

  /**
   * Calls the worker, starting one if there is none. `port` is the worker's end of this life's event stream, for `open`.
   *
   * @throws WORKER_ENDED when the worker dies before it answers
   */
  async call<Result>(task: (remote: Answers<Calls>, port: MessagePort) => Promise<Result>): Promise<Result> {
    const life = this.#life ?? this.#begin();
    return Promise.race([task(life.remote as unknown as Answers<Calls>, life.port), life.death]);
  }

  /** The same for a call that answers with an outcome: its failure is thrown. */
  async result<Result>(task: (remote: Answers<Calls>, port: MessagePort) => Promise<Outcome<Result>>): Promise<Result> {
    const outcome = await this.call(task);
    if (outcome.ok) return outcome.result;
    throw new FailureError(outcome.failure);
  }

  /** Ends this life at once; every pending call rejects. */
  terminate(reason: string): void {
    this.#life?.end(reason);
  }

  #begin(): Life<Calls> {
    const worker = this.#spawn();
    const { port1, port2 } = new MessageChannel();
    let reject: (reason: FailureError) => void = () => undefined;
    const death = new Promise<never>((_, rejectDeath) => {
      reject = rejectDeath;
    });
    // A death that nobody waits for is no error.
    death.catch(() => undefined);
    const remote = wrap<Calls>(worker);
    const end = (reason: string) => {
      if (this.#life?.worker !== worker) return;
      this.#life = null;
      port1.close();
      remote[releaseProxy]();
      worker.terminate();
      reject(new FailureError(failure('WORKER_ENDED', { worker: this.#name, reason })));
    };
    worker.addEventListener('error', (event) => end(event.message || 'it could not start'));
    worker.addEventListener('messageerror', () => end('a message could not be read'));
    port1.onmessage = ({ data }: MessageEvent<WorkerEvent>) => {
      if (this.#life?.worker === worker) this.#listen(data);
    };
    this.#life = { worker, remote, port: port2, death, end };
    return this.#life;
  }
}
