/** One worker from its start to its end. Comlink never settles a call to a dead worker, so what is awaited races its death. */
import { type Failure, FailureError, failure } from '../model/failure.ts';
import type { Opened, OpenOptions, WorkerEvent } from '../workers/protocol.ts';
import { deferred } from './deferred.ts';
import type { Side } from './exclusive-residency.ts';
import { type Run, Silence } from './silence.ts';
import type { HostedService, SpawnedWorker } from './spawned-worker.ts';

export interface LifeListener {
  event(event: WorkerEvent): void;
  silent(seconds: number, run: Run | null): void;
  answers(): void;
  /** It has ended, for this reason; its memory is back when `freed` has settled. */
  ended(reason: Failure, freed: Promise<void>): void;
}

export class WorkerLife<Service extends HostedService> {
  readonly service: Service;
  readonly opened: Promise<Opened>;
  readonly silence: Silence;
  readonly #worker: SpawnedWorker<Service>;
  readonly #listener: LifeListener;
  readonly #events: MessagePort;
  readonly #death = deferred<never>();
  #end: Promise<void> | null = null;

  constructor(side: Side, worker: SpawnedWorker<Service>, options: OpenOptions, listener: LifeListener) {
    const channel = new MessageChannel();
    this.service = worker.service;
    this.#worker = worker;
    this.#listener = listener;
    this.#events = channel.port1;
    this.#death.promise.catch(() => undefined);
    this.silence = new Silence({
      silent: (seconds, run) => listener.silent(seconds, run),
      over: () => listener.answers(),
      lost: (seconds) => void this.end(failure('WORKER_SILENT', { worker: side, seconds })),
    });
    channel.port1.onmessage = ({ data }) => this.#heard(data as WorkerEvent);
    worker.onDeath((reason) => void this.end(failure('WORKER_ENDED', { worker: side, reason })));
    this.opened = this.#open(options, channel.port2);
    this.opened.catch(() => undefined);
  }

  get isOver(): boolean {
    return this.#end !== null;
  }

  /**
   * What the worker answers, while it is waited for.
   *
   * @throws the reason of its end, where that comes first
   */
  async until<Answer>(answer: Promise<Answer>): Promise<Answer> {
    const stopWaiting = this.silence.begin();
    try {
      return await Promise.race([this.#death.promise, answer]);
    } finally {
      stopWaiting();
    }
  }

  /** Ends the worker for this reason; resolves when its memory has come back. */
  end(reason: Failure): Promise<void> {
    if (this.#end === null) {
      this.#death.reject(new FailureError(reason));
      this.#events.close();
      this.#end = this.#worker.end();
      this.#listener.ended(reason, this.#end);
    }
    return this.#end;
  }

  async #open(options: OpenOptions, port: MessagePort): Promise<Opened> {
    const outcome = await this.until(this.service.open(options, port));
    if (outcome.ok) return outcome.result;
    void this.end(outcome.failure);
    throw new FailureError(outcome.failure);
  }

  #heard(event: WorkerEvent): void {
    if (this.isOver) return;
    this.silence.heard(event);
    if (event.type === 'lost') void this.end(event.failure);
    if (event.type !== 'running' && event.type !== 'ran') this.#listener.event(event);
  }
}
