import { expect, test } from 'vitest';
import { openFile } from '../../cli/files.ts';
import { expectTensors } from '../../model/checkpoint/expect.ts';
import { decoderName, withDecoderNames } from '../../model/checkpoint/flux-names.ts';
import { openTensorFile } from '../../model/checkpoint/folder.ts';
import { recogniseModel } from '../../model/checkpoint/recognise.ts';
import { openSafetensors } from '../../model/checkpoint/safetensors.ts';
import { safetensors, type TestTensor } from '../helpers/checkpoints.ts';
import { goldenCase } from '../helpers/golden.ts';
import { bytesSource, failureFrom } from '../helpers/sources.ts';

const ascending = (shape: readonly number[]): TestTensor => {
  const count = shape.reduce((product, size) => product * size, 1);
  return { shape, values: Float32Array.from({ length: count }, (_, index) => index) };
};
const source = (tensors: Record<string, readonly number[]>) =>
  openSafetensors(
    bytesSource(
      'flux.safetensors',
      safetensors(new Map(Object.entries(tensors).map(([name, shape]) => [name, ascending(shape)]))),
    ),
  );

/** A decoder file's names for the published layout, rebuilt from original FLUX names. */
function originalNames(joint: number, single: number): string[] {
  const both = (stem: string) => [`${stem}.weight`, `${stem}.bias`];
  const ends = ['img_in', 'txt_in', 'final_layer.linear', 'final_layer.adaLN_modulation.1'];
  const embedders = ['time_in', 'guidance_in', 'vector_in'].flatMap((name) => [
    `${name}.in_layer`,
    `${name}.out_layer`,
  ]);
  const names = [...ends, ...embedders].flatMap(both);
  for (let block = 0; block < joint; block += 1) {
    for (const stream of ['img', 'txt']) {
      const at = `double_blocks.${block}.${stream}`;
      names.push(...[`${at}_mod.lin`, `${at}_attn.qkv`, `${at}_attn.proj`, `${at}_mlp.0`, `${at}_mlp.2`].flatMap(both));
      names.push(`${at}_attn.norm.query_norm.scale`, `${at}_attn.norm.key_norm.scale`);
    }
  }
  for (let block = 0; block < single; block += 1) {
    const at = `single_blocks.${block}`;
    names.push(...[`${at}.modulation.lin`, `${at}.linear1`, `${at}.linear2`].flatMap(both));
    names.push(`${at}.norm.query_norm.scale`, `${at}.norm.key_norm.scale`);
  }
  return names;
}

test('the names of original FLUX map onto those of a published decoder, one to one', async () => {
  const decoder = await openTensorFile(
    await openFile(`${goldenCase('checkpoint-decoders-all')}/generation_decoder.bin`),
  );
  const published = decoder
    .list()
    .map(({ name }) => name)
    .filter((name) => name.startsWith('pipe.dit.'));
  const mapped = originalNames(1, 1).map((name) => `pipe.dit.${decoderName(name)}`);
  expect(mapped.sort()).toEqual(published.sort());
  expect(decoderName('double_blocks.18.txt_mlp.2.bias')).toBe('blocks.18.ff_b.2.bias');
  expect(decoderName('conditioner.embedder')).toBeUndefined();
});

test('the final modulation changes from shift, scale to scale, shift; everything else stays', async () => {
  const flux = withDecoderNames(
    await source({
      'final_layer.adaLN_modulation.1.weight': [4, 2],
      'img_in.bias': [3],
      'final_layer.adaLN_modulation.1.bias': [4],
    }),
  );
  expect([...(await flux.read('pipe.dit.final_norm_out.linear.weight'))]).toEqual([4, 5, 6, 7, 0, 1, 2, 3]);
  expect([...(await flux.readRows('pipe.dit.final_norm_out.linear.weight', 1, 2))]).toEqual([6, 7, 0, 1]);
  expect([...(await flux.read('pipe.dit.final_norm_out.linear.bias'))]).toEqual([2, 3, 0, 1]);
  expect([...(await flux.read('pipe.dit.x_embedder.bias'))]).toEqual([0, 1, 2]);
});

test('the wrong model is named, with its first three differences', async () => {
  const wrong = await source({ 'double_blocks.0.img_mod.lin.weight': [2, 2], 'adapter.0.bias': [3] });
  const wanted = ['a', 'b', 'c'].map((name) => ({ name, shape: [1] }));
  const failure = await failureFrom(() =>
    expectTensors(wrong, 'generation-decoder', [{ name: 'adapter.0.bias', shape: [4] }, ...wanted]),
  );
  expect(failure).toEqual({
    code: 'MODEL_MISMATCH',
    data: {
      file: 'flux.safetensors',
      looksLike: 'flux',
      expected: 'generation-decoder',
      count: 4,
      differences: [
        { tensor: 'adapter.0.bias', problem: 'shape', expected: '4', actual: '3' },
        { tensor: 'a', problem: 'missing' },
        { tensor: 'b', problem: 'missing' },
      ],
    },
  });
});

test.each([
  ['nexus-gen', ['model.layers.0.mlp.up_proj.weight', 'visual.blocks.0.norm1.weight', 'vision_head.weight']],
  ['qwen-vl', ['model.layers.0.mlp.up_proj.weight', 'visual.blocks.0.norm1.weight', 'lm_head.weight']],
  ['editing-decoder', ['embedding_merger.norm.weight', 'pipe.dit.x_embedder.weight']],
  ['clip-text', ['text_model.encoder.layers.0.mlp.fc1.weight']],
  ['t5', ['encoder.block.0.layer.0.SelfAttention.q.weight']],
  ['autoencoder', ['encoder.conv_in.weight', 'decoder.conv_in.weight']],
  ['unknown', ['x']],
])('names of %s are recognised', (kind, names) => {
  expect(recogniseModel(names)).toBe(kind);
});
