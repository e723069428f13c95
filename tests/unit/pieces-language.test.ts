import { describe, expect, test } from 'vitest';
import { openFolder } from '../../cli/files.ts';
import { openSafetensors } from '../../model/checkpoint/safetensors.ts';
import { readT5Config } from '../../model/config/text-encoders.ts';
import { readTransformerConfig } from '../../model/config/transformer.ts';
import { readVisionConfig } from '../../model/config/vision.ts';
import { exactOptions, type GraphOptions } from '../../model/onnx/graph.ts';
import { prefillEmbeddings, textProjector, tokenEmbeddings, visionProjector } from '../../model/pieces/projectors.ts';
import { allLayers, transformerSegment } from '../../model/pieces/transformer.ts';
import { visionEncoder } from '../../model/pieces/vision-encoder.ts';
import { relativeBuckets } from '../../model/tables/relative-buckets.ts';
import { textPositions } from '../../model/tables/token-positions.ts';
import { gatherGroups, scatterGroups, windowBias, windowLayout } from '../../model/tables/vision-windows.ts';
import { drawImage, readToken } from '../../workers/language/imagining.ts';
import type { LanguageModel } from '../../workers/language/model.ts';
import { type ReplyPart, writeReply } from '../../workers/language/reply.ts';
import { goldenCase } from '../helpers/golden.ts';
import { failureFrom } from '../helpers/sources.ts';
import { tinyLanguageModel } from '../helpers/tiny-language.ts';

const ids = [5, 6, 7, 8, 9, 10, 11];

/** Logits behind ids that are read in chunks of the given sizes. */
async function logitsAfter(model: LanguageModel, chunks: readonly number[]): Promise<Float32Array> {
  let logits = new Float32Array(0);
  let start = 0;
  for (const size of chunks) {
    const rows = await model.weights.tokenRows(ids.slice(start, start + size));
    logits = Float32Array.from(
      await model.advance(rows, textPositions(start, size), (hidden) => model.logits(hidden, size - 1)),
    );
    start += size;
  }
  return logits;
}

function apart(left: Float32Array, right: Float32Array): number {
  expect(left.length).toBe(right.length);
  return left.reduce((most, value, index) => Math.max(most, Math.abs(value - (right[index] ?? Number.NaN))), 0);
}

describe('the transformer over its static cache', () => {
  const widths = [8, 12, 16, 24];

  test.each(widths)('a prompt is the same in one pass, in chunks and token by token (heads %d wide)', async (width) => {
    const { model, runtime } = tinyLanguageModel({ headWidth: width, heads: 6, keyValueHeads: 2 }, 16);
    const whole = await logitsAfter(model, [7]);
    expect(Math.max(...whole) - Math.min(...whole)).toBeGreaterThan(0.01);
    model.rewind(0);
    expect(apart(await logitsAfter(model, [3, 4]), whole)).toBeLessThan(1e-6);
    model.rewind(0);
    expect(apart(await logitsAfter(model, [1, 1, 1, 1, 1, 1, 1]), whole)).toBeLessThan(1e-6);
    await runtime.close();
  });

  test('what is behind a rewind leaves no trace, and what is before it does', async () => {
    const { model, runtime } = tinyLanguageModel({ headWidth: 16, heads: 4, keyValueHeads: 1 }, 16);
    await logitsAfter(model, [7]);
    model.rewind(4);
    const again = await readToken(model, 20, 4);
    model.rewind(0);
    await logitsAfter(model, [4]);
    expect(apart(again, await readToken(model, 20, 4))).toBeLessThan(1e-6);
    model.rewind(0);
    expect(apart(again, await readToken(model, 20, 4))).toBeGreaterThan(1e-3);
    await runtime.close();
  });

  test('a token more than the cache holds is refused, and the sequence goes on', async () => {
    const { model, runtime } = tinyLanguageModel({ headWidth: 16, heads: 2, keyValueHeads: 1 }, 8);
    await logitsAfter(model, [7]);
    const rows = await model.weights.tokenRows([5, 6]);
    const failure = await failureFrom(() => model.read(rows, textPositions(7, 2)));
    expect(failure).toEqual({ code: 'CONTEXT_FULL', data: { tokens: 9, slots: 8 } });
    expect(model.length).toBe(7);
    await readToken(model, 5, 7);
    expect(model.length).toBe(8);
    await runtime.close();
  });

  test('a closed model has given back all it held on the device', async () => {
    const { model, runtime } = tinyLanguageModel({ headWidth: 16, heads: 2, keyValueHeads: 1 }, 8);
    await logitsAfter(model, [3]);
    const weights = { transformer: expect.any(Number), text_projector: expect.any(Number) };
    expect(runtime.ledger()).toEqual({ ...weights, 'language cache': 2 * 2 * 8 * 16 * 4 });
    model.close();
    expect(runtime.ledger()).toEqual(weights);
    await runtime.close();
    expect(runtime.ledger()).toEqual({});
  });

  test('a graph with float16 activations loads, and answers what the float32 one does as closely as 10 bits allow', async () => {
    const half: GraphOptions = { activations: 'float16', precision: () => 'float16', weights: 'file' };
    const sizes = { headWidth: 16, heads: 4, keyValueHeads: 2 };
    const exact = tinyLanguageModel(sizes, 16, { ...half, activations: 'float32' });
    const rounded = tinyLanguageModel(sizes, 16, half);
    const difference = apart(await logitsAfter(rounded.model, [7]), await logitsAfter(exact.model, [7]));
    expect(difference).toBeLessThan(5e-3);
    await exact.runtime.close();
    await rounded.runtime.close();
  });
});

