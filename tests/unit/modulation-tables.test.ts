/** Bundles that hold the modulation of their schedules ready, with and without the layers that compute any other. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ort } from '../../cli/ort.ts';
import { planConversion } from '../../model/bundle/conversion-plan.ts';
import { convert } from '../../model/bundle/convert.ts';
import { planFit } from '../../model/bundle/fit.ts';
import { identityText } from '../../model/bundle/identity.ts';
import type { Installable } from '../../model/bundle/installables.ts';
import { type Manifest, parseManifest } from '../../model/bundle/manifest.ts';
import { modulationRanges, servedSchedules } from '../../model/bundle/modulation-tables.ts';
import { Bundle } from '../../model/bundle/reader.ts';
import { stagesOf } from '../../model/bundle/stages.ts';
import { verifyBundle } from '../../model/bundle/verify.ts';
import { encodeUtf8 } from '../../model/checkpoint/utf8.ts';
import { schedule } from '../../model/diffusion/schedule.ts';
import { fluxLayers, fluxModulationLayers } from '../../model/pieces/flux.ts';
import { tinySizes } from '../../tools/checkpoint/tiny-sizes.ts';
import { graphRunner } from '../../workers/gpu/graph-runner.ts';
import { WasmRuntime } from '../../workers/gpu/wasm-runtime.ts';
import { openTokenizer } from '../../workers/language/words-tokenizer.ts';
import { openBundlePainter } from '../../workers/painter/bundle-painter.ts';
import { FluxDecoder } from '../../workers/painter/flux-decoder.ts';
import { allResident } from '../../workers/painter/flux-weights.ts';
import { PainterModel } from '../../workers/painter/model.ts';
import { Pace } from '../../workers/painter/pace.ts';
import type { PaintRequest, RgbImage } from '../../workers/protocol.ts';
import { hashing, installedIn, MemorySink, sha256 } from '../helpers/memory-sink.ts';
import { drawingOrder, paintedPixels } from '../helpers/painted-bundle.ts';
import { quantiser } from '../helpers/quantiser.ts';
import { silentPainting } from '../helpers/silent-painting.ts';
import { bytesFolder, failureFrom } from '../helpers/sources.ts';
import { tinyCheckpoint, type tinyTensors } from '../helpers/tiny-checkpoint.ts';

const schedules = [
  { steps: 3, guidance: 3.5 },
  { steps: 2, guidance: 3.5 },
];
const sizes = {
  ...tinySizes,
  nexus_gen: {
    ...tinySizes.nexus_gen,
    schedules,
    defaults: { width: 64, height: 48, steps: 3, guidance: 3.5, cfg: 1, editing_cfg: 1, negative: '', strength: 1 },
  },
};

/** Decoders that differ, so that neither takes the other's file. */
function differing(tensors: ReturnType<typeof tinyTensors>): void {
  for (const { values } of tensors.get('editing')?.values() ?? []) values[0] = 0.5;
}

const checkpoint = bytesFolder(tinyCheckpoint(sizes, { change: differing }));
const runtime = new WasmRuntime(ort);
const tools = { ...hashing, runner: graphRunner(runtime), openTokenizer, quantiser, progress: () => undefined };
afterAll(() => runtime.close());

async function add(sink: MemorySink, only: readonly Installable[] | null, folder = checkpoint): Promise<MemorySink> {
  await convert(await planConversion([folder], 'q8', { only, installed: installedIn(sink) }), sink, tools);
  return sink;
}

const start: RgbImage = { width: 64, height: 48, data: new Uint8Array(64 * 48 * 3).fill(90) };

function pixels(sink: MemorySink, changes: Partial<PaintRequest> = {}): Promise<Uint8ClampedArray> {
  return paintedPixels(runtime, sink, changes);
}

let whole = new MemorySink();
let withoutLayers = new MemorySink();
beforeAll(async () => {
  whole = await add(new MemorySink(), null);
  withoutLayers = await add(new MemorySink(), ['chat', 'draw', 'edit']);
});

const partsOf = (sink: MemorySink) => new Set(installedIn(sink)?.shards.map(({ part }) => part));

