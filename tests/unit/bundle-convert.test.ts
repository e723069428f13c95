import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { openFolder } from '../../cli/files.ts';
import { ort } from '../../cli/ort.ts';
import { planConversion } from '../../model/bundle/conversion-plan.ts';
import { convert } from '../../model/bundle/convert.ts';
import { constantNames } from '../../model/bundle/parts.ts';
import { bundlePrecisions } from '../../model/bundle/precision.ts';
import { Bundle } from '../../model/bundle/reader.ts';
import { verifyBundle } from '../../model/bundle/verify.ts';
import { readNexusConfig } from '../../model/config/nexus.ts';
import { tinySizes } from '../../tools/checkpoint/tiny-sizes.ts';
import { graphRunner } from '../../workers/gpu/graph-runner.ts';
import { WasmRuntime } from '../../workers/gpu/wasm-runtime.ts';
import { converted, files, languageFiles, tools } from '../helpers/conversion.ts';
import { goldenCase } from '../helpers/golden.ts';
import { MemorySink, sha256 } from '../helpers/memory-sink.ts';
import { restored } from '../helpers/restored.ts';
import { bytesFolder, failureFrom } from '../helpers/sources.ts';
import { tinyCheckpoint, tinyTensors } from '../helpers/tiny-checkpoint.ts';

const folder = bytesFolder(files);

function relativeError(found: Float32Array, expected: Float32Array): number {
  const sum = (values: Float32Array, of: (value: number, index: number) => number) =>
    values.reduce((total, value, index) => total + of(value, index), 0);
  const error = sum(found, (value, index) => (value - (expected[index] ?? 0)) ** 2);
  return Math.sqrt(error / sum(expected, (value) => value ** 2));
}

describe.each(bundlePrecisions)('a %s bundle', (precision) => {
  let sink = new MemorySink();
  beforeAll(async () => {
    sink = await converted(precision);
  });

  test('is whole: every listed file has its size and hash, and nothing else lies beside them', async () => {
    const verdict = await verifyBundle(sink.folder, sha256);
    expect(verdict.files.filter(({ failure }) => failure !== null)).toEqual([]);
    expect(verdict.unlisted).toEqual([]);
    expect(verdict.files.length).toBe(sink.files.size - 1);
  });

  test('holds every weight of the checkpoint, as exactly as its precision allows', async () => {
    const bundle = await Bundle.open(sink.folder);
    const limits = { q4: 0.12, q8: 0.006, f16: 2 ** -11 };
    const flux = { generation: 'generation_flux', editing: 'editing_flux' } as const;
    const tensors = tinyTensors(readNexusConfig(tinySizes));
    let compared = 0;
    for (const [file, weights] of tensors) {
      for (const [name, { values }] of weights) {
        const rounded = Float32Array.from(values, (value) => bfloat16(value));
        const parts = bundle.manifest.shards.filter(({ tensors: stored }) =>
          stored.some((tensor) => tensor.name.startsWith(name)),
        );
        const [part] = parts
          .map((shard) => shard.part)
          .filter(
            (found) =>
              !Object.values<string>(flux).includes(found) ||
              found === (file === 'generation' ? flux.generation : flux.editing),
          );
        expect(relativeError(await restored(bundle, part ?? '', name), rounded), name).toBeLessThan(limits[precision]);
        compared += 1;
      }
    }
    expect(compared).toBeGreaterThan(250);
  });

  test('looks rows up by id', async () => {
    const bundle = await Bundle.open(sink.folder);
    const table = bundle.table('token_embeddings', 'model.embed_tokens.weight');
    expect([table.rows, table.width]).toEqual([200, 64]);
    const whole = await restored(bundle, 'token_embeddings', 'model.embed_tokens.weight');
    const rows = await table.gather([7, 199, 0, 7]);
    const expected = [7, 199, 0, 7].flatMap((id) => [...whole.subarray(id * 64, id * 64 + 64)]);
    expect([...rows]).toEqual(expected);
    expect(await failureFrom(() => table.gather([200]))).toMatchObject({ code: 'TENSOR_BOUNDS' });
  });

  test('holds no bytes twice: parts and graphs that are alike name one file', async () => {
    const { manifest } = await Bundle.open(sink.folder);
    const hashes = manifest.files.map(({ sha256: hash }) => hash);
    expect(new Set(hashes).size).toBe(hashes.length);
    const shards = manifest.shards.filter(({ part }) => part.endsWith('_flux'));
    expect(shards.map(({ part, file }) => [part, file])).toEqual([
      ['generation_flux', 'generation_flux-1.bin'],
      ['editing_flux', 'generation_flux-1.bin'],
    ]);
    const alike = manifest.graphs.filter(({ name }) => name === 'flux_join').map(({ file }) => file);
    expect(alike).toEqual(['flux_join.onnx', 'flux_join.onnx']);
  });

  test('has each graph twice, with the weights of its own part', async () => {
    const bundle = await Bundle.open(sink.folder);
    const names = new Set(bundle.manifest.graphs.map(({ name }) => name));
    expect(bundle.manifest.graphs.length).toBe(2 * names.size);
    for (const name of names) {
      for (const activations of ['float32', 'float16'] as const) {
        const graph = await bundle.graph(name, activations);
        const parts = graph.shards.map((shard) => shard.name.replace(/-\d+\.bin$/, ''));
        // FLUX's weights are inputs: its graphs point to no shard.
        expect(new Set(parts)).toEqual(new Set(name.startsWith('flux_') ? [] : [name]));
      }
    }
  });
});

