import { describe, expect, test } from 'vitest';
import { bundlePrecisions, precisionOf, shardLimit } from '../../model/bundle/precision.ts';
import { layoutShards, storedWeights } from '../../model/bundle/shards.ts';
import { readNexusConfig } from '../../model/config/nexus.ts';
import { published } from '../../model/config/published.table.ts';
import { plannedShards } from '../helpers/planned.ts';

const config = readNexusConfig({ ...published.transformer, vision_config: published.vision });

describe.each(bundlePrecisions)('the published model in %s', (precision) => {
  const shards = plannedShards(config, precision);

  test('has shards of 1 GiB at most, and every tensor whole in one of them', () => {
    for (const { bytes, tensors } of shards) {
      expect(bytes).toBeLessThanOrEqual(shardLimit);
      let end = 0;
      for (const { offset, bytes: length } of tensors) {
        expect(offset % 64).toBe(0);
        expect(offset).toBeGreaterThanOrEqual(end);
        end = offset + length;
      }
      expect(end).toBe(bytes);
    }
  });

  test('has every layer as one range of one shard', () => {
    const seen: string[] = [];
    for (const { part, tensors } of shards) {
      const layers = tensors.map(({ name }) => /^.*?(layers|blocks)\.\d+\./.exec(name)?.[0]);
      seen.push(...layers.filter((layer, at) => layer && layer !== layers[at - 1]).map((layer) => `${part} ${layer}`));
    }
    expect(new Set(seen).size).toBe(seen.length);
    // Both decoders' 19 + 38 blocks, 28 language layers, 32 of the vision encoder, one of the merger.
    expect(seen).toHaveLength(2 * (19 + 38) + 28 + 32 + 1);
  });

  test('stores every value of every weight once', () => {
    const stored = shards
      .flatMap(({ weights }) => weights)
      .reduce((sum, { rows, rowLength }) => sum + rows * rowLength, 0);
    // docs/reference.md, "Pieces": vision encoder, transformer, vision projector, prefill rows, two decoders, autoencoder.
    const flux = 11_901_408_320;
    const language = 676_550_144 + 7_615_616_512 + 3584 * 3584 + 81 * 3584;
    const adapter = 3584 * 4096 + 4096 * 4096 + 6 * 4096;
    const decoders = 2 * flux + adapter + mergerValues;
    expect(stored).toBe(language + decoders + 83_819_683);
  });
});

/** One Qwen layer (two key/value groups of 512), then the projector with its norms. */
const mergerValues =
  2 * 3584 * 3584 +
  3584 +
  2 * (512 * 3584 + 512) +
  3 * 3584 * 18944 +
  2 * 3584 +
  3584 +
  (3584 + 1) * 16384 +
  16384 +
  (16384 + 1) * 4096 +
  4096;

test('a table above the limit is stored as row blocks in order, nothing else is', () => {
  const declaration = { name: 'table', shape: [100, 64], role: 'table' } as const;
  const blocks = storedWeights(declaration, 'float16', 5000);
  expect(blocks.map(({ firstRow, rows }) => [firstRow, rows])).toEqual([
    [0, 37],
    [37, 37],
    [74, 26],
  ]);
  expect(blocks[1]?.tensors).toEqual([{ name: 'table.rows.37', type: 'float16', shape: [37, 64] }]);
  expect(layoutShards('tables', blocks, 5000).map(({ file, bytes }) => [file, bytes])).toEqual([
    ['tables-1.bin', 4736],
    ['tables-2.bin', 4736],
    ['tables-3.bin', 3328],
  ]);
  expect(() => storedWeights({ ...declaration, role: 'matrix' }, 'float16', 5000)).toThrow('GRAPH_SHAPE');
});

test('the token table of a published f16 bundle is in row blocks', () => {
  const table = plannedShards(config, 'f16').filter(({ part }) => part === 'token_embeddings');
  const names = table.flatMap(({ tensors }) => tensors.map(({ name }) => name));
  expect(names[0]).toBe('model.embed_tokens.weight.rows.0');
  expect(names).toHaveLength(2);
});

test('precision follows what a weight is for, and what its shape allows', () => {
  const stored = (role: 'matrix' | 'sensitive' | 'table' | 'vector', shape: number[], name = 'w') =>
    bundlePrecisions.map((precision) => precisionOf(precision)({ name, shape, role }));
  expect(stored('matrix', [8, 64])).toEqual(['q4', 'q8', 'float16']);
  expect(stored('matrix', [8, 40])).toEqual(['float16', 'float16', 'float16']);
  expect(stored('sensitive', [8, 64])).toEqual(['q8', 'q8', 'float16']);
  expect(stored('table', [8, 64])).toEqual(['q8', 'q8', 'float16']);
  expect(stored('vector', [8])).toEqual(['float32', 'float32', 'float32']);
  expect(stored('vector', [8, 4, 3, 3])).toEqual(['float16', 'float16', 'float16']);
  expect(stored('table', [81, 64], 'image_prefill_embeds.weight')).toEqual(['float32', 'float32', 'float32']);
  expect(stored('matrix', [152064, 3584])).toEqual(['q4', 'q8', 'q8']);
});
