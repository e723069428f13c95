import fc from 'fast-check';
import { expect, test } from 'vitest';
import { nearestFloat16, roundHalfEven, toFloat16 } from '../../model/bundle/half.ts';
import { type Bits, dequantiseRows, quantiseRows } from '../../model/bundle/quantise.ts';
import { fromFloat16 } from '../../model/checkpoint/decode.ts';
import { failureFrom } from '../helpers/sources.ts';

/** The nearest float16 by search over all of them: slow, and right by its simplicity. */
const allHalves = fromFloat16(Uint16Array.from({ length: 0x7c00 }, (_, bits) => bits));

function nearestBySearch(value: number): number {
  const magnitude = Math.abs(value);
  let [low, high] = [0, allHalves.length - 1];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((allHalves[middle] ?? 0) <= magnitude) low = middle;
    else high = middle;
  }
  const below = magnitude - (allHalves[low] ?? 0);
  const above = (allHalves[high] ?? 0) - magnitude;
  const bits = below < above || (below === above && low % 2 === 0) ? low : high;
  return Math.sign(value) * (allHalves[bits] ?? 0);
}

test('every float16 survives as itself', () => {
  const patterns = Uint16Array.from({ length: 0x10000 }, (_, bits) => bits).filter(
    (bits) => (bits & 0x7c00) !== 0x7c00,
  );
  expect(toFloat16(fromFloat16(patterns), 'w')).toEqual(patterns);
});

test('values between two float16 go to the nearer, ties to the even one', () => {
  fc.assert(
    fc.property(fc.float({ noNaN: true, min: -65504, max: 65504 }), (value) => {
      const expected = nearestBySearch(value);
      expect(fromFloat16(toFloat16(Float32Array.of(value), 'w'))[0]).toBe(value === 0 ? value : expected || 0 * value);
      expect(nearestFloat16(value)).toBe(value === 0 ? value : expected || 0 * value);
    }),
    { numRuns: 3000 },
  );
  const ties = Float32Array.of(2049, 2051, 1 + 2 ** -11, 1 + 3 * 2 ** -11, 2 ** -25, 3 * 2 ** -25, 65519);
  expect([...fromFloat16(toFloat16(ties, 'w'))]).toEqual([2048, 2052, 1, 1 + 2 ** -9, 0, 2 ** -23, 65504]);
});

test.each([65520, -70000, Number.POSITIVE_INFINITY, Number.NaN])(
  '%d has no float16: the tensor is named',
  async (value) => {
    expect(await failureFrom(() => toFloat16(Float32Array.of(0, value), 'norm.weight'))).toEqual({
      code: 'FLOAT16_OVERFLOW',
      data: { tensor: 'norm.weight', value },
    });
  },
);

test('roundHalfEven rounds ties to even numbers', () => {
  expect([0.5, 1.5, 2.5, -0.5, -1.5, 7.49].map(roundHalfEven)).toEqual([0, 2, 2, 0, -2, 7]);
});

const matrix = fc.record({
  rows: fc.integer({ min: 1, max: 4 }),
  blocks: fc.integer({ min: 1, max: 5 }),
  bits: fc.constantFrom<Bits>(4, 8),
  values: fc.infiniteStream(fc.integer({ min: -3000, max: 3000 }).map((value) => value / 100)),
});

test('no value of any block is off by more than a step, and zero stays zero', () => {
  fc.assert(
    fc.property(matrix, ({ rows, blocks, bits, values }) => {
      const inputs = 32 * blocks;
      const original = Float32Array.from({ length: rows * inputs }, (_, index) =>
        index % 5 === 0 ? 0 : values.next().value,
      );
      const quantised = quantiseRows(original, rows, inputs, bits, 'w');
      const restored = dequantiseRows(quantised, rows, inputs, bits);
      for (let block = 0; block < rows * blocks; block += 1) {
        const part = [...original.subarray(block * 32, block * 32 + 32)];
        const step = (Math.max(0, ...part) - Math.min(0, ...part)) / (2 ** bits - 1);
        for (const [index, value] of part.entries()) {
          const found = restored[block * 32 + index] ?? Number.NaN;
          if (value === 0) expect(found).toBeCloseTo(0, 12);
          // A fitted scale may leave the outermost values up to a step away, and a scale has only 11 bits.
          else expect(Math.abs(found - value)).toBeLessThanOrEqual(1.6 * step + Math.abs(value) * 2 ** -10 + 1e-7);
        }
      }
    }),
    { numRuns: 300 },
  );
});

test('the layout is MatMulNBits’: low half first, zero points packed row by row', () => {
  // Levels 0 … 15 twice in every block, so scale 1 and zero point 8 reproduce them exactly.
  const row = Array.from({ length: 96 }, (_, index) => (index % 16) - 8);
  const { packed, scales, zeros } = quantiseRows(Float32Array.from([...row, ...row]), 2, 96, 4, 'w');
  expect([...packed.subarray(0, 8)]).toEqual([0x10, 0x32, 0x54, 0x76, 0x98, 0xba, 0xdc, 0xfe]);
  expect([...fromFloat16(scales)]).toEqual([1, 1, 1, 1, 1, 1]);
  expect([...zeros]).toEqual([0x88, 0x08, 0x88, 0x08]);
  const eight = quantiseRows(
    Float32Array.from({ length: 32 }, (_, index) => index * 8),
    1,
    32,
    8,
    'w',
  );
  expect(eight.packed).toHaveLength(32);
  expect([...eight.zeros]).toEqual([0]);
});

test('a block of zeros, and one too small for a float16 scale, become zeros', () => {
  const values = new Float32Array(64).fill(1e-12, 32);
  expect([...dequantiseRows(quantiseRows(values, 1, 64, 4, 'w'), 1, 64, 4)].every((value) => value === 0)).toBe(true);
});

test('the fitted scale is never worse than covering the range', () => {
  const values = Float32Array.from({ length: 32 * 64 }, (_, index) => Math.sin(index * index) * Math.cos(3 * index));
  const restored = dequantiseRows(quantiseRows(values, 64, 32, 4, 'w'), 64, 32, 4);
  for (let block = 0; block < 64; block += 1) {
    const part = values.subarray(block * 32, block * 32 + 32);
    const [low, high] = [Math.min(0, ...part), Math.max(0, ...part)];
    const scale = nearestFloat16((high - low) / 15);
    const zero = roundHalfEven(-low / scale);
    const plain = part.reduce((sum, value) => {
      const level = Math.max(0, Math.min(15, roundHalfEven(value / scale) + zero));
      return sum + ((level - zero) * scale - value) ** 2;
    }, 0);
    const fitted = part.reduce((sum, value, index) => sum + ((restored[block * 32 + index] ?? 0) - value) ** 2, 0);
    expect(fitted).toBeLessThanOrEqual(plain * (1 + 1e-6));
  }
});