function bfloat16(value: number): number {
  const bits = new Uint32Array(Float32Array.of(value).buffer);
  const pattern = bits[0] ?? 0;
  bits[0] = ((pattern + 0x7fff + ((pattern >>> 16) & 1)) >>> 16) << 16;
  return new Float32Array(bits.buffer)[0] ?? 0;
}

test('the manifest says what the checkpoint says of itself', async () => {
  const { manifest, config } = await Bundle.open((await converted('q4')).folder);
  expect(manifest).toMatchObject({ id: 'tiny', name: 'Tiny', precision: 'q4', forms: 'trained', context: 'turn' });
  expect(manifest.defaults.sampling).toMatchObject({ do_sample: true, temperature: 1e-6, repetition_penalty: 1.05 });
  expect(manifest).not.toHaveProperty('sizes');
  expect(manifest.tokenizer).toEqual({ files: ['tokenizer.json', 'tokenizer_config.json'] });
  expect(config).toEqual(readNexusConfig(tinySizes));
});

test('what a model serves stands in its bundle', async () => {
  const serves = { sizes: [[256, 256]], seeds_differ: true, context_turns: 2 };
  const sizes = { ...tinySizes, nexus_gen: { ...tinySizes.nexus_gen, ...serves } };
  const sink = new MemorySink();
  await convert(await planConversion([bytesFolder(tinyCheckpoint(sizes))], 'q4'), sink, tools);
  expect((await Bundle.open(sink.folder)).manifest).toMatchObject(serves);
});

test('a folder that holds a bundle is left as it is', async () => {
  const sink = await converted('q4');
  const before = sink.hashes();
  expect(await failureFrom(() => converted('q8', sink))).toEqual({ code: 'BUNDLE_EXISTS', data: { folder: 'bundle' } });
  expect(sink.hashes()).toEqual(before);
});

test('the constants are the text encoders’ answers to the empty text', async () => {
  const runtime = new WasmRuntime(ort);
  const sink = new MemorySink();
  await convert(await planConversion([folder], 'q4'), sink, { ...tools, runner: graphRunner(runtime) });
  await runtime.close();
  const bundle = await Bundle.open(sink.folder);
  const pooled = await bundle.constant(constantNames.pooled);
  const negative = await bundle.constant(constantNames.negative);
  expect([pooled?.length, negative?.length]).toEqual([32, 8 * 32]);
  expect([...(pooled ?? []), ...(negative ?? [])].every((value) => Number.isFinite(value) && value !== 0)).toBe(true);
  // Padding is attended to and has positions of its own, so no two rows are equal.
  const rows = Array.from({ length: 8 }, (_, row) => negative?.subarray(row * 32, row * 32 + 32).join());
  expect(new Set(rows).size).toBe(8);
});

