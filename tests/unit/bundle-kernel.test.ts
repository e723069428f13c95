/** The converter's WebAssembly against its reference in TypeScript, and the bytes it is built to. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { main } from 'assemblyscript/asc';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { toFloat16 } from '../../model/bundle/half.ts';
import { type Bits, quantiseRows } from '../../model/bundle/quantise.ts';
import { bytesOf, type RowBlock, storeRows } from '../../model/bundle/row-block.ts';
import { decodeWeights } from '../../model/checkpoint/decode.ts';
import type { WeightElementType } from '../../model/checkpoint/element-types.ts';
import { kernel } from '../helpers/quantiser.ts';
import { failureFrom } from '../helpers/sources.ts';

const root = new URL('../..', import.meta.url).pathname;

test('built anew, quantise.wasm has the bytes that are in the tree', async () => {
  const { scripts } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
  const [command, ...options] = String(scripts.kernel).split(' ');
  expect(command).toBe('asc');
  let built: unknown = null;
  const { error, stderr } = await main(options, {
    readFile: (name, folder) => readFile(join(root, folder, name), 'utf8').catch(() => null),
    writeFile: (name, contents) => {
      expect(name).toBe('model/bundle/quantise.wasm');
      built = contents;
    },
    listFiles: () => null,
  });
  expect(error, stderr.toString()).toBeNull();
  expect(built).toEqual(new Uint8Array(await readFile(join(root, 'model/bundle/quantise.wasm'))));
});

const types: readonly WeightElementType[] = ['float32', 'float16', 'bfloat16'];

function stored(type: WeightElementType, values: Float32Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  if (type === 'float32') return bytesOf(values);
  if (type === 'float16') return bytesOf(toFloat16(values, 'w'));
  return bytesOf(new Uint16Array(values.buffer).filter((_, index) => index % 2 === 1));
}

function blockOf(type: WeightElementType, bytes: Uint8Array<ArrayBuffer>, rowLength: number, bits: Bits): RowBlock {
  const rows = bytes.length / (type === 'float32' ? 4 : 2) / rowLength;
  return { file: 'model.bin', tensor: 'w', type, bytes, rows, rowLength, precision: bits === 4 ? 'q4' : 'q8' };
}

function expectReference(type: WeightElementType, bytes: Uint8Array<ArrayBuffer>, rowLength: number, bits: Bits): void {
  const block = blockOf(type, bytes, rowLength, bits);
  const expected = quantiseRows(decodeWeights(type, bytes), block.rows, rowLength, bits, 'w');
  const { first, scales, zeros } = storeRows(kernel, block);
  expect(Buffer.compare(first, expected.packed), 'levels').toBe(0);
  expect(Buffer.compare(scales, new Uint8Array(expected.scales.buffer)), 'scales').toBe(0);
  expect(Buffer.compare(zeros, expected.zeros), 'zero points').toBe(0);
}

/** Weights as they are, and as they hardly ever are: alike, of one sign, tiny, at the ends of a step, far apart. */
const kinds = [
  fc.double({ min: -1, max: 1, noNaN: true }).map((value) => value ** 3 / 20),
  fc.integer({ min: -20, max: 20 }).map((value) => value / 2),
  fc.integer({ min: -3, max: 3 }).map((value) => value * 2 ** -25),
  fc.constantFrom(0, -0, 0.25, 1, 1e-40, -1e-40),
  fc.float({ min: 0, max: 60000, noNaN: true }),
  fc.float({ min: -60000, max: Math.fround(-1e-6), noNaN: true }),
  fc.integer({ min: -30, max: 10 }).map((exponent) => (exponent % 2 === 0 ? 1 : -1) * 2 ** exponent),
];

const rows = fc.record({
  type: fc.constantFrom(...types),
  bits: fc.constantFrom<Bits>(4, 8),
  rows: fc.integer({ min: 1, max: 3 }),
  blocks: fc.integer({ min: 1, max: 5 }),
  values: fc.constantFrom(...kinds).chain((kind) => fc.infiniteStream(kind)),
});

describe('quantise.wasm', () => {
  test('gives every bit of the reference, whatever the weights', () => {
    fc.assert(
      fc.property(rows, ({ type, bits, rows: count, blocks, values }) => {
        const drawn = Float32Array.from({ length: count * blocks * 32 }, () => values.next().value ?? 0);
        expectReference(type, stored(type, drawn), 32 * blocks, bits);
      }),
      { numRuns: 600 },
    );
  });

  test.each(types)('gives every bit of the reference for weights as trained, in %s', (type) => {
    let state = 1;
    const uniform = () => {
      state = (state * 48271) % 2147483647;
      return state / 2147483647;
    };
    const normal = () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
    const values = Float32Array.from({ length: 100 * 3584 }, () => 0.02 * normal());
    for (const bits of [4, 8] as const) expectReference(type, stored(type, values), 3584, bits);
  });

  test.each(types)('names values that cannot be right, wherever they stand, in %s', async (type) => {
    for (const bits of [4, 8] as const) {
      for (const at of [0, 31, 32, 63, 95]) {
        const bytes = stored(type, new Float32Array(96).fill(0.5));
        const infinity = { float32: [0, 0, 0x80, 0x7f], float16: [0, 0x7c], bfloat16: [0x80, 0x7f] }[type];
        bytes.set(infinity, at * infinity.length);
        const data = { file: 'model.bin', tensor: 'w' };
        expect(await failureFrom(() => storeRows(kernel, blockOf(type, bytes, 96, bits)))).toEqual({
          code: 'TENSOR_VALUES',
          data: { ...data, problem: 'infinite' },
        });
        // Not a number outranks infinity, at the other end too.
        bytes.set([...infinity.slice(0, -2), (infinity.at(-2) ?? 0) | 1, 0xff], ((at + 50) % 96) * infinity.length);
        expect(await failureFrom(() => storeRows(kernel, blockOf(type, bytes, 96, bits)))).toEqual({
          code: 'TENSOR_VALUES',
          data: { ...data, problem: 'nan' },
        });
      }
    }
  });

  test.each([2 ** 20, 2 ** 24, 1e30, 3e38])(
    'a scale beyond float16 is named, here and in the reference: %d',
    async (value) => {
      const overflow = { code: 'FLOAT16_OVERFLOW', data: { tensor: 'w', value: Number.POSITIVE_INFINITY } };
      for (const bits of [4, 8] as const) {
        const values = new Float32Array(64).fill(255 * Math.min(value, 1e36), 63);
        expect(await failureFrom(() => quantiseRows(values, 1, 64, bits, 'w'))).toEqual(overflow);
        const block = blockOf('float32', bytesOf(values), 64, bits);
        expect(await failureFrom(() => storeRows(kernel, block))).toEqual(overflow);
      }
    },
  );

  test('the largest scale that float16 has is kept, though a fit of it would be beyond', () => {
    const values = Float32Array.from({ length: 32 }, (_, index) => 65504 * (index % 16) * (1 + (index % 5) / 10000));
    expectReference('float32', bytesOf(values.map((value) => Math.min(value, 65504 * 15))), 32, 4);
  });

  test('says when there is nothing but zeros', () => {
    const zeros = storeRows(kernel, blockOf('float32', bytesOf(new Float32Array(64).fill(-0)), 64, 4));
    expect(zeros.onlyZeros).toBe(true);
    expect(storeRows(kernel, blockOf('float32', bytesOf(new Float32Array(64).fill(1e-45, 63)), 64, 4)).onlyZeros).toBe(
      false,
    );
  });
});