describe('drawing and replies', () => {
  const image = { grid: [1, 4, 6], mergeSize: 2 } as const;

  test.each(['pass', 'loop'] as const)('a drawing by %s leaves the image and its EOI in the cache', async (mode) => {
    const { model, runtime } = tinyLanguageModel({ headWidth: 16, heads: 4, keyValueHeads: 2 }, 32);
    await logitsAfter(model, [7]);
    const { embeddings, end, behind } = await drawImage(model, { start: 7, ...image, mode });
    expect((await behind()).length).toBe(model.config.vocab_size);
    expect(embeddings.length).toBe(6 * model.config.hidden_size);
    expect(model.length).toBe(7 + 1 + 6 + 1);
    expect(end).toBe(7 + 1 + 3);
    await runtime.close();
  });

  test('the naive drawing is another one from its second token on', async () => {
    const { model, runtime } = tinyLanguageModel({ headWidth: 16, heads: 4, keyValueHeads: 2 }, 32);
    const size = model.config.hidden_size;
    const { embeddings: prefilled } = await drawImage(model, { start: 0, ...image, mode: 'pass' });
    model.rewind(0);
    const { embeddings: naive } = await drawImage(model, { start: 0, ...image, mode: 'naive' });
    expect(apart(naive.subarray(0, size), prefilled.subarray(0, size))).toBeLessThan(1e-6);
    expect(apart(naive.subarray(size, 2 * size), prefilled.subarray(size, 2 * size))).toBeGreaterThan(1e-3);
    await runtime.close();
  });

  test('a reply draws at its BOI, forces EOI, and may neither choose EOI nor a second BOI', async () => {
    const { model, runtime, config } = tinyLanguageModel({ headWidth: 16, heads: 4, keyValueHeads: 2 }, 64);
    const first = await logitsAfter(model, [7]);
    const wanted = [12, config.vision_start_token_id, 13, config.eos_token_id];
    const banned: (readonly number[])[] = [];
    const choose = (_: Float32Array, forbidden: readonly number[]) => {
      banned.push(forbidden);
      return wanted[banned.length - 1] ?? 0;
    };
    const ends = (id: number) => id === config.eos_token_id;
    const read = (id: number, position: number) => readToken(model, id, position);
    const order = {
      logits: first,
      position: 7,
      ...image,
      mode: 'pass',
      choose,
      read,
      maximumTokens: 30,
      ends,
    } as const;
    const parts: ReplyPart[] = [];
    for await (const part of writeReply(model, order)) parts.push(part);
    const shown = parts.map((part) => (part.kind === 'token' ? [part.id, part.position] : ['image', part.start]));
    const end = 8 + 1 + 3;
    expect(shown).toEqual([
      [12, 7],
      [2, 8],
      ['image', 8],
      [3, end],
      [13, end + 1],
      [1, end + 2],
    ]);
    expect(banned).toEqual([[3], [3], [3, 2], [3, 2]]);
    await runtime.close();
  });

  test('what is thrown between two passes ends a drawing by the loop at once', async () => {
    const { model, runtime } = tinyLanguageModel({ headWidth: 16, heads: 4, keyValueHeads: 2 }, 32);
    let passes = 0;
    const between = async () => {
      passes += 1;
      if (passes === 3) throw new Error('stop');
    };
    await expect(drawImage(model, { start: 0, ...image, mode: 'loop', between })).rejects.toThrow('stop');
    expect(model.length).toBe(2);
    await runtime.close();
  });
});

