import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { openTorchZip } from '../../model/checkpoint/torch-zip.ts';
import { encodeUtf8 } from '../../model/checkpoint/utf8.ts';
import { pickle, statePickle, type View } from '../../tools/checkpoint/state-pickle.ts';
import { torchZip, zipFile } from '../helpers/checkpoints.ts';
import { bytesSource, failureFrom } from '../helpers/sources.ts';

const ascending = (count: number) => Float32Array.from({ length: count }, (_, index) => index);
const floats = (count: number) => new Uint8Array(ascending(count).buffer);

function view(shape: readonly number[], strides: readonly number[], offset = 0, storageCount = 24): View {
  return { storage: '0', storageType: 'FloatStorage', storageCount, offset, shape, strides };
}

const open = (bytes: Uint8Array) => openTorchZip(bytesSource('decoder.bin', bytes));
const storages = new Map([['0', floats(24)]]);
const refusal = (bytes: Uint8Array) => failureFrom(() => open(bytes));
const refusedView = (bad: View) => refusal(torchZip(statePickle(new Map([['w', bad]])), storages));
const refusedPickle = (...steps: Uint8Array[]) =>
  refusal(torchZip(pickle.join([pickle.protocol(), ...steps]), storages));

test('any view of a storage reads as torch sees it, whole and by rows', async () => {
  const layouts = fc.record({
    shape: fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 3 }),
    order: fc.infiniteStream(fc.nat(100)),
    offset: fc.nat(9),
    gap: fc.integer({ min: 1, max: 3 }),
  });
  await fc.assert(
    fc.asyncProperty(layouts, async ({ shape, order, offset, gap }) => {
      const axes = shape.map((_, axis) => [axis, order.next().value] as const).sort((a, b) => a[1] - b[1]);
      const strides = shape.map(() => 0);
      let stride = gap;
      for (const [axis] of axes) {
        strides[axis] = stride;
        stride *= shape[axis] ?? 1;
      }
      const storageCount = offset + stride + 5;
      const pickled = statePickle(new Map([['w', view(shape, strides, offset, storageCount)]]));
      const source = await open(torchZip(pickled, new Map([['0', floats(storageCount)]])));
      const expected = indices(shape).map((position) =>
        position.reduce((sum, index, axis) => sum + index * (strides[axis] ?? 0), offset),
      );
      expect([...(await source.read('w'))]).toEqual(expected);
      const width = expected.length / (shape[0] ?? 1);
      for (let row = 0; row < (shape[0] ?? 1); row += 1) {
        expect([...(await source.readRows('w', row, 1))]).toEqual(expected.slice(row * width, (row + 1) * width));
      }
    }),
    { numRuns: 200 },
  );
});

function indices(shape: readonly number[]): number[][] {
  return shape.reduce<number[][]>(
    (positions, size) =>
      positions.flatMap((position) => Array.from({ length: size }, (_, index) => [...position, index])),
    [[]],
  );
}

test.each<[string, View]>([
  ['past the end', view([5, 5], [5, 1])],
  ['offset past the end', view([2], [1], 23)],
  ['a stride past the end', view([2, 2], [23, 1])],
  ['elements that share memory', view([5, 5], [0, 1])],
  ['a negative offset', view([2], [1], -1)],
  ['a negative stride', view([2], [-1], 5)],
  ['a storage that is longer than its record', view([24], [1], 0, 25)],
  ['a storage that is shorter than its record', view([4], [1], 0, 23)],
])('%s is refused as TENSOR_BOUNDS', async (_, bad) => {
  expect(await refusedView(bad)).toMatchObject({ code: 'TENSOR_BOUNDS', data: { tensor: 'w' } });
});

test('shapes that overflow or are negative are refused', async () => {
  const huge = 2 ** 31 - 1;
  expect(await refusedView(view([huge, huge, huge], [1, 1, 1]))).toMatchObject({ code: 'TENSOR_SHAPE' });
  expect(await refusedView(view([-4], [1]))).toMatchObject({ code: 'TENSOR_SHAPE' });
});

test.each([
  ['os', 'system'],
  ['builtins', 'eval'],
  ['torch', 'load'],
  ['torch._utils', '_rebuild_tensor_v2.__globals__'],
  ['numpy.core.multiarray', '_reconstruct'],
  ['constructor', 'constructor'],
])('%s %s is refused before anything is made of it', async (module, name) => {
  const failure = await refusedPickle(
    pickle.global(module, name),
    pickle.mark(),
    pickle.tuple(),
    pickle.reduce(),
    pickle.stop(),
  );
  expect(failure).toMatchObject({ code: 'PICKLE_REFUSED', data: { what: `${module} ${name}` } });
});