describe('a bundle with modulation tables', () => {
  test('says which schedules they are of, and is whole with the layers and without', async () => {
    for (const sink of [whole, withoutLayers]) {
      const verdict = await verifyBundle(sink.folder, sha256);
      expect(verdict.files.filter(({ failure }) => failure !== null)).toEqual([]);
      expect(installedIn(sink)?.schedules).toEqual(schedules.map((each) => ({ ...each, strength: 1 })));
    }
    expect(partsOf(whole)).toContain('editing_modulation');
    expect([...partsOf(withoutLayers)].filter((part) => part.endsWith('_modulation'))).toEqual([]);
  });

  test.each([['generation'], ['editing']] as const)(
    'draws the same pixels with the layers installed and without: %s',
    async (decoder) => {
      for (const steps of [3, 2]) {
        const changes = { steps, drawing: { ...drawingOrder().drawing, decoder } };
        const drawn = await pixels(whole, changes);
        expect(new Set(drawn).size).toBeGreaterThan(8);
        expect(await pixels(withoutLayers, changes)).toEqual(drawn);
        // A start that may change wholly is none.
        expect(await pixels(withoutLayers, { ...changes, start: { pixels: start, strength: 1 } })).toEqual(drawn);
      }
    },
  );

  test.each<[string, Partial<PaintRequest>]>([
    ['other steps', { steps: 4 }],
    ['another guidance', { guidance: 2 }],
    ['a start that is kept in part', { start: { pixels: start, strength: 0.5 } }],
  ])('draws %s where the layers are, and says what it can do where they are not', async (_, changes) => {
    expect(await pixels(whole, changes)).not.toEqual(await pixels(whole));
    const { steps = 3, guidance = 3.5, start: from } = changes;
    expect(await failureFrom(() => pixels(withoutLayers, changes))).toEqual({
      code: 'SCHEDULE_UNAVAILABLE',
      data: {
        decoder: 'generation',
        steps,
        guidance,
        strength: from?.strength ?? 1,
        served: schedules.map((each) => ({ ...each, strength: 1 })),
      },
    });
  });

  test('holds what the layers compute of the same weights, rounded to 16 bits', async () => {
    const sink = new MemorySink();
    await convert(await planConversion([checkpoint], 'f16'), sink, tools);
    const bundle = await Bundle.open(sink.folder);
    const source = openBundlePainter(runtime, bundle, new Set());
    const flux = new FluxDecoder(runtime, source, 'editing', allResident);
    const key = { ...schedule(bundle.config.schedule, 3, 1), guidance: new Float32Array(3).fill(3.5) };
    const pace = new Pace(runtime, new AbortController().signal);
    const computed = await flux.modulation({ ...key, pooled: await source.pooled() }, pace);
    const stored = flux.storedModulation({ steps: 3, guidance: 3.5, strength: 1 });
    if (stored === null) throw new Error('no table');
    for (const step of [0, 1, 2]) {
      const [found, wanted] = [await stored.at(step), await computed.at(step)];
      for (const layer of fluxModulationLayers(fluxLayers(bundle.config.dit))) {
        const expected = [...wanted(layer).data].map(Number);
        expect(found(layer).shape).toEqual(wanted(layer).shape);
        const error = [...found(layer).data].map((value, at) => Math.abs(Number(value) - (expected[at] ?? 0)));
        const most = Math.max(...expected.map(Math.abs));
        expect(Math.max(...error) / most, layer.prefix).toBeLessThan(2 ** -9);
      }
    }
    await flux.close();
    await source.close();
  });

  test('reads what a step needs once, also where the picture is steered away from a text', async () => {
    const source = openBundlePainter(runtime, await Bundle.open(whole.folder), new Set());
    const steps: number[] = [];
    const counted: typeof source = {
      ...source,
      modulationTable(decoder, of) {
        const read = source.modulationTable(decoder, of);
        return (
          read &&
          ((step) => {
            steps.push(step);
            return read(step);
          })
        );
      },
    };
    const painter = new PainterModel(runtime, counted, allResident);
    await painter.paint(drawingOrder({ cfg: 3 }), silentPainting, new AbortController().signal);
    expect(steps).toEqual([0, 1, 2]);
    await painter.close();
    await source.close();
  });

  test('gets the layers later: the same files as at once, and its pictures stay the same model’s', async () => {
    const sink = await add(new MemorySink(), ['chat', 'draw']);
    const before = installedIn(sink);
    // The configuration is the bundle's own: nothing but the decoders has to be there.
    const decoders = [...tinyCheckpoint(sizes, { change: differing })].filter(([path]) => path.endsWith('decoder.bin'));
    await add(sink, ['other-schedules'], bytesFolder(new Map(decoders)));
    expect(partsOf(sink)).toContain('generation_modulation');
    await add(sink, ['edit', 'other-schedules']);
    const [made, all] = [installedIn(sink), installedIn(whole)];
    if (before === null || made === null || all === null) throw new Error('no bundle');
    expect(identityText(made, 'generation')).toBe(identityText(before, 'generation'));
    expect(identityText(made, 'editing')).toBe(identityText(all, 'editing'));
    const content = (of: MemorySink) => of.hashes().filter((line) => !line.startsWith('bundle.json'));
    expect(content(sink)).toEqual(content(whole));
    expect(made.defaults).toEqual(all.defaults);
    expect(servedSchedules(made, 'generation')).toBeNull();
    expect(await pixels(sink, { steps: 4 })).toEqual(await pixels(whole, { steps: 4 }));
  });

  test('counts in a plan what it keeps: a step of a table, and no layer that is not installed', async () => {
    const [one, other] = [await Bundle.open(whole.folder), await Bundle.open(withoutLayers.folder)];
    const passing = ({ manifest, config }: Bundle) =>
      stagesOf(manifest, config, 'float32').filter(({ runs }) => runs === 'passing').length;
    expect([passing(one) > 0, passing(other)]).toEqual([true, 0]);
    const device = { device: 'webgpu', memoryBytes: 2 ** 32, activations: 'float32' } as const;
    const host = ({ manifest, config }: Bundle) => planFit(manifest, config, device).painter?.host ?? 0;
    const row = modulationRanges(one.config.dit).width * 4;
    expect(host(one) - host(other)).toBeGreaterThanOrEqual((2 * 3 - 1) * row);
  });
});

