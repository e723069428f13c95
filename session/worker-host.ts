/**
 * One worker and its successors: a worker that ended is replaced at the next call, which opens the same bundle in it. Events
 * of an ended worker are dropped.
 */
import { type Failure, type FailureCode, FailureError, failure, failureOf } from '../model/failure.ts';
import type { DeviceReport, JobId, MemoryUse, Opened, OpenOptions, Outcome, WorkerEvent } from '../workers/protocol.ts';
import { deferred } from './deferred.ts';
import type { Side } from './exclusive-residency.ts';
import type { Run } from './silence.ts';
import type { HostedService, SpawnedWorker } from './spawned-worker.ts';
import { unlessStopped } from './unless-stopped.ts';
import { WorkerLife } from './worker-life.ts';

/** What a host tells while its worker lives. */
export interface HostListener {
  event(event: WorkerEvent): void;
  /** A worker has opened its bundle: the first one, or a successor. */
  opened(opened: Opened): void;
  /** It has said nothing for longer than can be expected. */
  silent(seconds: number, run: Run | null): void;
  /** It is silent no more, or not waited for. */
  answers(): void;
}

/** A person's Stop, and what it is of. */
export interface Stop {
  readonly job: JobId;
  readonly signal: AbortSignal;
}

/**
 * Failures behind which a worker is not used again. A lost device stays lost for it, an engine that did not load, or broke off,
 * does not come back in the same worker, and a heap that is full does not shrink. What holds values that are no numbers, a cache
 * of keys for one, is not computed with either.
 */
const fatalCodes: readonly FailureCode[] = [
  'DEVICE_LOST',
  'LOAD_FAILED',
  'RUN_FAILED',
  'NOT_FINITE',
  'MEMORY_FULL',
  'ENGINE_LOAD',
];

/** How long Stop waits for a worker's answer, and how long a worker may take to close itself. */
const stopTimeoutMs = 4000;

/** What a side does when it is stopped, as a person is told. */
const stageOf = { language: 'writing', painter: 'drawing' } as const satisfies Record<Side, string>;

const nothingHeld: MemoryUse = { owners: {}, peak: 0 };

/** A worker, and what it opened with all that its host knows of the device. */
interface Current<Service extends HostedService> {
  readonly life: WorkerLife<Service>;
  readonly opened: Promise<Opened>;
}

export class WorkerHost<Service extends HostedService> {
  readonly #side: Side;
  readonly #spawn: () => SpawnedWorker<Service>;
  readonly #listener: HostListener;
  #options: OpenOptions | null = null;
  #current: Current<Service> | null = null;
  /** Workers that were ended because they did not stop: what waited behind the stopped job is asked of the next one. */
  readonly #overdue = new WeakSet<WorkerLife<Service>>();
  /** What a worker of these options could not do with WebGPU; its successors compute on the processor. */
  #broken: OpenOptions | null = null;
  /** What a worker of these options could not compute in 16 bits; its successors compute in 32. */
  #overflowed: OpenOptions | null = null;
  /** Devices lost without a call that succeeded between them. */
  #losses = 0;
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
    this.#broken = null;
    this.#overflowed = null;
    this.#losses = 0;
    void this.#current?.life.end(failure('STOPPED', { stage: 'loading' }));
    return (await this.#ready(options)).opened;
  }

