/** The transformer as one graph and in segments: the same bits, the same cache, nothing left behind. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ort } from '../../cli/ort.ts';
import { planConversion } from '../../model/bundle/conversion-plan.ts';
import { convert } from '../../model/bundle/convert.ts';
import { identityText } from '../../model/bundle/identity.ts';
import { precisionOf } from '../../model/bundle/precision.ts';
import { Bundle } from '../../model/bundle/reader.ts';
import { listedSegments, planSegments } from '../../model/bundle/segments.ts';
import { readNexusConfig } from '../../model/config/nexus.ts';
import { published } from '../../model/config/published.table.ts';
import { textPositions } from '../../model/tables/token-positions.ts';
import { tinySizes } from '../../tools/checkpoint/tiny-sizes.ts';
import { WasmRuntime } from '../../workers/gpu/wasm-runtime.ts';
import { type BundleLanguage, openBundleLanguage } from '../../workers/language/bundle-language.ts';
import { drawImage, readToken } from '../../workers/language/imagining.ts';
import { float32Of, LanguageModel } from '../../workers/language/model.ts';
import { tools } from '../helpers/conversion.ts';
import { MemorySink } from '../helpers/memory-sink.ts';
import { plannedShards } from '../helpers/planned.ts';
import { bytesFolder, failureFrom } from '../helpers/sources.ts';
import { tinyCheckpoint } from '../helpers/tiny-checkpoint.ts';

const folder = bytesFolder(tinyCheckpoint({ ...tinySizes, num_hidden_layers: 4 }));
const runtime = new WasmRuntime(ort);
afterAll(() => runtime.close());

/** A bundle of four layers, of which a segment may take so many bytes. */
async function bundleWith(segmentLimit: number | undefined, precision: 'q4' | 'f16' = 'q4'): Promise<Bundle> {
  const sink = new MemorySink();
  await convert(await planConversion([folder], precision, { segmentLimit }), sink, tools);
  return Bundle.open(sink.folder);
}

/** Less than any layer takes: a segment a layer. */
const oneLayer = 1;

function partsOf(bundle: Bundle): ReadonlySet<string> {
  return new Set(bundle.manifest.shards.map(({ part }) => part).filter((part) => part.startsWith('transformer')));
}

const none = new Float32Array(0);

/** A prompt, three tokens behind it, a drawing, and a token behind that. */
async function answersOf(weights: BundleLanguage, bundle: Bundle): Promise<Readonly<Record<string, Float32Array>>> {
  const model = new LanguageModel(runtime, weights, bundle.config, 64);
  const ids = [5, 6, 7, 8, 9, 10, 11];
  const hidden = await model.advance(await weights.tokenRows(ids), textPositions(0, ids.length), async (rows) =>
    float32Of(await runtime.read(rows)),
  );
  const decoded: Float32Array[] = [];
  for (const [step, id] of [20, 21, 22].entries()) decoded.push(await readToken(model, id, ids.length + step));
  const drawing = { start: 10, grid: [1, 4, 4], mergeSize: 2, mode: 'pass' } as const;
  const { embeddings, end, behind } = await drawImage(model, drawing);
  const after = await readToken(model, 30, end + 1);
  const [first = none, , last = none] = decoded;
  const answers = { hidden, first, last, embeddings, behind: await behind(), after };
  expect(Object.keys(runtime.ledger())).not.toContain('language');
  model.close();
  return answers;
}

async function using<Result>(bundle: Bundle, use: (weights: BundleLanguage) => Promise<Result>): Promise<Result> {
  const weights = openBundleLanguage(runtime, bundle, new Set());
  try {
    return await use(weights);
  } finally {
    await weights.close();
  }
}

