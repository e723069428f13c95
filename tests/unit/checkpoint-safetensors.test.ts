import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { openSafetensors } from '../../model/checkpoint/safetensors.ts';
import { headerLimits } from '../../model/checkpoint/safetensors-header.ts';
import { safetensors, safetensorsFile } from '../helpers/checkpoints.ts';
import { bytesSource, failureFrom } from '../helpers/sources.ts';

const tensor = (shape: readonly number[], begin: number, end: number, dtype = 'F32') => ({
  dtype,
  shape,
  data_offsets: [begin, end],
});

function file(header: unknown, dataLength: number): Uint8Array {
  const text = typeof header === 'string' ? header : JSON.stringify(header);
  return safetensorsFile(text, new Uint8Array(dataLength));
}

const refusal = (bytes: Uint8Array) => failureFrom(() => openSafetensors(bytesSource('model.safetensors', bytes)));

test('values survive in all three weight types', async () => {
  const values = Float32Array.of(1, -2.5, 0, 3.140625);
  const data = new Uint8Array(16 + 8 + 8);
  data.set(new Uint8Array(values.buffer), 0);
  data.set(new Uint8Array(Uint16Array.of(0x3f80, 0xc020, 0, 0x4049).buffer), 16);
  data.set(new Uint8Array(Uint16Array.of(0x3c00, 0xc100, 0, 0x4248).buffer), 24);
  const header = { a: tensor([4], 0, 16), b: tensor([2, 2], 16, 24, 'BF16'), c: tensor([4, 1], 24, 32, 'F16') };
  const source = await openSafetensors(bytesSource('x', safetensorsFile(JSON.stringify(header), data)));
  for (const name of ['a', 'b', 'c']) expect(await source.read(name)).toEqual(values);
  expect(await source.readRows('b', 1, 1)).toEqual(values.slice(2));
});

