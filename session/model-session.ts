/** The one way to a model, for the page, the terminal and the bare page: both sides of one bundle, supervised. */

import type { Throughput } from '../model/bundle/operations.ts';
import { failure, failureOf } from '../model/failure.ts';
import type {
  BundleLocation,
  ImageContent,
  ImageId,
  JobId,
  LanguageWorker,
  ModelMemory,
  Opened,
  OpenOptions,
  Outcome,
  PainterWorker,
  Painting,
  PaintRequest,
  Reply,
  TurnRequest,
  WorkerEvent,
} from '../workers/protocol.ts';
import { ExclusiveResidency, type Side } from './exclusive-residency.ts';
import { openedTogether } from './opened-together.ts';
import { retriedOnce } from './retried-once.ts';
import type { SpawnedWorker } from './spawned-worker.ts';
import { type HostListener, WorkerHost } from './worker-host.ts';

/** What is told while the model works. */
export type SessionEvent =
  | WorkerEvent
  /** A worker that took another's place runs on another device or by another plan of memory. */
  | { readonly type: 'reopened'; readonly opened: Opened }
  /** The device was lost beneath a job, which is begun again, or goes on from the state told last: what it told until now is void. */
  | { readonly type: 'begun again'; readonly job: JobId }
  /** A worker has said nothing for longer than can be expected; `run` names what it does. Told again as time passes. */
  | { readonly type: 'silent'; readonly side: Side; readonly seconds: number; readonly run: string | null }
  /** A worker that was silent is heard again, or not waited for any more. */
  | { readonly type: 'answers'; readonly side: Side };

/** Methods throw a FailureError; an aborted signal ends them with what was made until then, or STOPPED. */
export interface ModelSession {
  /** Opens a bundle; a later call takes an earlier one's place, which then ends with STOPPED, as does what was at work. */
  open(location: BundleLocation): Promise<Opened>;
  /** Of the pictures a request names, those that have to be sent along with it. */
  lacking(request: TurnRequest, signal: AbortSignal): Promise<readonly ImageId[]>;
  /** @param contents of the pictures that were lacking */
  speak(request: TurnRequest, contents: readonly ImageContent[], signal: AbortSignal): Promise<Reply>;
  paint(request: PaintRequest, signal: AbortSignal): Promise<Painting>;
  /** Measures for about two seconds what the device computes in one. */
  throughput(job: JobId, signal: AbortSignal): Promise<Throughput>;
  /** Ends the workers that are at work; what they were doing begins again in others. */
  restart(): Promise<void>;
  /** What both sides hold on the device. */
  memory(): Promise<ModelMemory>;
  subscribe(listener: (event: SessionEvent) => void): () => void;
  close(): Promise<void>;
}

/** How the two workers are started: on the page a thread each, on the terminal in its own. */
export interface ModelWorkers {
  spawnLanguage(): SpawnedWorker<LanguageWorker>;
  spawnPainter(): SpawnedWorker<PainterWorker>;
  /** In one thread the two share one onnxruntime, which does one thing at a time. */
  readonly loading: 'together' | 'one by one';
}

/** @param device asked at each `open` */
export function createModelSession(workers: ModelWorkers, device: () => OpenOptions['device']): ModelSession {
  return new SupervisedModel(workers, device).session;
}

class SupervisedModel {
  readonly #listeners = new Set<(event: SessionEvent) => void>();
  /** What each side opened of the bundle that was chosen last. */
  #opened: Partial<Record<Side, Opened>> = {};
  #told: Opened | null = null;
  readonly #workers: ModelWorkers;
  readonly #device: () => OpenOptions['device'];
  readonly #language: WorkerHost<LanguageWorker>;
  readonly #painter: WorkerHost<PainterWorker>;
  readonly #residency: ExclusiveResidency;

  constructor(workers: ModelWorkers, device: () => OpenOptions['device']) {
    this.#workers = workers;
    this.#device = device;
    this.#language = new WorkerHost('language', workers.spawnLanguage, this.#listenerOf('language'));
    this.#painter = new WorkerHost('painter', workers.spawnPainter, this.#listenerOf('painter'));
    this.#residency = new ExclusiveResidency({ language: this.#language, painter: this.#painter });
  }

