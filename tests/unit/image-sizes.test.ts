import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { boundedSize, fewestSquares, pictureLimits, requirePictureSize } from '../../model/image/bounds.ts';
import { imagePatches } from '../../model/image/patches.ts';
import { withAlpha } from '../../model/image/pixels.ts';
import { resize } from '../../model/image/resize.ts';
import { failureFrom } from '../helpers/sources.ts';

const bounds = { factor: 28, minPixels: 3136, maxPixels: 262640 };
const sizes = { patch_size: 14, temporal_patch_size: 2, spatial_merge_size: 2 };

describe('a bounded size', () => {
  it('is made of whole merged patches and stays inside the bounds', () => {
    const side = fc.integer({ min: 1, max: 20_000 });
    fc.assert(
      fc.property(side, side, (height, width) => {
        fc.pre(Math.max(height, width) / Math.min(height, width) <= 200);
        const bounded = boundedSize({ height, width }, bounds);
        expect(bounded.height % 28 === 0 && bounded.width % 28 === 0).toBe(true);
        expect(bounded.height >= 28 && bounded.width >= 28).toBe(true);
        expect(bounded.height * bounded.width).toBeLessThanOrEqual(bounds.maxPixels);
        expect(bounded.height * bounded.width).toBeGreaterThanOrEqual(bounds.minPixels);
      }),
    );
  });

  it('never has fewer squares than the fewest', () => {
    const side = fc.integer({ min: 1, max: 20_000 });
    const least = fc.integer({ min: 3136, max: 66_000 });
    fc.assert(
      fc.property(side, side, least, (height, width, minPixels) => {
        fc.pre(Math.max(height, width) / Math.min(height, width) <= 200);
        const narrow = { factor: 28, minPixels, maxPixels: 66_000 };
        const bounded = boundedSize({ height, width }, narrow);
        expect((bounded.height * bounded.width) / 28 ** 2).toBeGreaterThanOrEqual(fewestSquares(narrow));
      }),
    );
  });

  it.each([
    [0, 10],
    [10, 0],
    [Number.NaN, 10],
  ])('of %d × %d is refused', async (height, width) => {
    expect((await failureFrom(() => boundedSize({ height, width }, bounds))).code).toBe('PICTURE_EMPTY');
  });
});

describe('a file’s size', () => {
  it.each([
    [{ width: 8000, height: 8000 }, null],
    [{ width: 16_384, height: 3906 }, null],
    [{ width: 16_385, height: 1 }, 'PICTURE_TOO_LARGE'],
    [{ width: 8001, height: 8000 }, 'PICTURE_TOO_LARGE'],
    [{ width: 400, height: 2 }, null],
    [{ width: 401, height: 2 }, 'PICTURE_ASPECT'],
    [{ width: 1, height: 16_384 }, 'PICTURE_ASPECT'],
    [{ width: 0, height: 8000 }, 'PICTURE_EMPTY'],
    [{ width: 1.5, height: 2 }, 'PICTURE_EMPTY'],
    [{ width: -4, height: 4 }, 'PICTURE_EMPTY'],
  ])('%j', async (size, code) => {
    if (code === null) requirePictureSize(size);
    else expect((await failureFrom(() => requirePictureSize(size))).code).toBe(code);
  });

  it('is told with the limits', async () => {
    const failure = await failureFrom(() => requirePictureSize({ width: 20_000, height: 10 }));
    const { pixels: pixelLimit, side: sideLimit } = pictureLimits;
    expect(failure.data).toEqual({ width: 20_000, height: 10, pixelLimit, sideLimit });
  });
});

describe('resizing', () => {
  it('keeps an even colour, whatever the sizes', () => {
    const side = fc.integer({ min: 1, max: 40 });
    const filter = fc.constantFrom('bicubic' as const, 'bilinear' as const);
    fc.assert(
      fc.property(
        side,
        side,
        side,
        side,
        fc.nat({ max: 255 }),
        filter,
        (height, width, toHeight, toWidth, level, how) => {
          const image = { height, width, data: new Uint8Array(height * width * 3).fill(level) };
          const resized = resize(image, { height: toHeight, width: toWidth }, how);
          expect(resized.data).toEqual(new Uint8Array(toHeight * toWidth * 3).fill(level));
        },
      ),
    );
  });
});

it('refuses to cut a picture that is no whole number of merged patches', async () => {
  const image = { width: 28, height: 42, data: new Uint8Array(28 * 42 * 3) };
  const failure = await failureFrom(() => imagePatches(image, sizes));
  expect(failure).toMatchObject({ code: 'GRAPH_SHAPE', data: { actual: '42 × 28' } });
});

it('gives pixels their opaque alpha', () => {
  expect([...withAlpha({ width: 2, height: 1, data: Uint8Array.of(1, 2, 3, 4, 5, 6) })]).toEqual([
    1, 2, 3, 255, 4, 5, 6, 255,
  ]);
});
