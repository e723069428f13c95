/** What the published model is told to do on devices of every size, from its numbers alone. */
import { expect, test } from 'vitest';
import { type AbilityFit, type FitDevice, planFit } from '../../model/bundle/fit.ts';
import type { Ability } from '../../model/bundle/installables.ts';
import { stagesOf } from '../../model/bundle/stages.ts';
import { readNexusConfig } from '../../model/config/nexus.ts';
import { published } from '../../model/config/published.table.ts';
import { plannedShards } from '../helpers/planned.ts';

const config = readNexusConfig({ ...published.transformer, vision_config: published.vision });
const shards = plannedShards(config, 'q4');
const GiB = 2 ** 30;

const graphics = (gibibytes: number, activations: FitDevice['activations'] = 'float16'): FitDevice => ({
  device: 'webgpu',
  memoryBytes: gibibytes * GiB,
  activations,
});
const processor: FitDevice = { device: 'wasm', memoryBytes: 4 * GiB, activations: 'float32' };

function fitsOf(device: FitDevice, manifest = { shards }): Readonly<Record<Ability, AbilityFit | null>> {
  const { chat, draw, edit } = planFit(manifest, config, device).abilities;
  return { chat: chat?.fit ?? null, draw: draw?.fit ?? null, edit: edit?.fit ?? null };
}

const onAfterTheOther = { chat: 'fits', draw: 'one after the other', edit: 'one after the other' };
const allFit = { chat: 'fits', draw: 'fits', edit: 'fits' };
const allStreamed = { chat: 'streamed', draw: 'streamed', edit: 'streamed' };
const none = { chat: 'too large', draw: 'too large', edit: 'too large' };

/** Segments of the transformer and blocks of FLUX that are loaded for each run, and the cache's tokens. */
test.each<[string, FitDevice, object, segments: number, blocks: number, slots: number]>([
  ['2 GB', graphics(2), none, 4, 57, 1024],
  ['4 GB', graphics(4), allStreamed, 3, 46, 1024],
  ['6 GB', graphics(6), { chat: 'fits', draw: 'streamed', edit: 'streamed' }, 0, 26, 1024],
  ['8 GB', graphics(8), onAfterTheOther, 0, 0, 4096],
  ['12 GB', graphics(12), onAfterTheOther, 0, 0, 4096],
  ['16 GB', graphics(16), allFit, 0, 0, 4096],
  ['24 GB', graphics(24), allFit, 0, 0, 4096],
  ['8 GB without float16', graphics(8, 'float32'), { chat: 'fits', draw: 'streamed', edit: 'streamed' }, 0, 7, 4096],
  ['wasm', processor, allStreamed, 3, 54, 1024],
])('the published model on %s', (_, device, expected, segments, blocks, slots) => {
  expect(fitsOf(device)).toEqual(expected);
  const plan = planFit({ shards }, config, device);
  expect(plan.slots).toBe(slots);
  const streamed = [...plan.language.streamed, ...(plan.painter?.streamed ?? [])];
  expect(streamed.filter((name) => name.startsWith('transformer_'))).toHaveLength(segments);
  expect(streamed.filter((name) => name.startsWith('pipe.dit.') && name.includes('blocks'))).toHaveLength(blocks);
  const served = Object.values(plan.abilities).filter((ability) => ability?.fit !== 'too large');
  for (const ability of served) expect(ability?.bytes).toBeLessThanOrEqual(device.memoryBytes);
});

/** Billions of bytes that are read for a token, and for a step. */
test.each<[string, FitDevice, token: number, step: number]>([
  ['4 GB', graphics(4), 2.9, 3.5],
  ['6 GB', graphics(6), 0, 1.7],
  ['8 GB', graphics(8), 0, 0],
  ['wasm', processor, 2.9, 4.6],
])('on %s so much is read each time', (_, device, token, step) => {
  const { abilities, language, painter } = planFit({ shards }, config, device);
  const { chat, draw, edit } = abilities;
  expect([chat, draw, edit].map((ability) => ((ability?.reads ?? 0) / 1e9).toFixed(1))).toEqual(
    [token, step, step].map((bytes) => bytes.toFixed(1)),
  );
  // What is streamed and runs once a picture is not read for each.
  const streamed = new Set([...language.streamed, ...(painter?.streamed ?? [])]);
  const all = stagesOf({ shards }, config, device.activations).filter(({ name }) => streamed.has(name));
  const bytes = all.reduce((sum, { stored }) => sum + stored, 0);
  expect((chat?.reads ?? 0) + (draw?.reads ?? 0)).toBeLessThanOrEqual(bytes);
});

