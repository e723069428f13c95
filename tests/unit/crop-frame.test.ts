/** The numbers of a crop's frame: whatever is typed within its range gives a frame inside of the picture. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { frameRanges, typedFrame } from '../../src/crop/frame.ts';

const side = fc.integer({ min: 1, max: 4000 });

/** A frame somewhere in a picture, and the shape that it keeps. */
const framed = fc
  .record({
    width: side,
    height: side,
    shares: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 4, maxLength: 4 }),
    shape: fc.constantFrom('free', 'kept'),
  })
  .map(({ width, height, shares: [across = 0, down = 0, wide = 0, high = 0], shape }) => {
    const box = { width: 1 + Math.floor(wide * (width - 1)), height: 1 + Math.floor(high * (height - 1)), x: 0, y: 0 };
    box.x = Math.floor(across * (width - box.width));
    box.y = Math.floor(down * (height - box.height));
    return { size: { width, height }, box, ratio: shape === 'free' ? null : box.width / box.height };
  });

test('any number within its range', () => {
  fc.assert(
    fc.property(
      framed,
      fc.constantFrom('x', 'y', 'width', 'height'),
      fc.double({ min: 0, max: 1, noNaN: true }),
      ({ size, box, ratio }, name, share) => {
        const { low, high } = frameRanges(box, size, ratio)[name];
        expect(low).toBeLessThanOrEqual(high);
        const value = low + Math.floor(share * (high - low));
        const frame = typedFrame(box, name, value, size, ratio);
        expect(frame[name]).toBe(value);
        expect(Math.min(frame.x, frame.y)).toBeGreaterThanOrEqual(0);
        expect(Math.min(frame.width, frame.height)).toBeGreaterThanOrEqual(1);
        expect(frame.x + frame.width).toBeLessThanOrEqual(size.width);
        expect(frame.y + frame.height).toBeLessThanOrEqual(size.height);
      },
    ),
    { numRuns: 2000 },
  );
});

test('what it is now is within its range, where the frame is as large as one may be made', () => {
  const box = { x: 10, y: 20, width: 30, height: 40 };
  expect(frameRanges(box, { width: 100, height: 100 }, null)).toEqual({
    x: { low: 0, high: 70 },
    y: { low: 0, high: 60 },
    width: { low: 8, high: 90 },
    height: { low: 8, high: 80 },
  });
  expect(typedFrame(box, 'width', 45, { width: 100, height: 100 }, 0.75)).toEqual({ ...box, width: 45, height: 60 });
});
