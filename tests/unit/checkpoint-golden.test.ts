import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { openFile, openFolder } from '../../cli/files.ts';
import { expectTensors } from '../../model/checkpoint/expect.ts';
import { openShardedFolder, openTensorFile } from '../../model/checkpoint/folder.ts';
import { openTorchZip } from '../../model/checkpoint/torch-zip.ts';
import { goldenCase } from '../helpers/golden.ts';
import { failureFrom } from '../helpers/sources.ts';

const folder = goldenCase('checkpoint-decoders-all');

interface DecodersCase {
  readonly config: { readonly adapter: { readonly input: number; readonly output: number } };
  readonly args: {
    readonly probes: readonly { readonly file: string; readonly tensor: string; readonly output: string }[];
    readonly variants: readonly { readonly file: string }[];
    readonly broken: readonly { readonly file: string; readonly reason: string }[];
    readonly counts: Readonly<Record<string, number>>;
  };
}
const golden: DecodersCase = JSON.parse(readFileSync(`${folder}/case.json`, 'utf8'));
const { input, output } = golden.config.adapter;
const adapter = [
  { name: 'adapter.0.weight', shape: [output, input] },
  { name: 'adapter.0.bias', shape: [output] },
  { name: 'adapter.1.weight', shape: [output] },
  { name: 'adapter.1.bias', shape: [output] },
  { name: 'adapter.3.weight', shape: [output, output] },
  { name: 'adapter.3.bias', shape: [output] },
  { name: 'adapter.4.weight', shape: [output] },
  { name: 'adapter.4.bias', shape: [output] },
];

async function readAdapter(file: string) {
  const source = await openTorchZip(await openFile(`${folder}/${file}`));
  expectTensors(source, 'generation-decoder', adapter);
  for (const { name } of adapter) await source.read(name);
  return source;
}

test.each(golden.args.probes)('$file $tensor holds the published values', async ({ file, tensor, output: name }) => {
  const expected = await openTensorFile(await openFile(`${folder}/io.safetensors`));
  const source = await openTensorFile(await openFile(`${folder}/${file}`));
  expect(await source.read(tensor)).toEqual(await expected.read(`out.${name}`));
  expect(source.find(tensor)?.shape).toEqual(expected.find(`out.${name}`)?.shape);
});

test.each(golden.args.variants)('$file loads as an adapter', async ({ file }) => {
  await readAdapter(file);
});

test('every probe row can be read alone', async () => {
  for (const { file, tensor } of golden.args.probes) {
    const source = await openTensorFile(await openFile(`${folder}/${file}`));
    const whole = await source.read(tensor);
    const rows = source.find(tensor)?.shape[0] ?? 1;
    const width = whole.length / rows;
    for (let row = rows - 1; row >= 0; row -= 7) {
      expect(await source.readRows(tensor, row, 1)).toEqual(whole.slice(row * width, (row + 1) * width));
    }
  }
});

const verdicts: Readonly<Record<string, object>> = {
  'disallowed-global.bin': { code: 'PICKLE_REFUSED', data: { what: 'posix getcwd' } },
  'disallowed-builtin.bin': { code: 'PICKLE_REFUSED', data: { what: '__builtin__ len' } },
  'truncated.bin': { code: 'ZIP_MISMATCH', data: { problem: 'no-directory' } },
  'truncated-end.bin': { code: 'ZIP_MISMATCH', data: { problem: 'no-directory' } },
  'empty.bin': { code: 'CHECKPOINT_FORMAT', data: { looksLike: 'empty' } },
  'not-a-checkpoint.bin': { code: 'CHECKPOINT_FORMAT', data: { looksLike: 'web-page' } },
  'legacy.bin': { code: 'CHECKPOINT_FORMAT', data: { looksLike: 'legacy-torch' } },
  'wrong-dtype.bin': {
    code: 'MODEL_MISMATCH',
    data: { count: 1, differences: [{ tensor: 'adapter.0.weight', actual: 'int64' }] },
  },
  'complex-dtype.bin': {
    code: 'MODEL_MISMATCH',
    data: { differences: [{ tensor: 'adapter.0.weight', actual: 'complex64' }] },
  },
  'wrong-shape.bin': {
    code: 'MODEL_MISMATCH',
    data: { differences: [{ tensor: 'adapter.0.weight', expected: '40 × 48', actual: '48 × 40' }] },
  },
  'missing-tensor.bin': {
    code: 'MODEL_MISMATCH',
    data: { differences: [{ tensor: 'adapter.3.bias', problem: 'missing' }] },
  },
  'not-a-dictionary.bin': { code: 'PICKLE_CORRUPT', data: { problem: 'not-a-dictionary' } },
  'short-storage.bin': { code: 'TENSOR_BOUNDS', data: { tensor: 'adapter.0.weight' } },
  'missing-storage.bin': { code: 'ZIP_MISMATCH', data: { problem: 'missing-storage' } },
  'no-pickle.bin': { code: 'ZIP_MISMATCH', data: { problem: 'no-pickle' } },
};

test.each(golden.args.broken)('$file is refused: $reason', async ({ file }) => {
  const name = file.replace('broken/', '');
  expect(await failureFrom(() => readAdapter(file))).toMatchObject({ ...verdicts[name], data: { file: name } });
  expect(await failureFrom(() => readAdapter(file))).toMatchObject(verdicts[name] ?? {});
});

test('decoder files hold as many tensors as were saved', async () => {
  for (const [file, count] of Object.entries(golden.args.counts)) {
    expect((await openTensorFile(await openFile(`${folder}/${file}`))).list()).toHaveLength(count);
  }
});

test('a sharded folder reads as one source, by its index and without it', async () => {
  const checkpoint = openFolder(`${goldenCase('checkpoint-qwen-tiny')}/checkpoint`);
  const source = await openShardedFolder(checkpoint);
  expect(source.find('model.embed_tokens.weight')).toEqual({
    name: 'model.embed_tokens.weight',
    type: 'bfloat16',
    shape: [192, 96],
  });
  const bytes = source
    .list()
    .reduce((sum, { shape }) => sum + 2 * shape.reduce((product, size) => product * size, 1), 0);
  expect(bytes).toBe(601024);
  const withoutIndex = await openShardedFolder({
    list: async () => (await checkpoint.list()).filter((path) => !path.endsWith('.index.json')),
    open: checkpoint.open,
  });
  expect(await withoutIndex.read('lm_head.weight')).toEqual(await source.read('lm_head.weight'));
});

test('an index that names a shard or a tensor that is not there is refused', async () => {
  const checkpoint = openFolder(`${goldenCase('checkpoint-qwen-tiny')}/checkpoint`);
  const lost = 'model-00002-of-00003.safetensors';
  const partial = {
    list: async () => (await checkpoint.list()).filter((path) => path !== lost),
    open: checkpoint.open,
  };
  expect(await failureFrom(() => openShardedFolder(partial))).toMatchObject({
    code: 'SHARD_MISMATCH',
    data: { problem: 'shard-missing', shard: lost },
  });
  const swapped = {
    list: checkpoint.list,
    open: (path: string) => checkpoint.open(path === lost ? 'model-00001-of-00003.safetensors' : path),
  };
  expect(await failureFrom(() => openShardedFolder(swapped))).toMatchObject({
    code: 'SHARD_MISMATCH',
    data: { problem: 'tensor-missing', shard: lost },
  });
});
