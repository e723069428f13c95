/** A turn: the language worker speaks and, where its words hold a picture, the painter paints it. */
import type { Residency } from '../../model/bundle/fit.ts';
import type { Recipe } from '../../model/recipe/recipe.ts';
import type {
  BundleLocation,
  Drawing,
  ImageContent,
  ImageId,
  LanguageWorker,
  Opened,
  OpenOrder,
  PainterWorker,
  Painting,
  PaintOrder,
  PictureWorker,
  Reply,
  TurnRequest,
  WorkerEvent,
} from '../../workers/protocol.ts';
import { encodePng } from './encode.ts';
import { type Spawned, WorkerHost } from './worker-host.ts';

export type {
  BundleLocation,
  BundleSummary,
  Decoder,
  DeviceReport,
  Drawing,
  Form,
  ImageContent,
  ImageEmbeddings,
  ImageId,
  JobId,
  Language,
  Opened,
  Painting,
  PaintOrder,
  Reply,
  RgbImage,
  Seed,
  Task,
  Turn,
  TurnRequest,
  WorkerEvent,
} from '../../workers/protocol.ts';

/** How a drawing is to be painted, decided by the page once the words are there (an edit keeps its picture's aspect). */
export type PaintPlan = Omit<PaintOrder, 'job' | 'drawing'>;

export interface TurnOrder {
  readonly request: TurnRequest;
  /** Reads the pictures that the worker lacks. */
  contents(ids: readonly ImageId[]): Promise<readonly ImageContent[]>;
  /** Told of the words before the painting begins. */
  plan(drawing: Drawing, reply: Reply): Promise<PaintPlan>;
}

export interface TurnOutcome {
  readonly reply: Reply;
  readonly painting: Painting | null;
}

/** Calls throw a FailureError; an aborted signal ends them with what was made until then, or STOPPED. */
export interface Engine {
  open(location: BundleLocation): Promise<Opened>;
  run(order: TurnOrder, signal: AbortSignal): Promise<TurnOutcome>;
  /** Paints stored embeddings anew; the language model does not run. */
  repaint(order: PaintOrder, signal: AbortSignal): Promise<Painting>;
  /** A PNG file with the recipe inside; without one, with the mark of a generated picture alone. */
  encode(painting: Painting, recipe: Recipe | null): Promise<Uint8Array<ArrayBuffer>>;
  subscribe(listener: (event: WorkerEvent) => void): () => void;
  close(): void;
}

/** The functions of a worker that the engine calls: a Comlink proxy and a test's double both are one. */
export interface EngineWorkers {
  spawnLanguage(): Spawned<Pick<LanguageWorker, 'open' | 'cancel' | 'lacking' | 'speak'>>;
  spawnPainter(): Spawned<Pick<PainterWorker, 'open' | 'cancel' | 'paint'>>;
  spawnPicture(): Spawned<PictureWorker>;
}

export function createEngine(
  { spawnLanguage, spawnPainter, spawnPicture }: EngineWorkers,
  device: OpenOrder['device'],
): Engine {
  const listeners = new Set<(event: WorkerEvent) => void>();
  const emit = (event: WorkerEvent) => {
    for (const listener of listeners) listener(event);
  };
  const language = new WorkerHost('language', spawnLanguage, emit);
  const painter = new WorkerHost('painter', spawnPainter, emit);
  let residency: Residency = 'both';

  /** Where both sides do not fit the device, the one that waits gives its memory back, and is opened again when it is called. */
  function makeRoomBeside(working: 'language' | 'painter'): void {
    if (residency !== 'both') (working === 'language' ? painter : language).rest();
  }

  async function speak({ request, contents }: TurnOrder, signal: AbortSignal): Promise<Reply> {
    makeRoomBeside('language');
    const stop = { job: request.job, signal };
    const lacking = await language.call((worker) => worker.lacking(request), stop);
    const found = await contents(lacking);
    return language.call((worker) => worker.speak(request, found), stop);
  }

  function repaint(order: PaintOrder, signal: AbortSignal): Promise<Painting> {
    makeRoomBeside('painter');
    return painter.call((worker) => worker.paint(order), { job: order.job, signal });
  }

  return {
    async open(location) {
      const order = { location, device };
      const [opened] = await Promise.all([language.open(order), painter.open(order)]);
      residency = opened.memory.residency;
      return opened;
    },
    async run(order, signal) {
      const reply = await speak(order, signal);
      if (reply.drawing === null || reply.end === 'stopped') return { reply, painting: null };
      const plan = await order.plan(reply.drawing, reply);
      const painting = await repaint({ ...plan, job: order.request.job, drawing: reply.drawing }, signal);
      return { reply, painting };
    },
    repaint,
    encode: (painting, recipe) => encodePng(spawnPicture(), painting, recipe),
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close() {
      language.close();
      painter.close();
    },
  };
}
