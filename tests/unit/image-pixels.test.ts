import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { readingPixels, readingSize } from '../../model/image/bounds.ts';
import { readPictureHeader, withoutWebpExif } from '../../model/image/header.ts';
import { exifOrientation, type Orientation, turnUpright } from '../../model/image/orientation.ts';
import { AreaReduction } from '../../model/image/reduce.ts';

const orientations: readonly Orientation[] = [1, 2, 3, 4, 5, 6, 7, 8];

function noise(width: number, height: number): Uint8Array {
  return Uint8Array.from({ length: width * height * 3 }, (_, at) => (at * 7919 + (at >> 3)) % 251);
}

describe('a picture is turned upright', () => {
  test.each(orientations)('as an image library does it, orientation %d', async (orientation) => {
    const image = { width: 5, height: 3, data: noise(5, 3) };
    const stored = sharp(image.data, { raw: { width: 5, height: 3, channels: 3 } });
    const file = await stored.webp({ lossless: true }).withMetadata({ orientation }).toBuffer();
    const header = readPictureHeader(new Uint8Array(file));
    expect(header).toMatchObject({ orientation, size: { width: 5, height: 3 } });
    const { data, info } = await sharp(file).autoOrient().raw().toBuffer({ resolveWithObject: true });
    const { width, height } = info;
    expect(turnUpright(image, header.orientation)).toEqual({ width, height, data: new Uint8Array(data) });
    expect(readPictureHeader(withoutWebpExif(new Uint8Array(file)))).toMatchObject({ orientation: 1 });
  });

  test('in either order of bytes; what cannot be read is upright', () => {
    const big = [0x4d, 0x4d, 0, 42, 0, 0, 0, 8, 0, 1, 1, 0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0];
    const little = [0x49, 0x49, 42, 0, 8, 0, 0, 0, 1, 0, 0x12, 1, 3, 0, 1, 0, 0, 0, 6, 0, 0, 0];
    const prefix = [0x45, 0x78, 0x69, 0x66, 0, 0];
    const read = (bytes: readonly number[]) => exifOrientation(new DataView(Uint8Array.from(bytes).buffer));
    expect([big, little, [...prefix, ...big]].map(read)).toEqual([6, 6, 6]);
    const beyond = [...big];
    beyond[19] = 9;
    expect([[], big.slice(0, 12), beyond, [...prefix]].map(read)).toEqual([1, 1, 1, 1]);
  });
});

describe('a large picture', () => {
  test('is read at no more than the pixels that are read, its aspect kept; a small one as it is', () => {
    expect(readingSize({ width: 640, height: 480 })).toEqual({ width: 640, height: 480 });
    const { width, height } = readingSize({ width: 8000, height: 6000 });
    expect(width / height).toBeCloseTo(4 / 3, 2);
    expect(Math.abs(width * height - readingPixels)).toBeLessThan(width + height);
    expect(readingSize({ width: 16_384, height: 90 })).toEqual({ width: 16_384, height: 90 });
  });

  test.each([
    [
      { width: 4, height: 4 },
      { width: 4, height: 4 },
    ],
    [
      { width: 6, height: 4 },
      { width: 3, height: 2 },
    ],
    [
      { width: 7, height: 5 },
      { width: 3, height: 2 },
    ],
    [
      { width: 11, height: 3 },
      { width: 10, height: 1 },
    ],
    [
      { width: 301, height: 200 },
      { width: 97, height: 65 },
    ],
  ])('%o becomes %o: each pixel the mean of its area', (from, to) => {
    const source = noise(from.width, from.height);
    const reduction = new AreaReduction(from, to);
    // In pieces of rows, as they come.
    const line = from.width * 3;
    for (let row = 0; row < from.height; row += 2) reduction.add(source.subarray(row * line, (row + 2) * line), 3);
    const { data } = reduction.image();
    for (let row = 0; row < to.height; row += 1) {
      for (let at = 0; at < to.width * 3; at += 1) {
        const mean = areaMean(source, from, to, { row, column: Math.floor(at / 3), channel: at % 3 });
        expect(Math.abs((data[row * to.width * 3 + at] ?? 0) - mean)).toBeLessThan(0.51);
      }
    }
  });

  test('loses what stands behind red, green and blue', () => {
    const reduction = new AreaReduction({ width: 2, height: 1 }, { width: 1, height: 1 });
    reduction.add(Uint8ClampedArray.of(10, 20, 30, 255, 30, 40, 50, 0), 4);
    expect([...reduction.image().data]).toEqual([20, 30, 40]);
  });
});

/** The mean over the exact area, by its definition. */
function areaMean(
  source: Uint8Array,
  from: { readonly width: number; readonly height: number },
  to: { readonly width: number; readonly height: number },
  at: { readonly row: number; readonly column: number; readonly channel: number },
): number {
  const overlap = (place: number, target: number, scale: number) =>
    Math.max(0, Math.min(place + 1, (target + 1) * scale) - Math.max(place, target * scale));
  let sum = 0;
  for (let y = 0; y < from.height; y += 1) {
    const high = overlap(y, at.row, from.height / to.height);
    for (let x = 0; x < from.width && high > 0; x += 1) {
      const value = source[(y * from.width + x) * 3 + at.channel] ?? 0;
      sum += value * high * overlap(x, at.column, from.width / to.width);
    }
  }
  return (sum * to.width * to.height) / (from.width * from.height);
}