test.each<[string, Uint8Array[], object]>([
  ['an opcode that makes objects', [Uint8Array.of(0x81)], { code: 'PICKLE_REFUSED', data: { what: 'opcode 0x81' } }],
  ['extension codes', [Uint8Array.of(0x82, 1)], { code: 'PICKLE_REFUSED' }],
  ['an empty stack', [pickle.stop()], { code: 'PICKLE_CORRUPT', data: { problem: 'stack' } }],
  ['a tuple from nothing', [Uint8Array.of(0x86)], { code: 'PICKLE_CORRUPT', data: { problem: 'stack' } }],
  ['an unknown memo', [Uint8Array.of(0x68, 7)], { code: 'PICKLE_CORRUPT', data: { problem: 'memo' } }],
  ['no end', [pickle.dictionary()], { code: 'PICKLE_CORRUPT', data: { problem: 'truncated' } }],
  [
    'a text past the end',
    [Uint8Array.of(0x58, 255, 255, 255, 255)],
    { code: 'PICKLE_CORRUPT', data: { problem: 'truncated' } },
  ],
  [
    'bytes after the end',
    [pickle.dictionary(), pickle.stop(), pickle.stop()],
    { code: 'PICKLE_CORRUPT', data: { problem: 'trailing' } },
  ],
  ['a number of 255 bytes', [Uint8Array.of(0x8a, 255)], { code: 'PICKLE_CORRUPT', data: { problem: 'number' } }],
  ['a number', [pickle.integer(3), pickle.stop()], { code: 'PICKLE_CORRUPT', data: { problem: 'not-a-dictionary' } }],
  [
    'a persistent id that is no tuple',
    [pickle.text('0'), pickle.persistent(), pickle.stop()],
    { code: 'PICKLE_CORRUPT', data: { problem: 'persistent-id' } },
  ],
  [
    'words in place of a tensor',
    [pickle.dictionary(), pickle.mark(), pickle.text('w'), pickle.text('v'), pickle.setItems(), pickle.stop()],
    { code: 'PICKLE_CORRUPT', data: { problem: 'not-a-tensor', at: 'w' } },
  ],
])('a pickle with %s is refused', async (_, steps, expected) => {
  expect(await refusedPickle(...steps)).toMatchObject(expected);
});

test('a checkpoint whose tensors lie in a dictionary inside is called nested, wherever that stands', async () => {
  const inner = [pickle.dictionary(), pickle.mark(), pickle.text('w'), pickle.integer(1), pickle.setItems()];
  const ordered = [pickle.global('collections', 'OrderedDict'), pickle.mark(), pickle.tuple(), pickle.reduce()];
  for (const dictionary of [inner, ordered]) {
    const entries = [pickle.text('epoch'), pickle.integer(3), pickle.text('state_dict'), ...dictionary];
    const failure = await refusedPickle(
      pickle.dictionary(),
      pickle.mark(),
      ...entries,
      pickle.setItems(),
      pickle.stop(),
    );
    expect(failure).toEqual({ code: 'PICKLE_NESTED', data: { file: 'decoder.bin', at: 'state_dict' } });
  }
});

/** As torch saves a tensor of a type for which it has no typed storage. */
function untypedPickle(type: string, bytes: number, count: number): Uint8Array {
  return pickle.join([
    ...[pickle.protocol(), pickle.dictionary(), pickle.mark(), pickle.text('w')],
    ...[pickle.global('torch._utils', '_rebuild_tensor_v3'), pickle.mark(), pickle.mark(), pickle.text('storage')],
    ...[pickle.global('torch.storage', 'UntypedStorage'), pickle.text('0'), pickle.text('cpu'), pickle.integer(bytes)],
    ...[
      pickle.tuple(),
      pickle.persistent(),
      pickle.integer(0),
      pickle.numbers([count]),
      pickle.numbers([1]),
      pickle.no(),
    ],
    ...[pickle.global('collections', 'OrderedDict'), pickle.mark(), pickle.tuple(), pickle.reduce()],
    ...[pickle.global('torch', type), pickle.tuple(), pickle.reduce(), pickle.setItems(), pickle.stop()],
  ]);
}

test.each([
  ['float8_e4m3fn', 'float8_e4m3', 4],
  ['float8_e8m0fnu', 'float8_e8m0', 4],
  ['float8_e5m2fnuz', 'float8_e5m2fnuz', 4],
  ['float4_e2m1fn_x2', 'float4_e2m1_x2', 4],
  ['uint16', 'uint16', 2],
])('torch’s %s is listed, and refused as weights', async (name, type, count) => {
  const storage = new Map([['0', new Uint8Array(4)]]);
  const source = await open(torchZip(untypedPickle(name, 4, count), storage));
  expect(source.list()).toEqual([{ name: 'w', type, shape: [count] }]);
  expect(await failureFrom(() => source.read('w'))).toMatchObject({ code: 'TENSOR_TYPE', data: { type } });
  expect(await refusal(torchZip(untypedPickle(name, 4, 5), storage))).toMatchObject({ code: 'TENSOR_BOUNDS' });
  expect(await refusal(torchZip(untypedPickle('bits8', 4, 4), storage))).toMatchObject({ code: 'PICKLE_REFUSED' });
});

