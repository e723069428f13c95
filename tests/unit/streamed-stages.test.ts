/** A model on a device that it does not fit: stages are loaded for their runs and released, and it answers all the same. */
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { ort } from '../../cli/ort.ts';
import { planConversion } from '../../model/bundle/conversion-plan.ts';
import { convert } from '../../model/bundle/convert.ts';
import { type FitPlan, planFit } from '../../model/bundle/fit.ts';
import { Bundle } from '../../model/bundle/reader.ts';
import { textPositions } from '../../model/tables/token-positions.ts';
import { tinySizes } from '../../tools/checkpoint/tiny-sizes.ts';
import { BundlePrograms } from '../../workers/bundle/programs.ts';
import { WasmRuntime } from '../../workers/gpu/wasm-runtime.ts';
import { openBundleLanguage } from '../../workers/language/bundle-language.ts';
import { ImageEmbedder } from '../../workers/language/image-embedder.ts';
import { drawImage, readToken } from '../../workers/language/imagining.ts';
import { LanguageModel } from '../../workers/language/model.ts';
import { openBundlePainter } from '../../workers/painter/bundle-painter.ts';
import { PainterModel } from '../../workers/painter/model.ts';
import type { ImageId, JobId, Seed } from '../../workers/protocol.ts';
import { tools } from '../helpers/conversion.ts';
import { MemorySink } from '../helpers/memory-sink.ts';
import { silentPainting } from '../helpers/silent-painting.ts';
import { bytesFolder } from '../helpers/sources.ts';
import { tinyCheckpoint } from '../helpers/tiny-checkpoint.ts';

/** Layers are most of it, as they are of the published model. */
const sizes = {
  ...tinySizes,
  num_hidden_layers: 6,
  intermediate_size: 512,
  vision_config: { ...tinySizes.vision_config, depth: 1, fullatt_block_indexes: [0], hidden_size: 8, num_heads: 1 },
  dit: { ...tinySizes.dit, joint: 4, single: 8 },
  nexus_gen: {
    ...tinySizes.nexus_gen,
    context_length: 64,
    image: { min_pixels: 784, max_pixels: 3136, reference_side: 56, drawn_grid: [1, 4, 4] },
    defaults: {
      ...{ steps: 2, guidance: 3.5, cfg: 1, editing_cfg: 1, negative: '', strength: 1 },
      width: 16,
      height: 16,
    },
  },
};

let bundle: Bundle;
const sink = new MemorySink();
beforeAll(async () => {
  await convert(await planConversion([bytesFolder(tinyCheckpoint(sizes))], 'q4', { segmentLimit: 1 }), sink, tools);
  bundle = await Bundle.open(sink.folder);
});

let runtime = new WasmRuntime(ort);
afterEach(async () => {
  await runtime.close();
  expect(runtime.ledger()).toEqual({});
  runtime = new WasmRuntime(ort);
});

/** Of one side as if there were no other, by stored sizes, in which the processor's weights are booked. */
function planFor(share: number, side: 'language' | 'painter'): FitPlan {
  const { manifest, config } = bundle;
  const isPainted = ({ part }: { readonly part: string }) => /flux|modulation|adapter|merger|autoencoder/.test(part);
  const shards = manifest.shards.filter((shard) => isPainted(shard) === (side === 'painter'));
  const plan = (memoryBytes: number) =>
    planFit({ ...manifest, shards }, config, { device: 'wasm', memoryBytes, activations: 'float16' });
  return plan((plan(Number.MAX_SAFE_INTEGER)[side]?.total ?? 0) * share);
}

/** Sees a picture, reads a prompt, writes two tokens and imagines a picture. */
async function speak(plan: FitPlan) {
  const weights = openBundleLanguage(runtime, bundle, new Set(plan.language.streamed));
  const model = new LanguageModel(runtime, weights, bundle.config, plan.slots);
  const pixels = { width: 56, height: 56, data: Uint8Array.from({ length: 56 * 56 * 3 }, (_, at) => (at * 7) % 256) };
  const picture = { id: 'picture' as ImageId, kind: 'seen', pixels } as const;
  const seen = await new ImageEmbedder(weights, bundle.config).embeddings(picture.id, 'reading', [picture]);
  await model.read(seen.data, textPositions(0, seen.data.length / seen.hidden));
  const start = model.length;
  const words = [await readToken(model, 20, start), await readToken(model, 21, start + 1)];
  const drawn = await drawImage(model, { start: start + 2, grid: [1, 4, 4], mergeSize: 2, mode: 'pass' });
  const held = Object.keys(runtime.ledger());
  model.close();
  await weights.close();
  return { answers: [seen.data, ...words, drawn.embeddings], held, peak: runtime.peakBytes() };
}