test('each optional part that is missing is named, and the rest becomes a bundle', async () => {
  const plan = await planConversion([bytesFolder(languageFiles)], 'f16');
  expect(plan.missing).toEqual(['generation', 'editing', 'autoencoder', 'tokenizer']);
  const sink = new MemorySink();
  await convert(plan, sink, tools);
  const bundle = await Bundle.open(sink.folder);
  expect(bundle.has('transformer')).toBe(true);
  expect(bundle.hasGraph('flux_final')).toBe(false);
  expect(bundle.manifest.tokenizer).toBeNull();
  expect(await bundle.constant(constantNames.pooled)).toBeNull();

  const withoutEncoders = new Map(
    [...files].filter(([path]) => !path.includes('text_encoder') && !path.includes('edit_')),
  );
  expect((await planConversion([bytesFolder(withoutEncoders)], 'f16')).missing).toEqual(['editing', 'clip', 't5']);
});

test('parts may lie in folders of their own', async () => {
  const inside = (prefix: string) =>
    bytesFolder(
      new Map(
        [...files]
          .filter(([path]) => path.startsWith(prefix))
          .map(([path, bytes]) => [path.slice(prefix.length), bytes]),
      ),
    );
  const plan = await planConversion([inside('FLUX.1-dev/'), inside('Nexus-GenV2/')], 'q4');
  expect(plan.missing).toEqual([]);
});

test.each<[string, string, object]>([
  ['no config.json', 'config.json', { code: 'SOURCE_MISSING', data: { files: ['config.json'] } }],
  ['a shard that is gone', 'model-00002-of-00002.safetensors', { code: 'SHARD_MISMATCH' }],
])('%s is refused before anything is written', async (_, gone, expected) => {
  const left = new Map([...files].filter(([path]) => path !== `Nexus-GenV2/${gone}`));
  expect(await failureFrom(() => planConversion([bytesFolder(left)], 'q4'))).toMatchObject(expected);
});

test('a file of another model is refused with its differences', async () => {
  const swapped = new Map(files);
  swapped.set('Nexus-GenV2/edit_decoder.bin', files.get('Nexus-GenV2/generation_decoder.bin') ?? new Uint8Array(0));
  expect(await failureFrom(() => planConversion([bytesFolder(swapped)], 'q4'))).toMatchObject({
    code: 'MODEL_MISMATCH',
    data: { file: 'Nexus-GenV2/edit_decoder.bin', looksLike: 'generation-decoder', expected: 'editing-decoder' },
  });
});

test.each<[string, number[], string]>([
  ['not a number', [0x7f, 0xc0], 'nan'],
  ['infinite', [0x7f, 0x80], 'infinite'],
])('a weight that is %s stops the conversion and is named', async (_, [high = 0, low = 0], problem) => {
  const path = 'Nexus-GenV2/model-00001-of-00002.safetensors';
  const bytes = files.get(path)?.slice() ?? new Uint8Array(0);
  bytes.set([low, high], bytes.length - 2);
  const broken = bytesFolder(new Map([...files, [path, bytes]]));
  const sink = new MemorySink();
  const failure = await failureFrom(async () => convert(await planConversion([broken], 'q4'), sink, tools));
  expect(failure).toMatchObject({ code: 'TENSOR_VALUES', data: { problem } });
  expect(sink.files.has('bundle.json')).toBe(false);
});

test('a matrix of zeros, as a hole in a file would be, is refused', async () => {
  const path = 'FLUX.1-dev/ae.safetensors';
  const bytes = files.get(path)?.slice() ?? new Uint8Array(0);
  const header = 8 + Number(new DataView(bytes.buffer).getBigUint64(0, true));
  bytes.fill(0, header);
  const broken = bytesFolder(new Map([...files, [path, bytes]]));
  const failure = await failureFrom(async () => convert(await planConversion([broken], 'q4'), new MemorySink(), tools));
  expect(failure).toMatchObject({ code: 'TENSOR_VALUES', data: { problem: 'zeros' } });
});

test('the golden checkpoint becomes a bundle with its own weights', async () => {
  const golden = `${goldenCase('checkpoint-qwen-tiny')}/checkpoint`;
  const sink = new MemorySink();
  await convert(await planConversion([openFolder(golden)], 'f16'), sink, tools);
  const bundle = await Bundle.open(sink.folder);
  expect(bundle.config.vocab_size).toBe(JSON.parse(readFileSync(`${golden}/config.json`, 'utf8')).vocab_size);
  expect((await verifyBundle(sink.folder, sha256)).files.every(({ failure }) => failure === null)).toBe(true);
});