test('a bundle that was made before there were tables is added to as it is', async () => {
  const { schedules: _, ...settings } = sizes.nexus_gen;
  const earlier = bytesFolder(tinyCheckpoint({ ...sizes, nexus_gen: settings }, { change: differing }));
  const sink = await add(new MemorySink(), ['chat'], earlier);
  await add(sink, ['draw']);
  expect([...partsOf(sink)].filter((part) => part.includes('modulation'))).toEqual([]);
  expect(await pixels(sink, { steps: 4 })).toHaveLength(64 * 48 * 4);
});

test('a conversion that is cut off goes on to the same bytes', async () => {
  for (let failAt = 60; failAt < 140; failAt += 20) {
    const sink = new MemorySink();
    sink.failAt = failAt;
    expect(await failureFrom(() => add(sink, null))).toMatchObject({ code: 'WRITE_FAILED' });
    sink.failAt = Number.POSITIVE_INFINITY;
    await add(sink, null);
    expect(sink.hashes()).toEqual(whole.hashes());
  }
});

test('without schedules, or without CLIP’s vector, the layers stay where FLUX is', async () => {
  const { schedules: _, ...settings } = sizes.nexus_gen;
  const plain = await add(new MemorySink(), null, bytesFolder(tinyCheckpoint({ ...sizes, nexus_gen: settings })));
  expect([...partsOf(plain)].filter((part) => part.includes('modulation'))).toEqual([]);
  expect(installedIn(plain)).not.toHaveProperty('schedules');
  expect(await pixels(plain, { steps: 4, start: { pixels: start, strength: 0.5 } })).toHaveLength(64 * 48 * 4);
  const files = [...tinyCheckpoint(sizes)].filter(([path]) => !path.includes('text_encoder'));
  const plan = await planConversion([bytesFolder(new Map(files))], 'q8');
  expect(plan.shards.filter(({ layout }) => layout.part.includes('modulation'))).toEqual([]);
});

test.each<[string, (manifest: Manifest) => Partial<Manifest>]>([
  ['a table of a schedule that it does not name', (made) => ({ schedules: made.schedules?.slice(1) })],
  [
    'a schedule without a table',
    (made) => ({ schedules: [...(made.schedules ?? []), { steps: 9, guidance: 1, strength: 1 }] }),
  ],
  ['a schedule twice', (made) => ({ schedules: [...(made.schedules ?? []), ...(made.schedules ?? [])] })],
])('a bundle.json with %s is refused', async (_, change) => {
  const made = installedIn(whole);
  if (made === null) throw new Error('no bundle');
  const { checksum: __, ...content } = { ...made, ...change(made) };
  const failure = await failureFrom(async () => parseManifest(encodeUtf8(JSON.stringify(content))));
  expect(failure).toMatchObject({ code: 'BUNDLE_MANIFEST', data: { key: expect.stringContaining('schedules') } });
});
