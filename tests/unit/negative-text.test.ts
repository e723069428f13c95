/** What CFG steers away from: made by whoever has T5, in whichever file, and given on as a file of its own. */
import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, test } from 'vitest';
import { ort } from '../../cli/ort.ts';
import { computeSteps } from '../../model/bundle/computed-steps.ts';
import { planConversion } from '../../model/bundle/conversion-plan.ts';
import { convert } from '../../model/bundle/convert.ts';
import type { GraphRunner } from '../../model/bundle/graph-runner.ts';
import { toFloat16 } from '../../model/bundle/half.ts';
import { identityText } from '../../model/bundle/identity.ts';
import type { Installable } from '../../model/bundle/installables.ts';
import { parseManifest } from '../../model/bundle/manifest.ts';
import { servesNegative } from '../../model/bundle/negative-text.ts';
import { constantNames } from '../../model/bundle/parts.ts';
import { Bundle } from '../../model/bundle/reader.ts';
import { readT5File, statesOf, t5ConfigOf } from '../../model/bundle/text-constants.ts';
import { t5Ids } from '../../model/bundle/text-ids.ts';
import { verifyBundle } from '../../model/bundle/verify.ts';
import { decodeWeights } from '../../model/checkpoint/decode.ts';
import { openSafetensors } from '../../model/checkpoint/safetensors.ts';
import type { TensorSource } from '../../model/checkpoint/tensors.ts';
import { encodeUtf8 } from '../../model/checkpoint/utf8.ts';
import { readT5Config, type T5Config } from '../../model/config/text-encoders.ts';
import { tinySizes, tinyT5 } from '../../tools/checkpoint/tiny-sizes.ts';
import { graphRunner } from '../../workers/gpu/graph-runner.ts';
import { WasmRuntime } from '../../workers/gpu/wasm-runtime.ts';
import { openTokenizer } from '../../workers/language/words-tokenizer.ts';
import { safetensorsFile, type TestTensor } from '../helpers/checkpoints.ts';
import { goldenCase } from '../helpers/golden.ts';
import { hashing, installedIn, MemorySink, sha256 } from '../helpers/memory-sink.ts';
import { quantiser } from '../helpers/quantiser.ts';
import { bytesFolder, bytesSource, failureFrom } from '../helpers/sources.ts';
import { tinyCheckpoint } from '../helpers/tiny-checkpoint.ts';

const runtime = new WasmRuntime(ort);
const runner = graphRunner(runtime);
const tools = { ...hashing, runner, openTokenizer, quantiser, progress: () => undefined };
afterAll(() => runtime.close());

const files = tinyCheckpoint(tinySizes);
const t5Folder = 'FLUX.1-dev/text_encoder_2/';
const withoutT5 = new Map([...files].filter(([path]) => !path.startsWith(t5Folder)));

type Files = ReadonlyMap<string, Uint8Array>;

async function make(folders: readonly Files[], only: readonly Installable[] | null = null, sink = new MemorySink()) {
  const plan = await planConversion(
    folders.map((each) => bytesFolder(each)),
    'q8',
    { only, installed: only === null ? null : installedIn(sink) },
  );
  await convert(plan, sink, tools);
  return sink;
}

async function negativeOf(sink: MemorySink): Promise<readonly number[]> {
  return [...((await (await Bundle.open(sink.folder)).constant(constantNames.negative)) ?? [])];
}

/** An 8-bit float of each kind that is nearest below a value, and what it stands for. */
const eightBits = {
  F8_E4M3: { mantissa: 3, bias: 7, low: -6 },
  F8_E5M2: { mantissa: 2, bias: 15, low: -14 },
} as const;
type EightBits = keyof typeof eightBits;

function encode8(type: EightBits, value: number): readonly [bits: number, value: number] {
  const { mantissa, bias, low } = eightBits[type];
  const magnitude = Math.abs(value);
  const exponent = Math.max(low, magnitude === 0 ? low : Math.floor(Math.log2(magnitude)));
  const fraction = Math.floor((magnitude / 2 ** exponent) * 2 ** mantissa);
  const isNormal = fraction >= 2 ** mantissa;
  const bits = isNormal ? ((exponent + bias) << mantissa) | (fraction - 2 ** mantissa) : fraction;
  const sign = value < 0 ? -1 : 1;
  return [bits | (sign < 0 ? 0x80 : 0), (sign * fraction * 2 ** exponent) / 2 ** mantissa];
}

type Stored = 'F32' | 'F16' | EightBits;

/** A safetensors file in which each tensor is stored as its type says. */
function stored(tensors: ReadonlyMap<string, TestTensor>, typeOf: (name: string) => Stored): Uint8Array {
  const header: Record<string, unknown> = {};
  const data: number[] = [];
  for (const [name, { shape, values }] of tensors) {
    const dtype = typeOf(name);
    const bytes = bytesAs(dtype, values);
    header[name] = { dtype, shape, data_offsets: [data.length, data.length + bytes.length] };
    for (const byte of bytes) data.push(byte);
  }
  return safetensorsFile(JSON.stringify(header), Uint8Array.from(data));
}