  readonly session: ModelSession = {
    open: (location) => this.#open(location),
    lacking: (request, signal) => this.#ask((worker) => worker.lacking(request), request.job, signal),
    speak: (request, contents, signal) => this.#ask((worker) => worker.speak(request, contents), request.job, signal),
    paint: (request, signal) => this.#paint(request, signal),
    throughput: (job, signal) => this.#ask((worker) => worker.throughput(job), job, signal),
    restart: () => this.#restart(),
    memory: async () => ({ language: await this.#language.memory(), painter: await this.#painter.memory() }),
    subscribe: (listener) => {
      this.#listeners.add(listener);
      return () => this.#listeners.delete(listener);
    },
    close: async () => {
      await this.#painter.close();
      await this.#language.close();
    },
  };

  async #open(location: BundleLocation): Promise<Opened> {
    const options = { location, device: this.#device() };
    this.#told = null;
    this.#opened = {};
    const opening = this.#language.open(options);
    if (this.#workers.loading === 'one by one') await opening;
    const [language, painter] = await Promise.all([opening, this.#painter.open(options)]);
    this.#told = openedTogether(language, painter);
    return this.#told;
  }

  #ask<Result>(
    task: (worker: LanguageWorker) => Promise<Outcome<Result>>,
    job: JobId,
    signal: AbortSignal,
  ): Promise<Result> {
    return this.#residency.call('language', () => this.#language.call(task, { job, signal }), signal);
  }

  /**
   * A picture is gone on with where the device was lost and the same one is had anew, and begun again on another; one that was
   * stopped and is not answered for is its last preview.
   */
  async #paint(request: PaintRequest, signal: AbortSignal): Promise<Painting> {
    const { job } = request;
    let preview: Extract<WorkerEvent, { type: 'preview' }> | null = null;
    let reached = { state: request.resume, device: this.#opened.painter?.device };
    const unsubscribe = this.session.subscribe((event) => {
      if (event.type === 'preview' && event.job === job) preview = event;
      else if (event.type === 'reached' && event.job === job)
        reached = { state: event.state, device: this.#opened.painter?.device };
      else if (event.type === 'begun again' && event.job === job) preview = null;
    });
    const lastPreview = () => preview;
    const resumed = () => (isSame(reached.device, this.#opened.painter?.device) ? reached.state : undefined);
    const paint = (worker: PainterWorker) => worker.paint({ ...request, resume: resumed() });
    const call = () => this.#painter.call(paint, { job, signal });
    try {
      const begunAgain = () => this.#emit({ type: 'begun again', job });
      return await retriedOnce(() => this.#residency.call('painter', call, signal), signal, begunAgain);
    } catch (error) {
      const last = lastPreview();
      if (last === null || failureOf(error).code !== 'STOPPED') throw error;
      const { width, height, data } = last;
      return { width, height, data, end: 'stopped' };
    } finally {
      unsubscribe();
    }
  }

  async #restart(): Promise<void> {
    const reason = (worker: Side) => failure('WORKER_RESTARTED', { worker });
    await Promise.all([this.#language.end(reason('language')), this.#painter.end(reason('painter'))]);
  }

  #listenerOf(side: Side): HostListener {
    return {
      event: (event) => this.#emit(event),
      silent: (seconds, run) => this.#emit({ type: 'silent', side, seconds, run: run?.name ?? null }),
      answers: () => this.#emit({ type: 'answers', side }),
      opened: (opened) => this.#reopened(side, opened),
    };
  }

  #reopened(side: Side, opened: Opened): void {
    this.#opened = { ...this.#opened, [side]: opened };
    const { language = opened, painter = opened } = this.#opened;
    const both = openedTogether(language, painter);
    this.#residency.follow(both.memory);
    if (this.#told === null || isSame(this.#told, both)) return;
    this.#told = both;
    this.#emit({ type: 'reopened', opened: both });
  }

  #emit(event: SessionEvent): void {
    for (const listener of [...this.#listeners]) listener(event);
  }
}

function isSame<Data>(one: Data, other: Data): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
