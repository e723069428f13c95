/** The one way to a model, for the page, the terminal and the bare page: both sides of one bundle, supervised. */
import type {
  BundleLocation,
  ImageContent,
  ImageId,
  JobId,
  LanguageWorker,
  ModelMemory,
  Opened,
  OpenOptions,
  PainterWorker,
  Painting,
  PaintRequest,
  Reply,
  TurnRequest,
  WorkerEvent,
} from '../workers/protocol.ts';
import { ExclusiveResidency } from './exclusive-residency.ts';
import type { SpawnedWorker } from './spawned-worker.ts';
import { WorkerHost } from './worker-host.ts';

/** What is told while the model works. */
export type SessionEvent =
  | WorkerEvent
  /** A worker that took another's place runs on another device or by another plan of memory. */
  | { readonly type: 'reopened'; readonly opened: Opened };

/** Methods throw a FailureError; an aborted signal ends them with what was made until then, or STOPPED. */
export interface ModelSession {
  /** Opens a bundle; a later call takes an earlier one's place, which then ends with STOPPED, as does what was at work. */
  open(location: BundleLocation): Promise<Opened>;
  /** Of the pictures a request names, those that have to be sent along with it. */
  lacking(request: TurnRequest, signal: AbortSignal): Promise<readonly ImageId[]>;
  /** @param contents of the pictures that were lacking */
  speak(request: TurnRequest, contents: readonly ImageContent[], signal: AbortSignal): Promise<Reply>;
  paint(request: PaintRequest, signal: AbortSignal): Promise<Painting>;
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
  const listeners = new Set<(event: SessionEvent) => void>();
  const emit = (event: SessionEvent) => {
    for (const listener of [...listeners]) listener(event);
  };
  const listener = { event: emit, opened: (opened: Opened) => residency.follow(opened.memory) };
  const language = new WorkerHost('language', workers.spawnLanguage, listener);
  const painter = new WorkerHost('painter', workers.spawnPainter, listener);
  const residency = new ExclusiveResidency({ language, painter });

  function onLanguage<Result>(
    task: Parameters<typeof language.call<Result>>[0],
    job: JobId,
    signal: AbortSignal,
  ): Promise<Result> {
    return residency.call('language', () => language.call(task, { job, signal }), signal);
  }

  return {
    async open(location) {
      const options = { location, device: device() };
      const opening = language.open(options);
      if (workers.loading === 'one by one') await opening;
      const [opened] = await Promise.all([opening, painter.open(options)]);
      return opened;
    },
    lacking: (request, signal) => onLanguage((worker) => worker.lacking(request), request.job, signal),
    speak: (request, contents, signal) => onLanguage((worker) => worker.speak(request, contents), request.job, signal),
    paint(request, signal) {
      const call = () => painter.call((worker) => worker.paint(request), { job: request.job, signal });
      return residency.call('painter', call, signal);
    },
    memory: async () => ({ language: await language.memory(), painter: await painter.memory() }),
    subscribe(listen) {
      listeners.add(listen);
      return () => listeners.delete(listen);
    },
    async close() {
      await painter.close();
      await language.close();
    },
  };
}