function bytesAs(type: Stored, values: Float32Array): Uint8Array {
  if (type === 'F32') return new Uint8Array(values.slice().buffer);
  if (type === 'F16') return new Uint8Array(toFloat16(values, 'test').buffer);
  return Uint8Array.from(values, (value) => encode8(type, value)[0]);
}

/** The checkpoint's T5 with every value as coarse as an 8-bit float. */
async function coarse(type: EightBits): Promise<Map<string, TestTensor>> {
  const source = await openSafetensors(
    bytesSource('t5', files.get(`${t5Folder}model.safetensors`) ?? new Uint8Array(0)),
  );
  const tensors = new Map<string, TestTensor>();
  for (const { name, shape } of source.list()) {
    const values = (await source.read(name)).map((value) => encode8(type, value)[1]);
    tensors.set(name, { shape, values });
  }
  return tensors;
}

async function states(config: T5Config, tokens: number, source: TensorSource, computing: GraphRunner = runner) {
  const computation = await statesOf(t5Ids([], tokens), { config, weights: source }, computing);
  const resultOf = await computeSteps(computation, null);
  return decodeWeights('float32', await resultOf(computation.steps.length - 1));
}

/** What the official folder makes of these tensors. */
async function officially(tensors: ReadonlyMap<string, TestTensor>): Promise<readonly number[]> {
  const source = await openSafetensors(
    bytesSource(
      't5',
      stored(tensors, () => 'F32'),
    ),
  );
  return [...(await states(readT5File(tinyT5), 8, source))];
}

describe('the states of the empty negative prompt', () => {
  test.each<[string, EightBits, (name: string) => Stored]>([
    ['float16', 'F8_E5M2', () => 'F16'],
    ['fp8 e4m3', 'F8_E4M3', () => 'F8_E4M3'],
    ['fp8 e5m2', 'F8_E5M2', () => 'F8_E5M2'],
    ['fp8 matrices with norms in float32', 'F8_E4M3', (name) => (name.includes('norm') ? 'F32' : 'F8_E4M3')],
  ])('are those of T5’s own folder from one file of it without a configuration: %s', async (_, precision, typeOf) => {
    const tensors = await coarse(precision);
    const single = new Map([['t5xxl.safetensors', stored(tensors, typeOf)]]);
    const sink = await make([withoutT5, single]);
    const expected = await officially(tensors);
    expect(new Set(expected).size).toBeGreaterThan(100);
    expect(await negativeOf(sink)).toEqual(expected);
  });

  test('are those of T5’s own folder where that is named itself', async () => {
    const inside = [...files].filter(([path]) => path.startsWith(t5Folder));
    const alone = new Map(inside.map(([path, bytes]) => [path.slice(t5Folder.length), bytes]));
    const typed = encodeUtf8(JSON.stringify({ model_type: 't5', ...tinyT5 }));
    const sink = await make([withoutT5, new Map([...alone, ['config.json', typed]])]);
    expect(await negativeOf(sink)).toEqual(await negativeOf(await make([files])));
    const later = await make([withoutT5], ['chat', 'draw']);
    await make([new Map([...alone, ['config.json', typed]])], ['negative'], later);
    expect(await negativeOf(later)).toEqual(await negativeOf(sink));
  });

  test('count the factors that a scaled fp8 file has beside its matrices', async () => {
    const tensors = await coarse('F8_E4M3');
    const scaled = new Map(tensors);
    for (const [name, { shape, values }] of tensors) {
      if (!name.includes('DenseReluDense')) continue;
      scaled.set(name, { shape, values: values.map((value) => value * 4) });
      scaled.set(name.replace(/weight$/, 'scale_weight'), { shape: [], values: Float32Array.of(0.25) });
    }
    const single = stored(scaled, (name) => (name.endsWith('scale_weight') ? 'F32' : 'F8_E4M3'));
    const sink = await make([withoutT5, new Map([['t5xxl_scaled.safetensors', single]])]);
    expect(await negativeOf(sink)).toEqual(await officially(tensors));
  });

  test('are the reference’s', async () => {
    const golden = goldenCase('t5-encoder-empty-negative');
    const open = (name: string) =>
      openSafetensors(bytesSource(name, new Uint8Array(readFileSync(`${golden}/${name}`))));
    const [weights, io] = [await open('weights.safetensors'), await open('io.safetensors')];
    const config = readT5Config(JSON.parse(readFileSync(`${golden}/case.json`, 'utf8')).config);
    expect(t5ConfigOf(weights)).toEqual(config);
    const found = await states(config, 16, weights);
    const expected = await io.read('out.hidden');
    const apart = found.map((value, at) => Math.abs(value - (expected[at] ?? 0)));
    expect(Math.max(...apart)).toBeLessThan(2e-5);
  });

  test('take one matrix at a time, and two rows of the vocabulary', async () => {
    const source = await openSafetensors(
      bytesSource('t5', files.get(`${t5Folder}model.safetensors`) ?? new Uint8Array(0)),
    );
    const read: string[] = [];
    const watched: TensorSource = {
      ...source,
      read: async (name) => {
        read.push(name);
        return source.read(name);
      },
      readRows: async (name, first, rows) => {
        read.push(`${name} ${first} ${rows}`);
        return source.readRows(name, first, rows);
      },
    };
    let most = 0;
    const counting: GraphRunner = {
      run: async (graph, readWeight, feeds, output) => {
        const matrices = Object.entries(feeds).filter(([name]) => /\.(q|k|v|o|wi_0|wi_1|wo)\.weight$/.test(name));
        most = Math.max(most, matrices.length);
        return runner.run(graph, readWeight, feeds, output);
      },
    };
    await states(readT5File(tinyT5), 8, watched, counting);
    expect(most).toBe(1);
    expect(read.filter((name) => name.startsWith('shared'))).toEqual(['shared.weight 1 1', 'shared.weight 0 1']);
  });
});

