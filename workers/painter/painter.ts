/** The painter as its worker serves it: one bundle open at a time, one drawing at a time. */
import { requireRoom } from '../bundle/memory-plan.ts';
import { type CreateModel, HostedModel, type Surroundings } from '../hosted-model.ts';
import type { MemoryPlan, PainterWorker, Painting, PaintRequest, SamplerState } from '../protocol.ts';
import { outcomeOf } from '../serve.ts';
import { openBundlePainter } from './bundle-painter.ts';
import { PainterModel } from './model.ts';

/** What is done in less time than this is done again as soon as it is read; and so often, its telling and keeping cost nothing. */
const tellReachedMs = 2000;

interface OpenPainter {
  readonly painter: PainterModel;
  readonly plan: MemoryPlan;
  close(): Promise<void>;
}

const openPainter: CreateModel<OpenPainter> = async (runtime, bundle, plan) => {
  const streamed = new Set(plan.streamed);
  const source = openBundlePainter(runtime, bundle, streamed);
  const painter = new PainterModel(runtime, source, ({ prefix }) => (streamed.has(prefix) ? 'streamed' : 'resident'));
  return {
    painter,
    plan,
    async close() {
      await painter.close();
      await source.close();
    },
  };
};

/** Passes states on now and then; the last one too, for developing a large picture takes its time. */
function nowAndThen(steps: number, tell: (state: SamplerState) => void): (state: SamplerState) => void {
  const began = performance.now();
  let told = began;
  return (state) => {
    const now = performance.now();
    if (now - (state.step === steps ? began : told) < tellReachedMs) return;
    told = now;
    tell(state);
  };
}

export function servePainter(surroundings: Surroundings): PainterWorker {
  const host = new HostedModel('painter', surroundings, openPainter);
  const { events } = host;

  function paint(request: PaintRequest): Promise<Painting> {
    const { job } = request;
    const callbacks = {
      step: (step: number, steps: number, remainingMs: number) =>
        events.send({ type: 'step', job, step, steps, remainingMs }),
      preview: (picture: { width: number; height: number; data: Uint8ClampedArray<ArrayBuffer> }) =>
        events.send({ type: 'preview', job, ...picture }),
      reached: nowAndThen(request.steps, (state) => events.send({ type: 'reached', job, state })),
      developing: (tile: number, tiles: number) => events.send({ type: 'developing', job, tile, tiles }),
    };
    return host.run(job, async ({ painter, plan }, signal) => {
      requireRoom(plan, request.drawing.decoder === 'editing' ? 'edit' : 'draw');
      return painter.paint(request, callbacks, signal);
    });
  }

  return {
    open: (options, port) => outcomeOf(() => host.open(options, port)),
    paint: (request) => outcomeOf(() => paint(request)),
    cancel: async (job) => host.cancel(job),
    memory: async () => host.memory(),
    close: () => outcomeOf(() => host.close()),
  };
}
