/**
 * One worker and its successors. Comlink never settles a call to a dead worker, so every call races the worker's death;
 * a worker that ended is replaced at the next call. Events of an ended worker are dropped.
 */

import { type Failure, type FailureCode, FailureError, failure } from '../model/failure.ts';
import type { JobId, MemoryUse, Opened, OpenOptions, Outcome, WorkerEvent } from '../workers/protocol.ts';
import { deferred } from './deferred.ts';
import type { Side } from './exclusive-residency.ts';
import type { SpawnedWorker } from './spawned-worker.ts';
import { unlessStopped } from './unless-stopped.ts';

/** What a host itself asks of a worker. */
export interface HostedService {
  open(options: OpenOptions, events: MessagePort): Promise<Outcome<Opened>>;
  cancel(job: JobId): Promise<void>;
  memory(): Promise<MemoryUse>;
  close(): Promise<Outcome<null>>;
}

/** What a host tells while its worker lives. */
export interface HostListener {
  event(event: WorkerEvent): void;
  /** A worker has opened its bundle: the first one, or a successor. */
  opened(opened: Opened): void;
}

interface Life<Service> {
  readonly service: Service;
  readonly opened: Promise<Opened>;
  /** Rejects when the worker ends; never fulfils. */
  readonly death: Promise<never>;
  /** Ends the worker for this reason; resolves when its memory has come back. */
  readonly end: (reason: Failure) => Promise<void>;
}

/**
 * Failures behind which a worker is not used again. A lost device stays lost for it, and an engine that did not load, or
 * broke off, does not come back in the same worker.
 */
const fatalCodes: readonly FailureCode[] = ['DEVICE_LOST', 'LOAD_FAILED', 'RUN_FAILED'];

/** How long a worker may take to answer Stop before it is ended, and to close itself. */
const stopTimeoutMs = 4000;

const nothingHeld: MemoryUse = { owners: {}, peak: 0 };

export class WorkerHost<Service extends HostedService> {
  readonly #side: Side;
  readonly #spawn: () => SpawnedWorker<Service>;
  readonly #listener: HostListener;
  #options: OpenOptions | null = null;
  #life: Life<Service> | null = null;
  /** Settles when the memory of every worker that ended until now has come back. */
  #ending: Promise<unknown> = Promise.resolve();
  /** What the last worker still held when it had closed: a leak, where it is not empty. */
  #leftOver: MemoryUse = nothingHeld;

  constructor(side: Side, spawn: () => SpawnedWorker<Service>, listener: HostListener) {
    this.#side = side;
    this.#spawn = spawn;
    this.#listener = listener;
  }

  /** Opens a bundle in a fresh worker; what the one before was doing is stopped. */
  async open(options: OpenOptions): Promise<Opened> {
    this.#options = options;
    void this.#life?.end(failure('STOPPED', { stage: 'loading' }));
    await this.#ending;
    if (this.#options !== options) throw new FailureError(failure('STOPPED', { stage: 'loading' }));
    return this.#living(options).opened;
  }

  /** Calls the worker, which is started and opened first where it has ended. */
  async call<Result>(
    task: (service: Service) => Promise<Outcome<Result>>,
    stop: { readonly job: JobId; readonly signal: AbortSignal },
  ): Promise<Result> {
    stop.signal.throwIfAborted();
    await unlessStopped(this.#ending, stop.signal, 'loading');
    if (this.#options === null) throw new FailureError(failure('MODEL_CLOSED', { worker: this.#side }));
    const life = this.#living(this.#options);
    await unlessStopped(life.opened, stop.signal, 'loading');
    const unlisten = this.#listenForStop(life, stop);
    try {
      const outcome = await Promise.race([task(life.service), life.death]);
      if (outcome.ok) return outcome.result;
      if (fatalCodes.includes(outcome.failure.code)) void life.end(outcome.failure);
      throw new FailureError(outcome.failure);
    } finally {
      unlisten();
    }
  }

  /** Of the open worker; where there is none, what the last one left over when it was closed. */
  async memory(): Promise<MemoryUse> {
    if (this.#life === null) return this.#leftOver;
    return Promise.race([this.#life.service.memory(), this.#life.death]);
  }

  /** Ends the worker, which returns all of its memory; the next call starts another. */
  async rest(): Promise<void> {
    await this.#life?.end(failure('WORKER_ENDED', { worker: this.#side, reason: 'at rest' }));
    await this.#ending;
  }

  /** Lets the worker close its model, then ends it. */
  async close(): Promise<void> {
    this.#options = null;
    const life = this.#life;
    if (life === null) return;
    const late = deferred<null>();
    const timer = setTimeout(() => late.resolve(null), stopTimeoutMs);
    const closed = life.service.close().then(() => life.service.memory());
    const left = await Promise.race([closed, late.promise, life.death]).catch(() => null);
    clearTimeout(timer);
    if (left !== null) this.#leftOver = left;
    await life.end(failure('WORKER_ENDED', { worker: this.#side, reason: 'closed' }));
  }

  #listenForStop(life: Life<Service>, { job, signal }: { job: JobId; signal: AbortSignal }): () => void {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const cancel = () => {
      timer = setTimeout(() => void life.end(failure('STOPPED', { stage: this.#side })), stopTimeoutMs);
      Promise.race([life.service.cancel(job), life.death]).catch(() => undefined);
    };
    if (signal.aborted) cancel();
    else signal.addEventListener('abort', cancel, { once: true });
    return () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', cancel);
    };
  }

  #living(options: OpenOptions): Life<Service> {
    this.#life ??= this.#start(options);
    return this.#life;
  }

  #start(options: OpenOptions): Life<Service> {
    const worker = this.#spawn();
    const channel = new MessageChannel();
    const death = deferred<never>();
    death.promise.catch(() => undefined);
    const end = (reason: Failure) => {
      death.reject(new FailureError(reason));
      if (this.#life !== life) return Promise.resolve();
      this.#life = null;
      channel.port1.close();
      const ended = worker.end();
      this.#ending = Promise.allSettled([this.#ending, ended]);
      return ended;
    };
    channel.port1.onmessage = ({ data }) => {
      if (this.#life === life) this.#heard(data as WorkerEvent, end);
    };
    worker.onDeath((reason) => void end(failure('WORKER_ENDED', { worker: this.#side, reason })));
    const opened = Promise.race([worker.service.open(options, channel.port2), death.promise]).then((outcome) => {
      if (!outcome.ok) {
        void end(outcome.failure);
        throw new FailureError(outcome.failure);
      }
      if (this.#life === life) this.#listener.opened(outcome.result);
      return outcome.result;
    });
    opened.catch(() => undefined);
    const life: Life<Service> = { service: worker.service, opened, death: death.promise, end };
    return life;
  }

  #heard(event: WorkerEvent, end: Life<Service>['end']): void {
    if (event.type === 'lost') void end(event.failure);
    this.#listener.event(event);
  }
}