  /** Calls the worker, which is started and opened first where it has ended. */
  async call<Result>(task: (service: Service) => Promise<Outcome<Result>>, stop: Stop): Promise<Result> {
    const { signal } = stop;
    if (signal.aborted) await unlessStopped(Promise.resolve(), signal, 'waiting');
    if (this.#options === null) throw new FailureError(failure('MODEL_CLOSED', { worker: this.#side }));
    const { life } = await unlessStopped(this.#ready(this.#options), signal, 'loading');
    const outcome = await this.#answer(life, task(life.service), stop).catch((error: unknown) => {
      if (this.#overdue.has(life) && !signal.aborted) return null;
      throw error;
    });
    if (outcome === null) return this.call(task, stop);
    if (outcome.ok) {
      this.#losses = 0;
      return outcome.result;
    }
    if (outcome.failure.code === 'NOT_FINITE') this.#overflowed = this.#options;
    if (fatalCodes.includes(outcome.failure.code)) void life.end(outcome.failure);
    throw new FailureError(this.#counted(outcome.failure));
  }

  /** Of the open worker; where there is none, what the last one left over when it was closed. */
  async memory(): Promise<MemoryUse> {
    const life = this.#current?.life;
    return life === undefined ? this.#leftOver : life.until(life.service.memory());
  }

  /** Ends the worker, which returns all of its memory; the next call starts another. */
  async rest(): Promise<void> {
    await this.end(failure('WORKER_ENDED', { worker: this.#side, reason: 'at rest' }));
  }

  /** Ends the worker for this reason, with what it works at. */
  async end(reason: Failure): Promise<void> {
    void this.#current?.life.end(reason);
    await this.#ending;
  }

  /** Lets the worker close its model, then ends it. */
  async close(): Promise<void> {
    this.#options = null;
    const life = this.#current?.life;
    if (life === undefined) return;
    const closed = life.until(life.service.close().then(() => life.service.memory()));
    const left = await within(stopTimeoutMs, closed).catch(() => 'late' as const);
    if (left !== 'late') this.#leftOver = left;
    await life.end(failure('WORKER_ENDED', { worker: this.#side, reason: 'closed' }));
  }

  /** A worker that has opened the bundle of these options. */
  async #ready(options: OpenOptions): Promise<{ readonly life: WorkerLife<Service>; readonly opened: Opened }> {
    for (;;) {
      await this.#ending;
      if (this.#options !== options) throw new FailureError(failure('STOPPED', { stage: 'loading' }));
      this.#current ??= this.#start(options);
      const { life, opened } = this.#current;
      try {
        return { life, opened: await opened };
      } catch (error) {
        const found = failureOf(error);
        // A person had the opening itself begun again.
        if (found.code === 'WORKER_RESTARTED') continue;
        const canFallBack = options.device === 'auto' && found.code === 'WEBGPU_BROKEN' && this.#broken !== options;
        if (!canFallBack) throw new FailureError(this.#counted(found));
        this.#broken = options;
      }
    }
  }

  #start(options: OpenOptions): Current<Service> {
    const isBroken = this.#broken === options;
    const isAfterLoss = this.#losses > 0;
    const hasOverflowed = this.#overflowed === options;
    const asked: OpenOptions = {
      ...options,
      ...(isBroken && { device: 'wasm' }),
      ...(hasOverflowed && { activations: 'float32' }),
    };
    const life = new WorkerLife<Service>(this.#side, this.#spawn(), asked, {
      event: (event) => this.#listener.event(event),
      silent: (seconds, run) => this.#listener.silent(seconds, run),
      answers: () => this.#listener.answers(),
      ended: (reason, freed) => {
        if (this.#current === current) this.#current = null;
        if (reason.code === 'DEVICE_LOST') this.#losses += 1;
        this.#ending = Promise.allSettled([this.#ending, freed]);
      },
    });
    const opened = life.opened.then((result) => {
      const known = noticed(result, { isBroken, isAfterLoss, hasOverflowed });
      if (this.#current === current) this.#listener.opened(known);
      return known;
    });
    opened.catch(() => undefined);
    const current = { life, opened };
    return current;
  }

  /** The worker's answer; Stop asks it to end the job, and waits no longer than a person would. */
  async #answer<Answer>(life: WorkerLife<Service>, answer: Promise<Answer>, { job, signal }: Stop): Promise<Answer> {
    const late = deferred<never>();
    late.promise.catch(() => undefined);
    let timer: ReturnType<typeof setTimeout> | undefined;
    const awaited = life.until(answer);
    const cancel = () => {
      timer = setTimeout(() => {
        void this.#endUnlessAnswered(life, awaited);
        late.reject(new FailureError(failure('STOPPED', { stage: stageOf[this.#side] })));
      }, stopTimeoutMs);
      life.until(life.service.cancel(job)).catch(() => undefined);
    };
    if (signal.aborted) cancel();
    else signal.addEventListener('abort', cancel, { once: true });
    try {
      return await Promise.race([awaited, late.promise]);
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', cancel);
    }
  }

  /** A run cannot be broken off: a worker that is in one is kept until its end is overdue. Any other one is ended. */
  async #endUnlessAnswered(life: WorkerLife<Service>, answer: Promise<unknown>): Promise<void> {
    const first = await within(life.silence.remainingMs, answer).catch(() => 'failed');
    if (first !== 'late') return;
    this.#overdue.add(life);
    await life.end(failure('STOPPED', { stage: stageOf[this.#side] }));
  }

  /** A device that does not come back is told as one that was lost again. */
  #counted(found: Failure): Failure {
    if (found.code === 'DEVICE_LOST')
      return failure('DEVICE_LOST', { ...found.data, times: Math.max(1, this.#losses) });
    if (found.code !== 'WEBGPU_MISSING' || this.#losses === 0) return found;
    return failure('DEVICE_LOST', { reason: '', times: this.#losses + 1 });
  }
}

/** Work, as far as it is done by then. */
async function within<Result>(milliseconds: number, work: Promise<Result>): Promise<Result | 'late'> {
  const late = deferred<'late'>();
  const timer = setTimeout(() => late.resolve('late'), milliseconds);
  return Promise.race([work, late.promise]).finally(() => clearTimeout(timer));
}

/** What the host knows of why a device is not the best one. */
function noticed(
  opened: Opened,
  { isBroken, isAfterLoss, hasOverflowed }: Readonly<Record<'isBroken' | 'isAfterLoss' | 'hasOverflowed', boolean>>,
): Opened {
  const { device } = opened;
  let { notice }: Pick<DeviceReport, 'notice'> = device;
  if (isBroken) notice = 'WEBGPU_BROKEN';
  else if (isAfterLoss && notice === 'NO_WEBGPU') notice = 'WEBGPU_GONE';
  else if (hasOverflowed && notice === null) notice = 'FLOAT16_DROPPED';
  return notice === device.notice ? opened : { ...opened, device: { ...device, notice } };
}