test.each<[string, Uint8Array, object]>([
  ['no bytes', new Uint8Array(0), { code: 'CHECKPOINT_FORMAT', data: { looksLike: 'empty' } }],
  ['seven bytes', new Uint8Array(7), { code: 'CHECKPOINT_FORMAT' }],
  ['header longer than the file', safetensorsFile('{}', new Uint8Array(0), 3n), { code: 'HEADER_LENGTH' }],
  ['header of 2^63 bytes', safetensorsFile('{}', new Uint8Array(0), 1n << 63n), { code: 'HEADER_LENGTH' }],
  ['header of one byte', safetensorsFile('{}', new Uint8Array(0), 1n), { code: 'HEADER_LENGTH' }],
  ['hole', file({ a: tensor([1], 4, 8) }, 8), { code: 'TENSOR_LAYOUT', data: { tensor: 'a', problem: 'hole' } }],
  [
    'overlap',
    file({ a: tensor([2], 0, 8), b: tensor([1], 4, 8) }, 8),
    { code: 'TENSOR_LAYOUT', data: { tensor: 'b', problem: 'overlap' } },
  ],
  ['trailing bytes', file({ a: tensor([1], 0, 4) }, 5), { code: 'TENSOR_LAYOUT', data: { problem: 'trailing' } }],
  ['short data', file({ a: tensor([2], 0, 8) }, 7), { code: 'FILE_TRUNCATED', data: { needed: 8, size: 7 } }],
  ['length that lies', file({ a: tensor([2], 0, 4) }, 4), { code: 'TENSOR_LAYOUT', data: { problem: 'length' } }],
  [
    'product above 2^64',
    file({ a: tensor([2 ** 33, 2 ** 33], 0, 4) }, 4),
    { code: 'TENSOR_SHAPE', data: { tensor: 'a' } },
  ],
  ['a million axes', file({ a: tensor(new Array(1e6).fill(9), 0, 4) }, 4), { code: 'TENSOR_SHAPE' }],
  ['negative size', file({ a: tensor([-1], 0, 4) }, 4), { code: 'TENSOR_SHAPE', data: { shape: '-1' } }],
  ['fraction', file({ a: tensor([0.5], 0, 4) }, 4), { code: 'TENSOR_SHAPE' }],
  [
    'size above 2^53',
    file('{"a":{"dtype":"F32","shape":[9007199254740993],"data_offsets":[0,4]}}', 4),
    { code: 'TENSOR_SHAPE' },
  ],
  ['unknown type', file({ a: tensor([1], 0, 4, 'Q4') }, 4), { code: 'TENSOR_TYPE', data: { type: 'Q4' } }],
  [
    'equal keys',
    file(
      '{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}',
      4,
    ),
    { code: 'HEADER_JSON', data: { problem: 'duplicate-key' } },
  ],
  [
    'equal keys in an entry',
    file('{"a":{"dtype":"F32","shape":[9],"shape":[1],"data_offsets":[0,4]}}', 4),
    { code: 'HEADER_JSON', data: { problem: 'duplicate-key' } },
  ],
  [
    'exponent',
    file('{"a":{"dtype":"F32","shape":[1e0],"data_offsets":[0,4]}}', 4),
    { code: 'HEADER_JSON', data: { problem: 'number' } },
  ],
  [
    'unknown key',
    file({ a: { ...tensor([1], 0, 4), code: 'x' } }, 4),
    { code: 'HEADER_JSON', data: { problem: 'entry', at: 'a' } },
  ],
  ['metadata of numbers', file({ __metadata__: { a: 1 } }, 0), { code: 'HEADER_JSON', data: { problem: 'metadata' } }],
  ['a list', file('[1,2]', 0), { code: 'HEADER_JSON', data: { problem: 'syntax' } }],
  ['half a header', file('{"a":', 0), { code: 'HEADER_JSON', data: { problem: 'syntax' } }],
  [
    'half of a surrogate pair in a name',
    file('{"a\\ud800":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}', 4),
    { code: 'HEADER_JSON', data: { problem: 'surrogate', at: '1:4' } },
  ],
  [
    'bad UTF-8',
    safetensorsFile(Uint8Array.of(0x7b, 0x22, 0xff, 0x22, 0x7d), new Uint8Array(0)),
    { code: 'HEADER_JSON', data: { problem: 'encoding' } },
  ],
  [
    'a header of 8 MB and one byte',
    file(' '.repeat(headerLimits.bytes + 1).replace(' ', '{'), 0),
    { code: 'HEADER_LENGTH' },
  ],
])('%s is refused', async (_, bytes, expected) => {
  expect(await refusal(bytes)).toMatchObject(expected);
});

test.each<[string, string, object]>([
  [
    '8 MB of brackets',
    `{"a":${'['.repeat(headerLimits.bytes - 5)}`,
    { code: 'HEADER_JSON', data: { problem: 'depth' } },
  ],
  ['8 MB of empty lists', `{"a":[${'[],'.repeat(2_700_000)}[]]}`, { code: 'HEADER_TOO_MANY' }],
  ['8 MB of keys', `{"":{${'"":{},'.repeat(1_300_000)}"":{}}}`, { code: 'HEADER_TOO_MANY' }],
])('a header of %s is refused before anything is made of it', async (_, header, expected) => {
  const parse = vi.spyOn(JSON, 'parse');
  expect(await refusal(file(header, 0))).toMatchObject(expected);
  expect(parse).not.toHaveBeenCalled();
  parse.mockRestore();
});

test.each([
  ['F8_E8M0', 'float8_e8m0', 8],
  ['F8_E4M3FNUZ', 'float8_e4m3fnuz', 8],
  ['F8_E5M2FNUZ', 'float8_e5m2fnuz', 8],
  ['F6_E2M3', 'float6_e2m3', 6],
  ['F6_E3M2', 'float6_e3m2', 6],
  ['F4', 'float4_e2m1', 4],
])('%s is listed, and refused as weights', async (dtype, type, bytes) => {
  const source = await openSafetensors(bytesSource('x', file({ w: tensor([2, 4], 0, bytes, dtype) }, bytes)));
  expect(source.list()).toEqual([{ name: 'w', type, shape: [2, 4] }]);
  expect(await failureFrom(() => source.read('w'))).toMatchObject({ code: 'TENSOR_TYPE', data: { type } });
  expect(await refusal(file({ w: tensor([2, 4], 0, bytes + 1, dtype) }, bytes + 1))).toMatchObject({
    code: 'TENSOR_LAYOUT',
  });
});

