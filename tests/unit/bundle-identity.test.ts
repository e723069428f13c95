/** What a recipe names: the files a picture depends on, and no others. */

import { expect, test } from 'vitest';
import { planConversion } from '../../model/bundle/conversion-plan.ts';
import { convert } from '../../model/bundle/convert.ts';
import { type Dependent, identityText } from '../../model/bundle/identity.ts';
import { type Manifest, parseManifest } from '../../model/bundle/manifest.ts';
import { tinySizes } from '../../tools/checkpoint/tiny-sizes.ts';
import { files, tools } from '../helpers/conversion.ts';
import { MemorySink } from '../helpers/memory-sink.ts';
import { bytesFolder } from '../helpers/sources.ts';
import { tinyCheckpoint } from '../helpers/tiny-checkpoint.ts';

async function manifestOf(checkpoint: ReadonlyMap<string, Uint8Array>): Promise<Manifest> {
  const sink = new MemorySink();
  await convert(await planConversion([bytesFolder(checkpoint)], 'q4'), sink, tools);
  return parseManifest(sink.files.get('bundle.json') ?? new Uint8Array(0));
}

function paths(manifest: Manifest, dependent: Dependent): string[] {
  return identityText(manifest, dependent)
    .trimEnd()
    .split('\n')
    .map((line) => line.slice(66));
}

const without = (path: string) => new Map([...files].filter(([name]) => name !== `Nexus-GenV2/${path}`));

test('installing the editing decoder changes nothing for words and for pictures of the generation decoder', async () => {
  const [whole, smaller] = [await manifestOf(files), await manifestOf(without('edit_decoder.bin'))];
  expect(whole.files.length).toBeGreaterThan(smaller.files.length);
  for (const dependent of ['language', 'generation'] as const) {
    expect(identityText(whole, dependent)).toBe(identityText(smaller, dependent));
  }
  expect(identityText(whole, 'editing')).not.toBe(identityText(whole, 'generation'));
});

test('every file of its own counts, in both activations', async () => {
  const manifest = await manifestOf(files);
  const language = paths(manifest, 'language');
  expect(language).toContain('tokenizer.json');
  expect(language).toContain('token_embeddings-1.bin');
  expect(language).toContain('transformer.float16.onnx');
  expect(language.join()).not.toMatch(/flux|autoencoder|adapter|merger|constants/);
  const editing = paths(manifest, 'editing');
  for (const file of ['editing_merger-1.bin', 'flux_join.onnx', 'autoencoder_encode.onnx', 'constants-1.bin']) {
    expect(editing).toContain(file);
  }
  expect(editing).not.toContain('generation_adapter-1.bin');
  const used = new Set([...editing, ...paths(manifest, 'generation')]);
  // What CFG steers away from is the same for every model, and may be added later.
  const shared = 'negative_text.safetensors';
  expect([...used, shared].sort()).toEqual(manifest.files.map(({ path }) => path).sort());
});

test('another training of the language side is another model for every picture', async () => {
  const other = await manifestOf(
    tinyCheckpoint(tinySizes, {
      change: (all) => {
        for (const { values } of all.get('language')?.values() ?? []) values[0] = 0.5;
      },
    }),
  );
  const manifest = await manifestOf(files);
  for (const dependent of ['language', 'generation', 'editing'] as const) {
    expect(identityText(other, dependent)).not.toBe(identityText(manifest, dependent));
  }
});
