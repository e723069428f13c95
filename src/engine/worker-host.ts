/**
 * One worker and its successors. Comlink never settles a call to a dead worker, so every call races the worker's death;
 * a worker that ended is replaced at the next call. Events of an ended worker are dropped.
 */
import { transfer } from 'comlink';
import { type Failure, type FailureCode, FailureError, failure, failureOf } from '../../model/failure.ts';
import type { JobId, Opened, OpenOrder, Outcome, WorkerEvent } from '../../workers/protocol.ts';

export interface Spawned<Service> {
  readonly service: Service;
  /** Reports the end of a worker that nobody asked to end. */
  onDeath(report: (reason: string) => void): void;
  end(): void;
}

/** What a host itself asks of a worker. */
export interface HostedService {
  open(order: OpenOrder, events: MessagePort): Promise<Outcome<Opened>>;
  cancel(job: JobId): Promise<void>;
}

interface Life<Service> {
  readonly service: Service;
  readonly opened: Promise<Opened>;
  /** Rejects when the worker ends; never fulfils. */
  readonly death: Promise<never>;
  readonly kill: (failure: Failure) => void;
}

/**
 * Failures behind which a worker is not used again. A lost device stays lost for it, and an engine that did not load, or
 * broke off, does not come back in the same worker.
 */
const spoils: readonly FailureCode[] = ['DEVICE_LOST', 'LOAD_FAILED', 'RUN_FAILED'];

/** How long a worker may take to answer Stop before it is ended. */
const patienceMs = 4000;

export class WorkerHost<Service extends HostedService> {
  readonly #name: 'language' | 'painter';
  readonly #spawn: () => Spawned<Service>;
  readonly #onEvent: (event: WorkerEvent) => void;
  #order: OpenOrder | null = null;
  #life: Life<Service> | null = null;

  constructor(name: 'language' | 'painter', spawn: () => Spawned<Service>, onEvent: (event: WorkerEvent) => void) {
    this.#name = name;
    this.#spawn = spawn;
    this.#onEvent = onEvent;
  }

  /** Opens a bundle, in the running worker where there is one. */
  open(order: OpenOrder): Promise<Opened> {
    this.#order = order;
    const stopped = failure('WORKER_ENDED', { worker: this.#name, reason: 'another model was chosen' });
    this.#life?.kill(stopped);
    return this.#alive(order).opened;
  }

  /** Calls the worker, which is started and opened first where it has ended. */
  async call<Result>(
    task: (service: Service) => Promise<Outcome<Result>>,
    stop: { readonly job: JobId; readonly signal: AbortSignal },
  ): Promise<Result> {
    stop.signal.throwIfAborted();
    if (this.#order === null) throw new FailureError(failure('MODEL_CLOSED', { worker: this.#name }));
    const life = this.#alive(this.#order);
    await unlessStopped(life.opened, stop.signal);
    const unlisten = this.#listenForStop(life, stop);
    try {
      const outcome = await Promise.race([task(life.service), life.death]);
      if (outcome.ok) return outcome.result;
      if (spoils.includes(outcome.failure.code)) life.kill(outcome.failure);
      throw new FailureError(outcome.failure);
    } finally {
      unlisten();
    }
  }

  /** Ends the worker, which returns all of its memory; the next call starts another. */
  rest(): void {
    this.#life?.kill(failure('WORKER_ENDED', { worker: this.#name, reason: 'at rest' }));
  }

  close(): void {
    this.#order = null;
    this.#life?.kill(failure('WORKER_ENDED', { worker: this.#name, reason: 'closed' }));
  }

  #listenForStop(life: Life<Service>, { job, signal }: { job: JobId; signal: AbortSignal }): () => void {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const cancel = () => {
      timer = setTimeout(() => life.kill(failure('STOPPED', { stage: this.#name })), patienceMs);
      Promise.race([life.service.cancel(job), life.death]).catch(() => undefined);
    };
    if (signal.aborted) cancel();
    else signal.addEventListener('abort', cancel, { once: true });
    return () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', cancel);
    };
  }

  #alive(order: OpenOrder): Life<Service> {
    this.#life ??= this.#start(order);
    return this.#life;
  }

  #start(order: OpenOrder): Life<Service> {
    const { service, onDeath, end } = this.#spawn();
    const channel = new MessageChannel();
    const death = Promise.withResolvers<never>();
    death.promise.catch(() => undefined);
    const kill = (reason: Failure) => {
      if (this.#life === life) this.#life = null;
      channel.port1.close();
      end();
      death.reject(new FailureError(reason));
    };
    channel.port1.onmessage = ({ data }: MessageEvent<WorkerEvent>) => {
      if (this.#life !== life) return;
      if (data.type === 'lost') kill(data.failure);
      this.#onEvent(data);
    };
    onDeath((reason) => kill(failure('WORKER_ENDED', { worker: this.#name, reason })));
    const opening = service.open(order, transfer(channel.port2, [channel.port2]));
    const opened = Promise.race([opening, death.promise]).then((outcome) => {
      if (outcome.ok) return outcome.result;
      kill(outcome.failure);
      throw new FailureError(outcome.failure);
    });
    opened.catch(() => undefined);
    const life: Life<Service> = { service, opened, death: death.promise, kill };
    return life;
  }
}

/** Waits for work, or for Stop, which leaves the work alone. */
async function unlessStopped(work: Promise<unknown>, signal: AbortSignal): Promise<void> {
  const { promise: stopped, reject } = Promise.withResolvers<never>();
  const stop = () => reject(new FailureError(stopFailure(signal)));
  signal.addEventListener('abort', stop, { once: true });
  try {
    await Promise.race([work, stopped]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

function stopFailure(signal: AbortSignal): Failure {
  return signal.reason instanceof FailureError ? failureOf(signal.reason) : failure('STOPPED', { stage: 'loading' });
}
