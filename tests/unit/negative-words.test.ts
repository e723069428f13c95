/** Negative prompts of words: made once by whoever has the text encoders, held by a bundle, given on as files. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ort } from '../../cli/ort.ts';
import { bundleFor } from '../../model/bundle/abilities.ts';
import { computeSteps } from '../../model/bundle/computed-steps.ts';
import { planConversion } from '../../model/bundle/conversion-plan.ts';
import { convert } from '../../model/bundle/convert.ts';
import { identityText } from '../../model/bundle/identity.ts';
import type { Installable } from '../../model/bundle/installables.ts';
import { type Manifest, parseManifest } from '../../model/bundle/manifest.ts';
import { heldNegatives } from '../../model/bundle/negative-text.ts';
import { Bundle } from '../../model/bundle/reader.ts';
import { planRemake, remake } from '../../model/bundle/remake.ts';
import { pooledOf, statesOf } from '../../model/bundle/text-constants.ts';
import { clipIds, openClipTokenizer, openT5Tokenizer, t5Ids } from '../../model/bundle/text-ids.ts';
import { verifyBundle } from '../../model/bundle/verify.ts';
import { decodeWeights } from '../../model/checkpoint/decode.ts';
import { openSafetensors } from '../../model/checkpoint/safetensors.ts';
import { encodeUtf8 } from '../../model/checkpoint/utf8.ts';
import { readClipConfig, readT5Config } from '../../model/config/text-encoders.ts';
import { tinySizes } from '../../tools/checkpoint/tiny-sizes.ts';
import { graphRunner } from '../../workers/gpu/graph-runner.ts';
import { WasmRuntime } from '../../workers/gpu/wasm-runtime.ts';
import { openTokenizer } from '../../workers/language/words-tokenizer.ts';
import type { PaintRequest } from '../../workers/protocol.ts';
import { expectOutput, goldenCase, readGolden, tensorOf } from '../helpers/golden.ts';
import { hashing, installedIn, MemorySink, sha256 } from '../helpers/memory-sink.ts';
import { paintedPixels } from '../helpers/painted-bundle.ts';
import { quantiser } from '../helpers/quantiser.ts';
import { bytesFolder, bytesSource, failureFrom } from '../helpers/sources.ts';
import { tinyCheckpoint } from '../helpers/tiny-checkpoint.ts';

const runtime = new WasmRuntime(ort);
const runner = graphRunner(runtime);
const tools = { ...hashing, runner, openTokenizer, quantiser, progress: () => undefined };
afterAll(() => runtime.close());

const fixture = (name: string) => new Uint8Array(readFileSync(`tests/fixtures/tokenizers/${name}`));
const fixtureFiles = {
  t5: bytesSource('t5.json', fixture('t5.json')),
  clip: {
    vocab: bytesSource('clip-vocab.json', fixture('clip-vocab.json')),
    merges: bytesSource('clip-merges.txt', fixture('clip-merges.txt')),
  },
};

describe('words become the ids of the published tokenizers', () => {
  const cases: readonly { text: string; t5: number[]; clip: number[] }[] = JSON.parse(
    new TextDecoder().decode(fixture('ids.json')),
  );

  test.each(cases)('$text', async ({ text, t5, clip }) => {
    const [t5Words, clipWords] = [
      await openT5Tokenizer(fixtureFiles, openTokenizer),
      await openClipTokenizer(fixtureFiles, openTokenizer),
    ];
    expect(t5Words(text)).toEqual(t5);
    expect(clipWords(text)).toEqual(clip);
  });

  test('as many as the encoders read: too many are cut off in front of the end token', () => {
    const { config } = readGolden('clip-pooled-words');
    const clip = { ...readClipConfig(config), positions: 5 };
    expect([...t5Ids([7, 8], 5)]).toEqual([7, 8, 1, 0, 0]);
    expect([...t5Ids([7, 8, 9, 10, 11], 5)]).toEqual([7, 8, 9, 10, 1]);
    expect([...clipIds([7, 8], clip)]).toEqual([62, 7, 8, 63, 63]);
    expect([...clipIds([7, 8, 9, 10], clip)]).toEqual([62, 7, 8, 9, 63]);
  });

  test('files that are no tokenizers are refused by name', async () => {
    const broken = { ...fixtureFiles, t5: bytesSource('tokenizer.json', encodeUtf8('{"model":{"type":"Other"}}')) };
    expect(await failureFrom(() => openT5Tokenizer(broken, openTokenizer))).toMatchObject({
      code: 'TOKENIZER_INVALID',
    });
    const cut = { ...fixtureFiles, t5: bytesSource('tokenizer.json', encodeUtf8('{"model":')) };
    expect(await failureFrom(() => openT5Tokenizer(cut, openTokenizer))).toMatchObject({
      code: 'CONFIG_JSON',
      data: { file: 'tokenizer.json' },
    });
  });
});

describe('the encoders answer what the reference answers for ids of words', () => {
  const weightsOf = (name: string) =>
    openSafetensors(bytesSource(name, new Uint8Array(readFileSync(`${goldenCase(name)}/weights.safetensors`))));
  const idsOf = (golden: ReturnType<typeof readGolden>) => Int32Array.from(tensorOf(golden.inputs, 'input_ids').data);

  test('T5, a matrix at a time', async () => {
    const golden = readGolden('t5-encoder-16');
    const encoder = { config: readT5Config(golden.config), weights: await weightsOf('t5-encoder-16') };
    const computation = await statesOf(idsOf(golden), encoder, runner);
    const resultOf = await computeSteps(computation, null);
    expectOutput(golden, 'hidden', decodeWeights('float32', await resultOf(computation.steps.length - 1)));
  });

  test('CLIP', async () => {
    const golden = readGolden('clip-pooled-words');
    const encoder = { config: readClipConfig(golden.config), weights: await weightsOf('clip-pooled-words') };
    const resultOf = await computeSteps(pooledOf(idsOf(golden), encoder, runner), null);
    expectOutput(golden, 'pooled', decodeWeights('float32', await resultOf(0)));
  });
});

const blurry = 'blurry, low quality';
const dull = 'dull 模糊';
const schedules = [{ steps: 3, guidance: 3.5 }];
const sizes = { ...tinySizes, nexus_gen: { ...tinySizes.nexus_gen, schedules } };
const files = tinyCheckpoint(sizes);
const flux = new Map([...files].filter(([path]) => path.startsWith('FLUX.1-dev/')));
const withoutText = new Map([...files].filter(([path]) => !/text_encoder_2|tokenizer/.test(path)));

type Files = ReadonlyMap<string, Uint8Array>;

async function add(
  sink: MemorySink,
  folder: Files,
  only: readonly Installable[] | null,
  negativeTexts: readonly string[] = [],
): Promise<MemorySink> {
  const plan = await planConversion([bytesFolder(folder)], 'q8', { only, installed: installedIn(sink), negativeTexts });
  await convert(plan, sink, tools);
  return sink;
}

function manifestOf(sink: MemorySink): Manifest {
  return installedIn(sink) ?? expect.fail('no bundle');
}

async function verdictOf(sink: MemorySink) {
  return (await verifyBundle(sink.folder, sha256)).files.filter(({ failure }) => failure !== null);
}

let both = new MemorySink();
beforeAll(async () => {
  both = await add(new MemorySink(), files, null);
  await add(both, flux, ['negative'], [blurry]);
  await add(both, flux, ['negative'], [dull, blurry]);
});

describe('a bundle with words', () => {
  test('names them, holds a file of each, and is whole', async () => {
    expect(heldNegatives(manifestOf(both))).toEqual(['', blurry, dull]);
    expect(await verdictOf(both)).toEqual([]);
    const bytes = both.files.get('negative_text_1.safetensors') ?? new Uint8Array(0);
    const source = await openSafetensors(bytesSource('given', bytes));
    expect(source.list()).toEqual([
      { name: 'negative', type: 'float32', shape: [8, 32] },
      { name: 'pooled', type: 'float32', shape: [32] },
    ]);
    expect(source.metadata?.get('text')).toBe(blurry);
    const held = await (await Bundle.open(both.folder)).negative(blurry);
    expect([...(held?.context ?? [])]).toEqual([...(await source.read('negative'))]);
    expect([...(held?.pooled ?? [])]).toEqual([...(await source.read('pooled'))]);
  });

  test('reads other values for each, and for the empty text those that it had', async () => {
    const [bundle, before] = [
      await Bundle.open(both.folder),
      await Bundle.open((await add(new MemorySink(), files, null)).folder),
    ];
    const values = await Promise.all(['', blurry, dull].map((text) => bundle.negative(text)));
    expect(values[0]).toEqual(await before.negative(''));
    expect(new Set(values.map((each) => each?.context.join())).size).toBe(3);
    expect(new Set(values.map((each) => each?.pooled.join())).size).toBe(3);
    expect(await bundle.negative('fog')).toBeNull();
  });

  test('is the same model for the pictures that it drew before', async () => {
    const before = manifestOf(await add(new MemorySink(), files, null));
    for (const decoder of ['generation', 'editing'] as const) {
      expect(identityText(manifestOf(both), decoder)).toBe(identityText(before, decoder));
    }
  });

  test('is a bundle like any other for a reader that knows nothing of words', () => {
    const { negative_texts: _, checksum: __, ...rest } = manifestOf(both);
    const read = parseManifest(encodeUtf8(JSON.stringify(rest)));
    expect(heldNegatives(read)).toEqual(['']);
  });

  test('lists them where it draws, and not where it only speaks', () => {
    const listed = (...abilities: readonly ('chat' | 'draw')[]) => {
      const { checksum: _, ...made } = manifestOf(both);
      return heldNegatives(parseManifest(encodeUtf8(JSON.stringify(bundleFor(made, abilities)))));
    };
    expect(listed('chat', 'draw')).toEqual(['', blurry, dull]);
    expect(listed('chat')).toEqual([]);
  });

  test('gets them from the file of one who has made them, without an encoder', async () => {
    const sink = await add(new MemorySink(), files, null);
    const given = new Map([
      ['from-a-friend.safetensors', both.files.get('negative_text_1.safetensors') ?? new Uint8Array(0)],
    ]);
    await add(sink, given, ['negative'], [blurry]);
    expect(sink.hashes().filter((line) => line.includes('negative_text_1'))).toEqual(
      both.hashes().filter((line) => line.includes('negative_text_1')),
    );
    expect(await failureFrom(() => add(sink, given, ['negative'], ['fog']))).toMatchObject({ code: 'SOURCE_MISSING' });
  });

  test('gets none where its source lacks an encoder or a tokenizer, which are named', async () => {
    const sink = await add(new MemorySink(), files, null);
    const before = sink.hashes();
    const missing = async (left: RegExp) => {
      const folder = new Map([...flux].filter(([path]) => left.test(path)));
      return failureFrom(() => add(sink, folder, ['negative'], [blurry]));
    };
    expect(await missing(/text_encoder/)).toEqual({
      code: 'SOURCE_MISSING',
      data: { files: ['tokenizer_2/tokenizer.json', 'tokenizer/vocab.json', 'tokenizer/merges.txt'] },
    });
    expect(await missing(/_2\//)).toMatchObject({
      data: { files: ['text_encoder/', 'tokenizer/vocab.json', 'tokenizer/merges.txt'] },
    });
    expect(sink.hashes()).toEqual(before);
  });

  test('gets the empty text too where it lacked that', async () => {
    const sink = await add(new MemorySink(), withoutText, ['chat', 'draw', 'edit']);
    expect(heldNegatives(manifestOf(sink))).toEqual([]);
    await add(sink, flux, ['negative'], [blurry]);
    expect(heldNegatives(manifestOf(sink))).toEqual(['', blurry]);
  });

  test('that is cut off while it gets them goes on to the same bytes, and never to those of other words', async () => {
    const straight = await add(await add(new MemorySink(), files, null), flux, ['negative'], ['mud', 'dull']);
    for (const failAt of [1, 3, 5, 7, 8]) {
      const sink = await add(new MemorySink(), files, null);
      sink.failAt = sink.operations + failAt;
      // As long as the words that follow, so that their files are laid out alike.
      expect(await failureFrom(() => add(sink, flux, ['negative'], ['fog', 'dull']))).toMatchObject({
        code: 'WRITE_FAILED',
      });
      sink.failAt = Number.POSITIVE_INFINITY;
      await add(sink, flux, ['negative'], ['mud', 'dull']);
      expect(sink.hashes()).toEqual(straight.hashes());
    }
  });

  test('gets a file of words that was damaged again, alone', async () => {
    const sink = await add(await add(new MemorySink(), files, null), flux, ['negative'], [blurry]);
    const whole = sink.hashes();
    const lost = { manifest: manifestOf(sink), lost: new Set(['negative_text_1.safetensors']) };
    sink.files.get('negative_text_1.safetensors')?.fill(0, 300, 310);
    expect(await verdictOf(sink)).toHaveLength(1);
    const plan = await planRemake([bytesFolder(flux)], lost);
    expect(plan.shards.filter(({ kind }) => kind === 'negative')).toHaveLength(1);
    await remake({ plan, sink, tools }, lost, async () => undefined);
    expect(sink.hashes()).toEqual(whole);
  });

  test.each<[string, (manifest: Manifest) => Partial<Manifest>]>([
    ['words twice', (made) => ({ negative_texts: [...(made.negative_texts ?? []), ...(made.negative_texts ?? [])] })],
    ['words without their part', () => ({ negative_texts: [{ text: 'fog', part: 'negative_text_9' }] })],
    ['words in a part without a vector', () => ({ negative_texts: [{ text: 'fog', part: 'negative_text' }] })],
    ['empty words', () => ({ negative_texts: [{ text: '', part: 'negative_text_1' }] })],
  ])('is refused with %s', async (_, change) => {
    const { checksum: __, ...content } = { ...manifestOf(both), ...change(manifestOf(both)) };
    const failure = await failureFrom(async () => parseManifest(encodeUtf8(JSON.stringify(content))));
    expect(failure).toMatchObject({
      code: 'BUNDLE_MANIFEST',
      data: { key: expect.stringContaining('negative_texts') },
    });
  });
});

describe('a picture', () => {
  function pixels(sink: MemorySink, changes: Partial<PaintRequest> = {}): Promise<Uint8ClampedArray> {
    return paintedPixels(runtime, sink, { cfg: 3, ...changes });
  }

  test('is another away from each text, and the same as ever away from the empty one', async () => {
    const before = await add(new MemorySink(), files, null);
    const empty = await pixels(both, { negative: '' });
    expect(empty).toEqual(await pixels(before));
    const [one, other] = [await pixels(both, { negative: blurry }), await pixels(both, { negative: dull })];
    expect(one).not.toEqual(empty);
    expect(other).not.toEqual(empty);
    expect(other).not.toEqual(one);
    expect(await pixels(both, { negative: blurry })).toEqual(one);
    expect(await pixels(both, { negative: blurry, cfg: 1 })).toEqual(await pixels(before, { cfg: 1 }));
  });

  test('counts CLIP’s vector of the words too, which it has a modulation of its own of', async () => {
    const made = both.files.get('negative_text_1.safetensors') ?? new Uint8Array(0);
    const pooled = (await (await Bundle.open(both.folder)).negative(''))?.pooled ?? new Float32Array(0);
    const changed = made.slice();
    changed.set(new Uint8Array(pooled.buffer, pooled.byteOffset, pooled.byteLength), made.length - pooled.byteLength);
    const sink = await add(new MemorySink(), files, null);
    await add(sink, new Map([['changed.safetensors', changed]]), ['negative'], [blurry]);
    expect(await pixels(sink, { negative: blurry })).not.toEqual(await pixels(both, { negative: blurry }));
  });

  test('away from words that are not held is refused, with those that are', async () => {
    expect(await failureFrom(() => pixels(both, { negative: 'fog' }))).toEqual({
      code: 'NEGATIVE_UNAVAILABLE',
      data: { prompt: 'fog', held: ['', blurry, dull] },
    });
  });

  test('away from words that are held needs the layers, and the empty text does not', async () => {
    const sink = await add(new MemorySink(), files, ['chat', 'draw']);
    const drawn = await pixels(sink);
    await add(sink, flux, ['negative'], [blurry]);
    expect(await failureFrom(() => pixels(sink, { negative: blurry }))).toEqual({
      code: 'NEGATIVE_LAYERS',
      data: { prompt: blurry },
    });
    expect(await pixels(sink)).toEqual(drawn);
    await add(sink, files, ['other-schedules']);
    expect(await pixels(sink, { negative: blurry })).toEqual(await pixels(both, { negative: blurry }));
  });
});