test('an archive of 20,000 records is opened in few reads', async () => {
  const records = Array.from({ length: 19_998 }, (_, index) => ({ name: `archive/data/${index}`, bytes: floats(1) }));
  const state = { name: 'archive/data.pkl', bytes: statePickle(new Map()) };
  const source = bytesSource('many.bin', zipFile([state, ...records]));
  const read = vi.spyOn(source, 'read');
  expect((await openTorchZip(source)).list()).toEqual([]);
  expect(read.mock.calls.length).toBeLessThan(source.size / 2 ** 15);
});

test('a pickle that only fills memory ends at the limit', async () => {
  const bomb = pickle.join([pickle.protocol(), new Uint8Array(1_000_000).fill(0x7d), pickle.stop()]);
  expect(await refusal(torchZip(bomb, storages))).toMatchObject({ code: 'PICKLE_CORRUPT', data: { problem: 'limit' } });
});

const goodPickle = statePickle(new Map([['w', view([4, 6], [6, 1])]]));
const good = torchZip(goodPickle, storages);

/** The offset of a record's signature, counted from the end of the file backwards. */
function find(bytes: Uint8Array, signature: number, skip = 0): number {
  const view = new DataView(bytes.buffer);
  let left = skip;
  for (let at = 0; at + 4 <= bytes.length; at += 1) {
    if (view.getUint32(at, true) === signature && left-- === 0) return at;
  }
  throw new Error('no such record');
}
const central = 0x02014b50;
const local = 0x04034b50;

function patched(at: number, ...bytes: number[]): Uint8Array {
  const copy = good.slice();
  copy.set(bytes, at);
  return copy;
}

test.each<[string, Uint8Array, string]>([
  ['a compressed record', patched(find(good, central) + 10, 8), 'compressed'],
  ['an encrypted record', patched(find(good, central) + 8, 1), 'flags'],
  ['another name in front of the data', patched(find(good, local) + 30, 0x62), 'local-header'],
  ['another size in front of the data', patched(find(good, local, 2) + 22, 1), 'local-header'],
  ['a size past the directory', patched(find(good, central, 2) + 20, 255, 255, 255, 0, 255, 255, 255, 0), 'size'],
  [
    'a size that reaches into the next record',
    patched(find(good, central) + 20, goodPickle.length + 1, 0, 0, 0, goodPickle.length + 1),
    'overlap',
  ],
  ['two records at one place', patched(find(good, central, 1) + 42, 0), 'overlap'],
  ['a directory of more records', patched(find(good, 0x06054b50) + 8, 4, 0, 4), 'directory'],
  ['a directory of fewer records', patched(find(good, 0x06054b50) + 8, 2, 0, 2), 'directory'],
  ['a name that is no text', patched(find(good, central) + 46, 0xff), 'name'],
  ['one changed bit in the pickle', patched(find(good, local) + 30 + 'archive/data.pkl'.length + 9, 0x41), 'checksum'],
])('an archive with %s is refused', async (_, bytes, problem) => {
  expect(await refusal(bytes)).toMatchObject({ code: 'ZIP_MISMATCH', data: { problem } });
});

test('one changed bit in a storage is found when its tensor has been read to the end', async () => {
  const at = find(good, local, 2) + 30 + 'archive/data/0'.length;
  const source = await open(patched(at + 3, 0x7f));
  await source.readRows('w', 0, 2);
  expect(await failureFrom(() => source.readRows('w', 3, 1))).toMatchObject({
    code: 'ZIP_MISMATCH',
    data: { entry: 'archive/data/0', problem: 'checksum' },
  });
});

test('records outside one root folder, a repeated name and big-endian files are refused', async () => {
  const pkl = { name: 'a/data.pkl', bytes: statePickle(new Map()) };
  const archive = (...parts: { name: string; bytes: Uint8Array }[]) => refusal(zipFile([pkl, ...parts]));
  expect(await archive({ name: '../data/0', bytes: floats(1) })).toMatchObject({ data: { problem: 'name' } });
  expect(await archive(pkl)).toMatchObject({ data: { problem: 'duplicate' } });
  expect(await archive({ name: 'a/byteorder', bytes: encodeUtf8('big') })).toMatchObject({
    data: { problem: 'byte-order' },
  });
});