test('more memory never serves less', () => {
  const order: readonly (AbilityFit | null)[] = ['too large', 'streamed', 'one after the other', 'fits'];
  let before = fitsOf(graphics(1));
  for (let gibibytes = 1.25; gibibytes <= 24; gibibytes += 0.25) {
    const now = fitsOf(graphics(gibibytes));
    for (const ability of ['chat', 'draw', 'edit'] as const) {
      expect(order.indexOf(now[ability]), `${ability} at ${gibibytes} GB`).toBeGreaterThanOrEqual(
        order.indexOf(before[ability]),
      );
    }
    before = now;
  }
});

test('a side holds what its stages hold: all of them, or those that stay and the largest of those that do not', () => {
  const resident = planFit({ shards }, config, graphics(24));
  // The language side's stages, and 28 layers of keys and values, 4 heads of 128, 4096 slots of float32.
  expect(resident.language.weights).toBeGreaterThan(4e9);
  expect(resident.language.weights).toBeLessThan(5e9);
  expect(resident.language.cache).toBe(28 * 2 * 4 * 128 * 4096 * 4);
  const streamed = planFit({ shards }, config, graphics(2));
  expect(streamed.language.cache).toBe(28 * 2 * 4 * 128 * 1024 * 4);
  // One segment of the four, or the vision encoder.
  expect(streamed.language.weights).toBeLessThan(resident.language.weights / 4);
  // Two layers of FLUX, of which one is on its way.
  expect(streamed.painter?.weights).toBeGreaterThan(0.25e9);
  expect(streamed.painter?.weights).toBeLessThan(0.3e9);
  // A whole segment, or a whole layer of FLUX, is on the host while it is loaded.
  expect(streamed.language.host).toBeGreaterThan(0.9e9);
  expect(streamed.painter?.host).toBeGreaterThan(0.4e9);
});

test('on wasm a matrix, or a row block of the text projector, is widened whole while it runs', () => {
  const [projector] = stagesOf({ shards }, config, 'float32').filter(({ name }) => name === 'text_projector');
  // All 152,064 × 3,584 values of float32 would be 2.2 GB.
  expect(projector?.widened).toBe(8192 * 3584);
  const { language } = planFit({ shards }, config, processor);
  expect(language.activations).toBeGreaterThanOrEqual(18_944 * 3584 * 4);
  expect(language.activations).toBeLessThan(1e9);
});

test('a text projector that was stored whole, as bundles had it before, is planned so', () => {
  const whole = shards.map((shard) => {
    if (shard.part !== 'text_projector') return shard;
    const tensors = ['q4', 'scales', 'zeros'].flatMap((kind) => {
      const blocks = shard.tensors.filter(({ name }) => name.endsWith(`.${kind}`));
      const [first] = blocks;
      const bytes = blocks.reduce((sum, block) => sum + block.bytes, 0);
      return first === undefined ? [] : [{ ...first, name: `lm_head.weight.${kind}`, bytes }];
    });
    return { ...shard, tensors };
  });
  const { language } = planFit({ shards: whole }, config, processor);
  expect(language.activations).toBeGreaterThanOrEqual(152_064 * 3584 * 4);
});

test('on wasm the painter begins with the heap that the language side left, which never shrinks', () => {
  const { language, painter } = planFit({ shards }, config, processor);
  const { painter: alone } = planFit({ shards: paintersAlone() }, config, processor);
  expect(painter?.heap).toBe(language.heap);
  expect(alone?.heap).toBeLessThan(language.heap);
  expect(alone?.streamed.length).toBeLessThan(painter?.streamed.length ?? 0);
  expect(painter?.total).toBeLessThanOrEqual(processor.memoryBytes);
});

function paintersAlone() {
  return shards.filter(({ part }) => /flux|modulation|adapter|merger|autoencoder/.test(part));
}

test('what is installed decides what there is to fit', () => {
  const without = (...parts: string[]) => ({ shards: shards.filter(({ part }) => !parts.includes(part)) });
  expect(fitsOf(graphics(24), without('editing_flux', 'editing_merger'))).toEqual({ ...allFit, edit: null });
  const chat = without('editing_flux', 'generation_flux');
  expect(fitsOf(graphics(24), chat)).toEqual({ chat: 'fits', draw: null, edit: null });
  expect(planFit(chat, config, graphics(24)).painter).toBeNull();
});

test('an ability that is too large is named, and the others are served', () => {
  // The merger alone is larger than the device; only editing needs it.
  const huge = shards.map((shard) =>
    shard.part === 'editing_merger'
      ? { ...shard, tensors: shard.tensors.map((tensor) => ({ ...tensor, bytes: tensor.bytes * 100 })) }
      : shard,
  );
  expect(fitsOf(graphics(6), { shards: huge })).toEqual({ chat: 'fits', draw: 'streamed', edit: 'too large' });
});