describe('weights a piece declares', () => {
  async function tensorsOf(name: string) {
    const source = await openFolder(goldenCase(name)).open('weights.safetensors');
    const infos = (await openSafetensors(source)).list();
    return Object.fromEntries(infos.map(({ name: tensor, shape }) => [tensor, shape]));
  }

  async function configOf(name: string): Promise<unknown> {
    const source = await openFolder(goldenCase(name)).open('case.json');
    const parsed: { config: unknown } = JSON.parse(new TextDecoder().decode(await source.read(0, source.size)));
    return parsed.config;
  }

  test('transformer, projectors and tables declare exactly the tensors of a checkpoint', async () => {
    const config = readTransformerConfig(await configOf('prefilled-image-reply-16'));
    const graphs = [
      transformerSegment(config, allLayers(config), exactOptions),
      textProjector(config, exactOptions),
      visionProjector(config, exactOptions),
      tokenEmbeddings(config, exactOptions),
      prefillEmbeddings(config, 16, exactOptions),
    ];
    const declared = graphs.flatMap((graph) => graph.weights.map(({ declaration }) => declaration));
    expect(Object.fromEntries(declared.map(({ name, shape }) => [name, shape]))).toEqual(
      await tensorsOf('prefilled-image-reply-16'),
    );
  });

  test('the vision encoder declares exactly the tensors of a checkpoint', async () => {
    const config: { vision_config?: unknown } = Object(await configOf('vision-encoder-window-multiple'));
    const { weights } = visionEncoder(readVisionConfig(config.vision_config), exactOptions);
    expect(Object.fromEntries(weights.map(({ declaration }) => [declaration.name, declaration.shape]))).toEqual(
      await tensorsOf('vision-encoder-window-multiple'),
    );
  });
});

describe('window layout', () => {
  const sizes = { spatial_merge_size: 2, window_size: 112, patch_size: 14 };

  test.each([
    [2, 2],
    [8, 8],
    [10, 26],
    [18, 18],
    [36, 36],
  ])('a grid of %d × %d patches is cut into windows of 8 × 8 at most, and comes back', (height, width) => {
    const layout = windowLayout([1, height, width], sizes);
    const tokens = (height * width) / 4;
    expect([...layout.windowIndex].sort((left, right) => left - right)).toEqual([...Array(tokens).keys()]);
    for (let window = 1; window < layout.bounds.length; window += 1) {
      const [begin = 0, end = 0] = [layout.bounds[window - 1], layout.bounds[window]];
      const rows = new Set([...layout.rows.subarray(begin, end)].map((row) => Math.floor(row / 8)));
      const columns = new Set([...layout.columns.subarray(begin, end)].map((column) => Math.floor(column / 8)));
      expect([rows.size, columns.size]).toEqual([1, 1]);
    }
    const values = Float32Array.from({ length: tokens * 3 }, (_, index) => index);
    expect(scatterGroups(gatherGroups(values, layout.windowIndex, 3), layout.windowIndex, 3)).toEqual(values);
  });

  test('the bias opens exactly the pairs that share a window', () => {
    const layout = windowLayout([1, 10, 4], sizes);
    const bias = windowBias(layout);
    const patches = layout.rows.length;
    const windowOf = (patch: number) => Math.floor((layout.rows[patch] ?? 0) / 8);
    for (let pair = 0; pair < patches * patches; pair += 1) {
      const same = windowOf(Math.floor(pair / patches)) === windowOf(pair % patches);
      expect(bias[pair] === 0).toBe(same);
    }
  });
});

test('T5 distances: small ones apart, larger ones by logarithm, both directions', () => {
  const config = readT5Config({
    model: 8,
    kv: 4,
    heads: 2,
    ff: 8,
    layers: 1,
    vocab: 8,
    buckets: 32,
    maxDistance: 128,
    eps: 1e-6,
  });
  const tokens = 300;
  const buckets = relativeBuckets(tokens, config);
  const keyAfter = (distance: number) => buckets[distance];
  const keyBefore = (distance: number) => buckets[distance * tokens];
  expect([0, 1, 7].map(keyBefore)).toEqual([0, 1, 7]);
  expect([8, 11, 12, 16, 32, 64, 90, 91, 127, 299].map(keyBefore)).toEqual([8, 8, 9, 10, 12, 14, 14, 15, 15, 15]);
  expect([1, 8, 299].map(keyAfter)).toEqual([17, 24, 31]);
});