describe('a transformer that is larger than a segment may be', () => {
  let whole: Bundle;
  let cut: Bundle;
  beforeAll(async () => {
    whole = await bundleWith(undefined);
    cut = await bundleWith(oneLayer);
  });

  test('lies in the bundle as parts with shards and graphs of their own', () => {
    const names = ['transformer_0', 'transformer_1', 'transformer_2', 'transformer_3'];
    expect([...partsOf(whole)]).toEqual(['transformer']);
    expect([...partsOf(cut)]).toEqual(names);
    const { graphs, shards } = cut.manifest;
    expect(graphs.filter(({ part }) => part?.startsWith('transformer')).map(({ name, part }) => [name, part])).toEqual(
      names.flatMap((name) => [
        [name, name],
        [name, name],
      ]),
    );
    const layers = shards.filter(({ part }) => part === 'transformer_2').flatMap(({ tensors }) => tensors);
    expect(layers.every(({ name }) => name.startsWith('model.layers.2.'))).toBe(true);
    expect(identityText(cut.manifest, 'language')).toContain('transformer_3.float32.onnx');
  });

  test.each(['q4', 'f16'] as const)('gives the same bits as in one graph: %s', async (precision) => {
    const answers: Readonly<Record<string, Float32Array>>[] = [];
    for (const limit of [undefined, oneLayer]) {
      const bundle = await bundleWith(limit, precision);
      answers.push(await using(bundle, (weights) => answersOf(weights, bundle)));
    }
    const [one, four] = answers;
    for (const [name, values] of Object.entries(one ?? {})) {
      expect(values.length, name).toBeGreaterThan(0);
      expect(four?.[name], name).toEqual(values);
    }
  });

  test('leaves nothing on the device where a later segment cannot be read, and goes on when it can', async () => {
    await using(cut, async (weights) => {
      let broken = true;
      const failing: BundleLanguage = {
        ...weights,
        using: (piece, run) =>
          broken && piece === 'transformer_2' ? Promise.reject(new Error('unplugged')) : weights.using(piece, run),
      };
      const model = new LanguageModel(runtime, failing, cut.config, 16);
      await expect(readToken(model, 5, 0)).rejects.toThrow('unplugged');
      expect(model.length).toBe(0);
      expect(Object.keys(runtime.ledger())).not.toContain('language');
      broken = false;
      expect((await readToken(model, 5, 0)).length).toBe(cut.config.vocab_size);
      model.close();
    });
  });

  test('is refused where a segment is not listed', async () => {
    const graphs = cut.manifest.graphs.filter(({ name }) => name !== 'transformer_1');
    const failure = await failureFrom(async () => listedSegments(graphs, cut.config));
    expect(failure).toMatchObject({ code: 'BUNDLE_MANIFEST', data: { key: 'graphs' } });
  });
});

test('segments have equally many layers, and are the fewest that the limit allows', async () => {
  const bundle = await bundleWith(undefined);
  const bytes = bundle.manifest.shards.find(({ part }) => part === 'transformer')?.bytes ?? 0;
  const countFor = async (limit: number) => partsOf(await bundleWith(limit)).size;
  expect(await countFor(bytes)).toBe(1);
  // The final norm lies with the last layers, so that half of all is not quite enough for two.
  expect(await countFor(bytes - 1)).toBe(2);
  expect(await countFor(Math.floor(bytes / 2) - 64)).toBe(4);
});

test.each([
  ['q4', 4],
  ['q8', 7],
  ['f16', 14],
] as const)('the published transformer in %s has %d segments of 1 GiB at most', (precision, count) => {
  const config = readNexusConfig({ ...published.transformer, vision_config: published.vision });
  const options = { activations: 'float32', precision: precisionOf(precision), weights: 'file' } as const;
  const segments = planSegments(config, options);
  expect(segments).toHaveLength(count);
  expect(segments.map(({ first }) => first)).toEqual(segments.map((_, at) => (at * 28) / count));
  const shards = plannedShards(config, precision).filter(({ part }) => part.startsWith('transformer'));
  expect(shards).toHaveLength(count);
  for (const { bytes } of shards) expect(bytes).toBeLessThanOrEqual(2 ** 30);
});
