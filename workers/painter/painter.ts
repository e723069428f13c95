/** The painter as its worker serves it: one bundle open at a time, one drawing at a time. */
import { FailureError, fail } from '../../model/failure.ts';
import { planMemory } from '../bundle/memory-plan.ts';
import { openBundle } from '../bundle/open-bundle.ts';
import { summarise } from '../bundle/summary.ts';
import { openRuntime } from '../gpu/open-runtime.ts';
import type { Runtime } from '../gpu/runtime.ts';
import type { Ort } from '../ort-library.ts';
import type { MemoryUse, Opened, OpenOrder, PainterWorker, Painting, PaintOrder } from '../protocol.ts';
import { EventPort, Jobs, outcomeOf } from '../serve.ts';
import { type BundlePainter, openBundlePainter } from './bundle-painter.ts';
import { PainterModel } from './model.ts';

interface OpenPainter {
  readonly runtime: Runtime;
  readonly source: BundlePainter;
  readonly model: PainterModel;
}

export function servePainter(loadOrt: () => Promise<Ort>): PainterWorker {
  const events = new EventPort();
  const jobs = new Jobs();
  let open: OpenPainter | null = null;
  /** Of the last runtime, closed or not: after `close` it has to be empty. */
  let memory: () => MemoryUse = () => ({ owners: {}, peak: 0 });

  async function close(): Promise<null> {
    await jobs.cancelAll();
    const closing = open;
    open = null;
    await closing?.model.close();
    await closing?.source.close();
    await closing?.runtime.close();
    events.close();
    return null;
  }

  async function openAs(order: OpenOrder, port: MessagePort): Promise<Opened> {
    await close();
    events.connect(port);
    const progress = (part: string, done: number, total: number) => events.send({ type: 'loading', part, done, total });
    const { bundle, sha256 } = await openBundle(order.location, progress);
    const runtime = await openRuntime(await loadOrt(), order.device);
    memory = () => ({ owners: runtime.ledger(), peak: runtime.peakBytes() });
    try {
      const plan = planMemory(bundle, runtime);
      const source = openBundlePainter(runtime, bundle);
      const placement = plan.residency === 'streamed' ? 'streamed' : 'resident';
      open = { runtime, source, model: new PainterModel(runtime, source, placement) };
      return { bundle: await summarise(bundle, sha256), device: runtime.report, memory: plan };
    } catch (error) {
      open = null;
      await runtime.close();
      throw error;
    }
  }

  async function paint(order: PaintOrder, { model }: OpenPainter): Promise<Painting> {
    const { job } = order;
    const callbacks = {
      step: (step: number, steps: number, remainingMs: number) =>
        events.send({ type: 'step', job, step, steps, remainingMs }),
      preview: (picture: { width: number; height: number; data: Uint8ClampedArray<ArrayBuffer> }) =>
        events.send({ type: 'preview', job, ...picture }),
      developing: (tile: number, tiles: number) => events.send({ type: 'developing', job, tile, tiles }),
    };
    try {
      return await jobs.run(job, (signal) => model.paint(order, callbacks, signal));
    } catch (error) {
      const lost = error instanceof FailureError && error.failure.code === 'DEVICE_LOST';
      if (lost) events.send({ type: 'lost', failure: error.failure });
      throw error;
    }
  }

  return {
    open: (order, port) => outcomeOf(() => openAs(order, port)),
    paint: (order) => outcomeOf(() => paint(order, open ?? fail('MODEL_CLOSED', { worker: 'painter' }))),
    cancel: async (job) => jobs.cancel(job),
    memory: async () => memory(),
    close: () => outcomeOf(close),
  };
}