test.each<[string, string]>([
  ['Entry not found', 'server-message'],
  ['Invalid username or password.', 'server-message'],
  ['Access to model FLUX.1-dev is restricted. You must be authenticated to access it.', 'server-message'],
  ['{"error":"Repository not found"}', 'server-message'],
  ['{"message": "rate limit", "status": 429}', 'server-message'],
  ['{"weight_map": {}}', 'json'],
  ['[1, 2, 3, 4, 5, 6]', 'json'],
  ['# A model card\n\nWords.', 'text'],
  ['<!doctype html><title>Sign in</title>', 'web-page'],
  ['version https://git-lfs.github.com/spec/v1', 'git-lfs-pointer'],
])('“%s” saved as weights is called what it is', async (text, looksLike) => {
  const bytes = new TextEncoder().encode(text);
  expect(await refusal(bytes)).toEqual({ code: 'CHECKPOINT_FORMAT', data: { file: 'model.safetensors', looksLike } });
});

test('a tensor named __proto__ is a tensor like any other', async () => {
  const source = await openSafetensors(
    bytesSource('x', file('{"__proto__":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}', 4)),
  );
  expect(source.find('__proto__')?.shape).toEqual([1]);
  expect(source.find('toString')).toBeUndefined();
});

test('more tensors than any checkpoint has are refused', async () => {
  const entries = Array.from({ length: headerLimits.tensors + 1 }, (_, index) => [`t${index}`, tensor([0], 0, 0)]);
  expect(await refusal(file(Object.fromEntries(entries), 0))).toMatchObject({ code: 'HEADER_TOO_MANY' });
});

test('integers are listed and refused as weights; a tensor that is not there is named', async () => {
  const source = await openSafetensors(bytesSource('x', file({ ids: tensor([2], 0, 16, 'I64') }, 16)));
  expect(source.list()).toEqual([{ name: 'ids', type: 'int64', shape: [2] }]);
  expect(await failureFrom(() => source.read('ids'))).toMatchObject({ code: 'TENSOR_TYPE', data: { type: 'int64' } });
  expect(await failureFrom(() => source.read('nose'))).toMatchObject({
    code: 'TENSOR_MISSING',
    data: { tensor: 'nose' },
  });
});

test('any set of tensors reads back, whole and by rows', async () => {
  const tensors = fc.dictionary(
    fc
      .string({ unit: 'binary', minLength: 1, maxLength: 12 })
      .filter((name) => name !== '__metadata__' && name.isWellFormed()),
    fc.tuple(fc.nat(5), fc.nat(6)),
    { maxKeys: 6 },
  );
  await fc.assert(
    fc.asyncProperty(tensors, async (shapes) => {
      const made = new Map(
        Object.entries(shapes).map(([name, shape]) => {
          const values = Float32Array.from({ length: shape[0] * shape[1] }, (_, index) => (index % 200) - 100);
          return [name, { shape, values }];
        }),
      );
      const source = await openSafetensors(bytesSource('x', safetensors(made)));
      expect(source.list()).toHaveLength(made.size);
      for (const [name, { shape, values }] of made) {
        expect(await source.read(name)).toEqual(values);
        for (let row = 0; row < shape[0]; row += 1) {
          expect(await source.readRows(name, row, 1)).toEqual(values.slice(row * shape[1], (row + 1) * shape[1]));
        }
      }
    }),
    { numRuns: 100, examples: [[Object.fromEntries([['__proto__', [0, 0]]])]] },
  );
});