async function paint(plan: FitPlan) {
  const streamed = new Set(plan.painter?.streamed);
  const source = openBundlePainter(runtime, bundle, streamed);
  const painter = new PainterModel(runtime, source, ({ prefix }) => (streamed.has(prefix) ? 'streamed' : 'resident'));
  const hidden = bundle.config.hidden_size;
  const target = { data: Float32Array.from({ length: 4 * hidden }, (_, at) => Math.sin(at)), hidden, grid: [1, 4, 4] };
  const settings = { seed: '1' as Seed, steps: 2, guidance: 3.5, cfg: 1, cfgRange: [0, 1], negative: '', start: null };
  const order = { job: 'job' as JobId, width: 16, height: 16, ...settings } as const;
  const pictures: Uint8ClampedArray[] = [];
  for (const decoder of ['generation', 'editing'] as const) {
    const drawing = { target: { ...target, grid: [1, 4, 4] as const }, reference: null, decoder };
    const painting = await painter.paint(
      { ...order, cfgRange: [0, 1], drawing },
      silentPainting,
      new AbortController().signal,
    );
    pictures.push(painting.data);
  }
  const peak = runtime.peakBytes();
  await painter.close();
  await source.close();
  return { pictures, peak };
}

function expectNear(actual: number, planned: number): void {
  expect(actual).toBeLessThanOrEqual(1.15 * planned);
  expect(actual).toBeGreaterThanOrEqual(planned / 1.15);
}

describe('the language side', () => {
  test('with its stages streamed gives the same bits as with all of them resident, and holds what was planned', async () => {
    const whole = planFor(1, 'language');
    expect(whole.language.streamed).toEqual([]);
    const resident = await speak(whole);
    expectNear(resident.peak, whole.language.weights + whole.language.cache);
    await runtime.close();
    runtime = new WasmRuntime(ort);

    const tight = planFor(0.7, 'language');
    expect(tight.abilities.chat?.fit).toBe('streamed');
    const streamed = await speak(tight);
    expect(streamed.answers).toEqual(resident.answers);
    expect(streamed.held.filter((owner) => tight.language.streamed.includes(owner))).toEqual([]);
    expectNear(streamed.peak, tight.language.weights + tight.language.cache);
    expect(streamed.peak).toBeLessThan(0.8 * resident.peak);
  });
});

describe('the painter', () => {
  test('with its stages streamed paints the same pixels, and holds what was planned', async () => {
    const whole = planFor(1, 'painter');
    expect(whole.painter?.streamed).toEqual([]);
    const resident = await paint(whole);
    expectNear(resident.peak, whole.painter?.weights ?? 0);
    await runtime.close();
    runtime = new WasmRuntime(ort);

    const tight = planFor(0.68, 'painter');
    expect(tight.painter?.streamed).toContain('autoencoder_decode');
    expect(tight.painter?.streamed).toContain('pipe.dit.single_blocks.7.');
    expect(tight.painter?.streamed).not.toContain('pipe.dit.blocks.0.');
    const streamed = await paint(tight);
    expect(streamed.pictures).toEqual(resident.pictures);
    expectNear(streamed.peak, tight.painter?.weights ?? 0);
    expect(streamed.peak).toBeLessThan(0.85 * resident.peak);
  });
});

describe('a streamed program', () => {
  test('is gone behind its run, also where that fails, and is loaded again for the next', async () => {
    const programs = new BundlePrograms(runtime, bundle, new Set(['transformer_0']));
    const holds = async () => Object.keys(runtime.ledger());
    expect(await programs.using('transformer_0', holds)).toEqual(['transformer_0']);
    expect(await holds()).toEqual([]);
    const failing = programs.using('transformer_0', () => Promise.reject(new Error('no run')));
    await expect(failing).rejects.toThrow('no run');
    expect(await holds()).toEqual([]);
    expect(await programs.using('transformer_0', holds)).toEqual(['transformer_0']);
    await programs.close();
  });

  test('is the only one: another that is asked for meanwhile waits until it is released', async () => {
    const names = ['transformer_0', 'transformer_1'];
    const programs = new BundlePrograms(runtime, bundle, new Set(names));
    const held = await Promise.all(
      names.map((name) => programs.using(name, async () => Object.keys(runtime.ledger()))),
    );
    expect(held).toEqual([['transformer_0'], ['transformer_1']]);
    await programs.close();
  });

  test('that cannot be loaded leaves nothing behind', async () => {
    const shard = sink.files.get('transformer_1-1.bin') ?? new Uint8Array(0);
    const programs = new BundlePrograms(runtime, bundle, new Set(['transformer_0', 'transformer_1']));
    const run = async () => 'ran';
    sink.files.delete('transformer_1-1.bin');
    await expect(programs.using('transformer_1', run)).rejects.toThrow();
    expect(runtime.ledger()).toEqual({});
    expect(await programs.using('transformer_0', run)).toBe('ran');
    sink.files.set('transformer_1-1.bin', shard);
    expect(await programs.using('transformer_1', run)).toBe('ran');
    expect(runtime.ledger()).toEqual({});
    await programs.close();
  });
});
