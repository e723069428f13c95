/** The plan of a device's memory, and what drawing by it really takes. */
import { beforeAll, describe, expect, test } from 'vitest';
import { ort } from '../../cli/ort.ts';
import { planFit } from '../../model/bundle/fit.ts';
import { Bundle } from '../../model/bundle/reader.ts';
import { stagesOf } from '../../model/bundle/stages.ts';
import { failureOf } from '../../model/failure.ts';
import { planMemory, requireRoom } from '../../workers/bundle/memory-plan.ts';
import { graphicsMemoryBytes } from '../../workers/gpu/memory.ts';
import { WasmRuntime } from '../../workers/gpu/wasm-runtime.ts';
import { openBundlePainter } from '../../workers/painter/bundle-painter.ts';
import { allResident } from '../../workers/painter/flux-weights.ts';
import { PainterModel } from '../../workers/painter/model.ts';
import type { JobId, Ledger, Seed } from '../../workers/protocol.ts';
import { writeDrawingBundle } from '../helpers/drawing-bundle.ts';
import { MemorySink } from '../helpers/memory-sink.ts';
import { silentPainting } from '../helpers/silent-painting.ts';

let bundle: Bundle;
beforeAll(async () => {
  const sink = new MemorySink();
  await writeDrawingBundle(sink);
  bundle = await Bundle.open(sink.folder);
});

const { report } = new WasmRuntime(ort);
const planFor = (memoryBytes: number, device: 'webgpu' | 'wasm' = 'wasm') =>
  planMemory(bundle, { memoryBytes, report: { ...report, device } });

/** Draws with and without a picture to edit, and answers the most that was held at once, and what is held at the end. */
async function draw(placement: 'resident' | 'streamed'): Promise<{ peak: number; owners: Ledger }> {
  const runtime = new WasmRuntime(ort);
  const source = openBundlePainter(runtime, bundle, new Set());
  const painter = new PainterModel(runtime, source, () => placement);
  const { width, height } = bundle.manifest.defaults;
  const hidden = bundle.config.hidden_size;
  const embeddings = { data: new Float32Array(4 * hidden).fill(0.5), hidden, grid: [1, 4, 4] } as const;
  const settings = { steps: 2, seed: '1' as Seed, guidance: 3.5, cfg: 2, negative: '', start: null };
  for (const decoder of ['generation', 'editing'] as const) {
    const drawing = { target: embeddings, reference: null, decoder };
    const order = { job: 'job' as JobId, drawing, width, height, ...settings };
    await painter.paint(order, silentPainting, new AbortController().signal);
  }
  const use = { peak: runtime.peakBytes(), owners: runtime.ledger() };
  await painter.close();
  await source.close();
  expect(runtime.ledger()).toEqual({});
  await runtime.close();
  return use;
}

describe('a bundle', () => {
  test('stays whole on a device that has room for both sides', () => {
    expect(planFor(1e9).residency).toBe('both');
  });

  test('is run one side at a time on a smaller one, and refused by the smallest', () => {
    const whole = planFor(1e9, 'webgpu');
    const sides = [whole.languageBytes, whole.painterBytes ?? 0];
    expect(planFor(Math.max(...sides), 'webgpu').residency).toBe('one at a time');
    const failure = failureOf(caught(() => planFor(1000)));
    expect(failure).toMatchObject({ code: 'MODEL_TOO_LARGE', data: { ability: 'chat', available: 1000 } });
  });

  test('that has no room to draw still speaks, and says which ability it lacks', () => {
    const plan = planFor(1e9);
    const abilities = { ...plan.abilities, draw: { fit: 'too large', bytes: 9e9, reads: 0 } } as const;
    requireRoom({ ...plan, abilities }, 'chat');
    requireRoom({ ...plan, abilities }, 'edit');
    const failure = failureOf(caught(() => requireRoom({ ...plan, abilities }, 'draw')));
    const data = { ability: 'draw', needed: 9e9, available: 1e9 };
    expect(failure).toEqual({ code: 'MODEL_TOO_LARGE', data });
  });

  test.each(['resident', 'streamed'] as const)(
    'drawn from with %s weights takes no more than was planned',
    async (placement) => {
      const { peak, owners } = await draw(placement);
      expect(peak).toBeLessThanOrEqual(planFor(1e9).painterBytes ?? 0);
      expect(Object.keys(owners).includes('editing decoder')).toBe(placement === 'resident');
    },
  );

  test('holds no more after fifty pictures than after two', async () => {
    const runtime = new WasmRuntime(ort);
    const source = openBundlePainter(runtime, bundle, new Set());
    const painter = new PainterModel(runtime, source, allResident);
    const hidden = bundle.config.hidden_size;
    const target = { data: new Float32Array(4 * hidden).fill(0.5), hidden, grid: [1, 4, 4] } as const;
    const drawing = { target, reference: null, decoder: 'generation' } as const;
    const held: Ledger[] = [];
    for (let picture = 1; picture <= 50; picture += 1) {
      const seed = String(picture) as Seed;
      const settings = { steps: 1, seed, guidance: 3.5, cfg: 1, negative: '', start: null };
      const order = { job: 'job' as JobId, drawing, width: 32, height: 32, ...settings };
      await painter.paint(order, silentPainting, new AbortController().signal);
      held.push(runtime.ledger());
    }
    expect(held[49]).toEqual(held[1]);
    await painter.close();
    await source.close();
    expect(runtime.ledger()).toEqual({});
    await runtime.close();
  });
});

test('plans for what onnxruntime keeps of the buffers that operators needed, as it was measured with nano', () => {
  const { manifest, config } = bundle;
  const { language, painter } = planFit(manifest, config, {
    device: 'webgpu',
    memoryBytes: 1e9,
    activations: 'float32',
  });
  const stages = stagesOf(manifest, config, 'float32');
  const need = (of: 'language' | 'painter') =>
    Math.max(...stages.filter(({ side }) => side === of).map(({ values }) => 4 * values));
  expect(language.activations).toBeGreaterThanOrEqual(1.6 * need('language'));
  expect(painter?.activations).toBeGreaterThanOrEqual(2.3 * need('painter'));
});

test('a device is taken to have four of its largest buffers, and half of the memory of the computer', () => {
  expect(graphicsMemoryBytes(2 ** 31)).toBe(2 ** 33);
  expect(graphicsMemoryBytes(2 ** 30, 32)).toBe(2 ** 34);
});

function caught(task: () => unknown): unknown {
  try {
    return task();
  } catch (error) {
    return error;
  }
}