describe('the file of the states', () => {
  test('lies in the bundle, is safetensors, and makes the same of another conversion without T5', async () => {
    const first = await make([files]);
    const bytes = first.files.get('negative_text.safetensors') ?? new Uint8Array(0);
    const source = await openSafetensors(bytesSource('negative', bytes));
    expect(source.list()).toEqual([{ name: 'negative', type: 'float32', shape: [8, 32] }]);
    expect([...(await source.read('negative'))]).toEqual(await negativeOf(first));

    const given = new Map([['from-a-friend.safetensors', bytes]]);
    const second = await make([withoutT5, given]);
    expect(second.hashes()).toEqual(first.hashes());
  });

  test('is added to a bundle later, which then serves CFG, and whose pictures are the same model’s', async () => {
    const sink = await make([withoutT5], ['chat', 'draw']);
    const before = installedIn(sink);
    if (before === null) throw new Error('no bundle');
    expect(servesNegative(before)).toBe(false);
    expect((await planConversion([bytesFolder(withoutT5)], 'q8')).missing).toEqual(['t5']);
    const t5Alone = new Map([...files].filter(([path]) => path.startsWith(t5Folder)));
    await make([t5Alone], ['negative'], sink);
    const after = installedIn(sink);
    if (after === null) throw new Error('no bundle');
    expect(servesNegative(after)).toBe(true);
    expect(identityText(after, 'generation')).toBe(identityText(before, 'generation'));
    expect((await verifyBundle(sink.folder, sha256)).files.filter(({ failure }) => failure !== null)).toEqual([]);
    // Asked for again, it is there.
    await make([new Map()], ['negative'], sink);
    expect(await negativeOf(sink)).toEqual(await negativeOf(await make([files])));
  });

  test('of a model with other sizes is not taken', async () => {
    const other = tinyCheckpoint({ ...tinySizes, nexus_gen: { ...tinySizes.nexus_gen, negative_length: 6 } });
    const bytes = (await make([other])).files.get('negative_text.safetensors') ?? new Uint8Array(0);
    const plan = await planConversion([bytesFolder(withoutT5), bytesFolder(new Map([['n.safetensors', bytes]]))], 'q8');
    expect(plan.missing).toEqual(['t5']);
  });

  test('asked for and not to be had is refused: no file of T5, one that is cut short, one with a value that is no number', async () => {
    const sink = await make([withoutT5], ['chat', 'draw']);
    const before = sink.hashes();
    const add = (name: string, bytes: Uint8Array) =>
      failureFrom(() => make([new Map([[name, bytes]])], ['negative'], sink));
    expect(await add('notes.txt', new Uint8Array(3))).toEqual({
      code: 'SOURCE_MISSING',
      data: { files: ['text_encoder_2/'] },
    });
    const tensors = await coarse('F8_E4M3');
    const whole = stored(tensors, () => 'F8_E4M3');
    expect(await add('t5.safetensors', whole.subarray(0, whole.length - 100))).toMatchObject({
      code: 'FILE_TRUNCATED',
    });
    const spoilt = whole.slice();
    spoilt[spoilt.length - 1] = 0x7f;
    expect(await add('t5.safetensors', spoilt)).toMatchObject({ code: 'TENSOR_VALUES', data: { problem: 'nan' } });
    expect(sink.hashes().filter((line) => line.startsWith('bundle.json'))).toEqual(
      before.filter((line) => line.startsWith('bundle.json')),
    );
    // Where nobody asked for it, a foreign file in a folder is no reason to stop.
    const foreign = new Map([...withoutT5, ['FLUX.1-dev/other.safetensors', whole.subarray(0, 40)]]);
    expect((await planConversion([bytesFolder(foreign)], 'q8')).missing).toEqual(['t5']);
  });

  test('is not needed where a bundle has the states among its constants, as nano has', () => {
    expect(servesNegative(parseManifest(new Uint8Array(readFileSync('public/models/nano/bundle.json'))))).toBe(true);
  });
});
