/** A mask on a picture: how it is read, laid over other cells, and what is put back outside of it. */
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { withKept } from '../../model/diffusion/inpainting.ts';
import {
  isEmptyMask,
  isMaskFor,
  keepOutside,
  type Mask,
  maskedCells,
  maskOf,
  maskSize,
} from '../../model/image/mask.ts';
import type { RgbImage } from '../../model/image/pixels.ts';

function mask(width: number, height: number, isMarked: (x: number, y: number) => boolean): Mask {
  const marked = Uint8Array.from({ length: width * height }, (_, at) => +isMarked(at % width, Math.floor(at / width)));
  return { width, height, marked };
}

function picture(width: number, height: number, level: (at: number) => number): RgbImage {
  return { width, height, data: Uint8Array.from({ length: width * height * 3 }, (_, at) => level(at)) };
}

const pixel = ({ width, data }: RgbImage, x: number, y: number) => [
  ...data.subarray(3 * (y * width + x)).subarray(0, 3),
];

test('a picture of a mask is read by its light', () => {
  const shown = { width: 4, height: 1, data: Uint8Array.of(255, 255, 255, 0, 0, 0, 255, 255, 0, 0, 0, 255) };
  expect([...maskOf(shown).marked]).toEqual([1, 0, 1, 0]);
  expect(isEmptyMask(maskOf(shown))).toBe(false);
  expect(isEmptyMask(mask(3, 2, () => false))).toBe(true);
});

test('a mask is as large as its picture, as far as that is not large, and lies on pictures of its shape alone', () => {
  expect(maskSize({ width: 300, height: 200 })).toEqual({ width: 300, height: 200 });
  expect(maskSize({ width: 4032, height: 3024 })).toEqual({ width: 1024, height: 768 });
  expect(maskSize({ width: 16_000, height: 81 })).toEqual({ width: 1024, height: 5 });
  const side = fc.integer({ min: 1, max: 16_384 });
  fc.assert(
    fc.property(side, side, (width, height) => {
      // Longer ones are refused as pictures.
      fc.pre(Math.max(width, height) <= 200 * Math.min(width, height));
      return isMaskFor(maskSize({ width, height }), { width, height });
    }),
  );
  expect(isMaskFor({ width: 64, height: 96 }, { width: 96, height: 64 })).toBe(false);
  expect(isMaskFor({ width: 512, height: 512 }, { width: 640, height: 512 })).toBe(false);
});

describe('in the cells of a painting', () => {
  it('a cell is free where any pixel of it is marked', () => {
    const one = mask(16, 16, (x, y) => x === 8 && y === 15);
    expect([...maskedCells(one, { width: 2, height: 2 })]).toEqual([0, 0, 0, 1]);
    const few = mask(2, 1, (x) => x === 1);
    expect([...maskedCells(few, { width: 6, height: 2 })]).toEqual([0, 0, 0, 1, 1, 1, 0, 0, 0, 1, 1, 1]);
  });

  it('is what each cell covers, whatever the sizes', () => {
    const side = fc.integer({ min: 1, max: 24 });
    const sizes = fc.tuple(side, side, side, side, fc.infiniteStream(fc.boolean()));
    fc.assert(
      fc.property(sizes, ([width, height, across, down, marks]) => {
        const drawn = mask(width, height, () => marks.next().value === true);
        const cells = maskedCells(drawn, { width: across, height: down });
        for (let row = 0; row < down; row += 1) {
          for (let column = 0; column < across; column += 1) {
            const covered = [];
            for (let y = Math.floor((row * height) / down); y < ((row + 1) * height) / down; y += 1)
              for (let x = Math.floor((column * width) / across); x < ((column + 1) * width) / across; x += 1)
                covered.push(drawn.marked[y * width + x]);
            expect(cells[row * across + column]).toBe(covered.includes(1) ? 1 : 0);
          }
        }
      }),
    );
  });
});

describe('put back outside of it', () => {
  const [width, height] = [256, 192];
  const before = picture(width, height, (at) => (at * 7) % 251);
  const after = picture(width, height, (at) => (at * 13 + 5) % 241);

  it('the picture has its own pixels, to the bit; inside it fades into the painting, which it has further in', () => {
    const marked = mask(width, height, (x, y) => x >= 40 && x < 200 && y >= 30);
    const { data } = keepOutside(before, after, marked);
    let [inside, faded] = [0, 0];
    for (let at = 0; at < width * height; at += 1) {
      const [x, y] = [at % width, Math.floor(at / width)];
      const own = [0, 1, 2].map((channel) => data[3 * at + channel]);
      const expected = (from: RgbImage) => [...from.data.subarray(3 * at, 3 * at + 3)];
      if (marked.marked[at] === 0) expect(own).toEqual(expected(before));
      // A hundred-and-twenty-eighth of the shorter side is two pixels.
      else if (x >= 42 && x < 198 && y >= 32) expect(own, `${x}, ${y}`).toEqual(expected(after));
      else faded += 1;
      inside += marked.marked[at] ?? 0;
    }
    expect(faded).toBeGreaterThan(0);
    expect(faded).toBeLessThan(inside / 10);
  });

  it('all of the painting stays where all is marked, and nothing of it where nothing is', () => {
    expect(
      keepOutside(
        before,
        after,
        mask(1, 1, () => true),
      ),
    ).toEqual(after);
    expect(
      keepOutside(
        before,
        after,
        mask(5, 5, () => false),
      ),
    ).toEqual(before);
  });

  it('a thin line still changes', () => {
    const line = keepOutside(
      before,
      after,
      mask(width, height, (x) => x >= 100 && x < 104),
    );
    expect(pixel(line, 99, 50)).toEqual(pixel(before, 99, 50));
    expect(pixel(line, 104, 50)).toEqual(pixel(before, 104, 50));
    expect(pixel(line, 102, 50)).not.toEqual(pixel(before, 102, 50));
  });

  it('a picture of another size is squeezed to the painting, as the edit saw it', () => {
    const large = picture(width * 2, height, () => 80);
    const kept = keepOutside(
      large,
      after,
      mask(4, 4, () => false),
    );
    expect(kept).toEqual(picture(width, height, () => 80));
  });
});

test('kept latents are as noisy as the flow is there, and the picture’s own to the bit at its end', () => {
  const latents = Float32Array.of(0.1, -0.2, 0.3, -1.7);
  const noise = Float32Array.of(1, 2, 3, 4);
  const flowing = Float32Array.of(9, 9, 9, 9);
  // Two channels of two places.
  const kept = { latents, free: Uint8Array.of(1, 0) };
  expect(withKept(flowing, kept, noise, 1)).toEqual(Float32Array.of(9, 2, 9, 4));
  expect(withKept(flowing, kept, noise, 0)).toEqual(Float32Array.of(9, latents[1] ?? 0, 9, latents[3] ?? 0));
  expect(withKept(flowing, kept, noise, 0.25)[3]).toBeCloseTo(0.75 * -1.7 + 0.25 * 4, 6);
});
