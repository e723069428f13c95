/** Seeing: what is encoded, at which size, and that nothing is encoded twice. */
import { expect, test } from 'vitest';
import { settingsSchema } from '../../model/config/settings.ts';
import { readVisionConfig } from '../../model/config/vision.ts';
import { hostTensor, type Program } from '../../workers/gpu/runtime.ts';
import { ImageEmbedder } from '../../workers/language/image-embedder.ts';
import type { ImageContent, ImageId } from '../../workers/protocol.ts';

const hidden = 4;
const vision = readVisionConfig({ depth: 1, hidden_size: 32, num_heads: 2, out_hidden_size: hidden });
const image = { min_pixels: 3136, max_pixels: 28 * 28 * 6, reference_side: 84, drawn_grid: [1, 4, 4] };
const config = { vision_config: vision, nexus_gen: settingsSchema.parse({ image }) };
const cat = 'cat' as ImageId;
const pixels = { width: 300, height: 200, data: new Uint8Array(300 * 200 * 3).fill(120) };
const seen: ImageContent = { id: cat, kind: 'seen', pixels };

/** A vision encoder that answers zeros and counts its patches, run by run. */
function countingEncoder(limitBytes?: number) {
  const runs: number[] = [];
  const program: Program = {
    async run({ patches }) {
      const rows = patches?.shape[0] ?? 0;
      runs.push(rows);
      return { embeddings: hostTensor('float32', [rows / 4, hidden], new Float32Array((rows / 4) * hidden)) };
    },
    release: async () => undefined,
  };
  return { runs, imageEmbedder: new ImageEmbedder({ using: (_, run) => run(program) }, config, limitBytes) };
}

test('a picture is read once at its bounded size and once as a square reference', async () => {
  const { runs, imageEmbedder } = countingEncoder();
  expect(imageEmbedder.holds(cat, 'reading')).toBe(false);
  const read = await imageEmbedder.embeddings(cat, 'reading', [seen]);
  expect(read.grid).toEqual([1, 4, 6]);
  expect(await imageEmbedder.embeddings(cat, 'reading', [])).toBe(read);
  expect(imageEmbedder.holds(cat, 'reference')).toBe(false);
  const reference = await imageEmbedder.embeddings(cat, 'reference', [seen]);
  expect(reference.grid).toEqual([1, 6, 6]);
  expect(await imageEmbedder.embeddings(cat, 'reference', [])).toBe(reference);
  expect(runs).toEqual([24, 36]);
});

test('a drawn picture is read as the embeddings it was drawn from; only its reference is encoded', async () => {
  const { runs, imageEmbedder } = countingEncoder();
  const embeddings = { data: new Float32Array(4 * hidden).fill(1), hidden, grid: [1, 4, 4] } as const;
  const drawn: ImageContent = { id: cat, kind: 'drawn', embeddings, pixels };
  expect(await imageEmbedder.embeddings(cat, 'recalling', [drawn])).toBe(embeddings);
  await imageEmbedder.embeddings(cat, 'reference', [drawn]);
  expect(runs).toEqual([36]);
  // The same file brought by a person is looked at.
  expect((await imageEmbedder.embeddings(cat, 'reading', [drawn])).grid).toEqual([1, 4, 6]);
  expect(await imageEmbedder.embeddings(cat, 'recalling', [])).toBe(embeddings);
});

test('a picture that was not sent along is a failure, and is seen once it is sent', async () => {
  const { runs, imageEmbedder } = countingEncoder();
  await expect(imageEmbedder.embeddings(cat, 'reading', [])).rejects.toMatchObject({ failure: { code: 'UNEXPECTED' } });
  await imageEmbedder.embeddings(cat, 'reading', [seen]);
  expect(runs.length).toBe(1);
});

test('beyond its limit the pictures seen longest ago are forgotten, but none of the turn under way', async () => {
  const bytes = 6 * hidden * 4;
  const { imageEmbedder } = countingEncoder(3 * bytes);
  const names = ['a', 'b', 'c', 'd', 'e'].map((name) => name as ImageId);
  const look = (image: ImageId) => imageEmbedder.embeddings(image, 'reading', [{ ...seen, id: image }]);
  const known = () => names.filter((image) => imageEmbedder.holds(image, 'reading')).join('');
  const [a, b, c, d, e] = names as [ImageId, ImageId, ImageId, ImageId, ImageId];
  for (const image of [a, b, c]) await look(image);
  await look(a);
  await look(d);
  expect(known()).toBe('acd');
  imageEmbedder.begin([a, c, d, e]);
  await look(e);
  expect(known()).toBe('acde');
  imageEmbedder.begin([b]);
  await look(b);
  expect(known()).toBe('bde');
});
