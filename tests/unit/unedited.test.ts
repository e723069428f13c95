/** What an edit left as it was, on pixels of our own: the measure, the alignment, and what is put back. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RgbImage } from '../../model/image/pixels.ts';
import { resize } from '../../model/image/resize.ts';
import { estimateShift, shiftedBack } from '../../model/image/shift.ts';
import { differenceOf, keepingRule, keepRest } from '../../model/image/unedited.ts';

const width = 96;
const height = 64;

type Pixel = readonly [number, number, number];
type Paint = (column: number, row: number) => Pixel;

function picture(paint: Paint, size = { width, height }): RgbImage {
  const data = new Uint8Array(size.width * size.height * 3);
  for (let at = 0; at < size.width * size.height; at += 1) {
    data.set(paint(at % size.width, Math.floor(at / size.width)), at * 3);
  }
  return { ...size, data };
}

/** Structure everywhere, with no period that a shift could be mistaken for. */
const scene: Paint = (x, y) => [
  128 + 60 * Math.sin(x / 7 + y / 23),
  128 + 60 * Math.sin(y / 5 + (x * x) / 900),
  128 + 60 * Math.cos((x + 2 * y) / 11),
];

interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

const boxes = fc
  .tuple(fc.nat(width - 13), fc.nat(height - 13), fc.integer({ min: 6, max: 40 }), fc.integer({ min: 6, max: 30 }))
  .map(
    ([left, top, wide, high]): Box => ({
      left,
      top,
      right: Math.min(width, left + wide),
      bottom: Math.min(height, top + high),
    }),
  );

const within = ({ left, top, right, bottom }: Box, x: number, y: number, by = 0) =>
  x >= left - by && x < right + by && y >= top - by && y < bottom + by;

const repainted =
  (box: Box, colour: Pixel, under: Paint = scene): Paint =>
  (x, y) =>
    within(box, x, y) ? colour : under(x, y);

/** Of a codec: a few levels up or down. */
function noisy(image: RgbImage, levels: number): RgbImage {
  let state = 1;
  return {
    ...image,
    data: image.data.map((value) => {
      state = (state * 48_271) % 2_147_483_647;
      return Math.min(255, Math.max(0, value + Math.round(((state / 2_147_483_647) * 2 - 1) * levels)));
    }),
  };
}

const strong: Pixel = [255, 0, 200];

describe('the difference between a picture and its edit', () => {
  it('is none for the same picture, at any size it had', () => {
    const before = picture(scene, { width: 150, height: 131 });
    const after = resize(before, { width, height }, 'bicubic');
    const { untouched, difference } = differenceOf(before, after, keepingRule(before, after));
    expect(untouched).toBe(1);
    expect(Math.max(...difference)).toBe(0);
  });

  it('does not count the noise of a codec', () => {
    const before = picture(scene);
    const after = noisy(before, 10);
    expect(differenceOf(before, after, keepingRule(before, after)).untouched).toBe(1);
  });

  it('counts what was repainted, wherever it lies, and nothing beyond its edge', () => {
    fc.assert(
      fc.property(boxes, (box) => {
        const [before, after] = [picture(scene), noisy(picture(repainted(box, strong)), 4)];
        const rule = keepingRule(before, after);
        const { changed } = differenceOf(before, after, rule);
        const wrong = [...changed].flatMap((value, at) => {
          const [x, y] = [at % width, Math.floor(at / width)];
          const isMissed = value === 0 && within(box, x, y, -1);
          return isMissed || (value === 1 && !within(box, x, y, rule.smoothing)) ? [[x, y]] : [];
        });
        expect(wrong).toEqual([]);
      }),
      { numRuns: 30 },
    );
  });

  it('is in the units of the eye: black and white are 100 apart, and the order does not matter', () => {
    const [black, white] = [picture(() => [0, 0, 0]), picture(() => [255, 255, 255])];
    const rule = keepingRule(black, white);
    const { difference, untouched } = differenceOf(black, white, rule);
    expect(difference[0]).toBeCloseTo(100, 2);
    expect(untouched).toBe(0);
    expect(differenceOf(white, black, rule).difference).toEqual(difference);
    // sRGB's red against its blue, by hand from CIE's formulas.
    const [red, blue] = [picture(() => [255, 0, 0]), picture(() => [0, 0, 255])];
    expect(differenceOf(red, blue, rule).difference[0]).toBeCloseTo(176.3, 0);
  });
});

describe('the shift of an edit', () => {
  const few = fc.integer({ min: -4, max: 4 });

  it('is found where the whole picture moved, though a part of it was repainted', () => {
    fc.assert(
      fc.property(few, few, boxes, (right, down, box) => {
        const before = picture(scene);
        const moved = picture((x, y) => repainted(box, strong)(x - right, y - down));
        expect(estimateShift(before, moved)).toEqual([right, down]);
        const back = shiftedBack(moved, [right, down], before);
        const expected = picture(repainted(box, strong));
        for (let at = 0; at < width * height; at += 1) {
          const [x, y] = [at % width, Math.floor(at / width)];
          const isKnown = x + right >= 0 && x + right < width && y + down >= 0 && y + down < height;
          const one = (isKnown ? expected : before).data.subarray(3 * at, 3 * at + 3);
          if (one.some((value, channel) => value !== back.data[3 * at + channel])) expect.fail(`${x}, ${y}`);
        }
      }),
      { numRuns: 30 },
    );
  });

  it('is none for noise, for flat ground and for another picture', () => {
    const before = picture(scene);
    expect(estimateShift(before, noisy(before, 20))).toEqual([0, 0]);
    expect(
      estimateShift(
        picture(() => [9, 9, 9]),
        picture(() => [200, 9, 9]),
      ),
    ).toEqual([0, 0]);
    expect(
      estimateShift(
        before,
        noisy(
          picture(() => [128, 128, 128]),
          120,
        ),
      ),
    ).toEqual([0, 0]);
  });
});

describe('keeping the rest', () => {
  it('gives the pictures own pixels back outside the changed part and its feather, and the edit inside', () => {
    fc.assert(
      fc.property(boxes, (box) => {
        const [before, after] = [picture(scene), noisy(picture(repainted(box, strong)), 6)];
        const rule = keepingRule(before, after);
        const { changed } = differenceOf(before, after, rule);
        const { image, kept } = keepRest(before, after, rule);
        let own = 0;
        for (let at = 0; at < width * height; at += 1) {
          const [x, y] = [at % width, Math.floor(at / width)];
          const pixel = image.data.subarray(3 * at, 3 * at + 3);
          const isFar = !within(box, x, y, rule.smoothing + 2 * rule.feather);
          if (isFar && pixel.some((value, channel) => value !== before.data[3 * at + channel]))
            expect.fail('not its own');
          if (isFar) own += 1;
          const isEdit = changed[at] === 1;
          if (isEdit && pixel.some((value, channel) => value !== after.data[3 * at + channel]))
            expect.fail('not the edit');
        }
        expect(kept).toBeGreaterThanOrEqual(own / (width * height));
      }),
      { numRuns: 30 },
    );
  });

  it('fades between the two without a seam', () => {
    const box = { left: 30, top: 20, right: 60, bottom: 44 };
    const before = picture(() => [100, 100, 100]);
    const after = picture(repainted(box, [180, 180, 180], () => [104, 104, 104]));
    const rule = keepingRule(before, after);
    const { image } = keepRest(before, after, rule);
    const row = Array.from({ length: width }, (_, x) => image.data[3 * (32 * width + x)] ?? 0);
    expect(row[0]).toBe(100);
    expect(row[45]).toBe(180);
    // Outside the box the edit's own ground, 104, comes and goes in steps of a level or two.
    for (let x = 1; x < box.left; x += 1) expect(Math.abs((row[x] ?? 0) - (row[x - 1] ?? 0))).toBeLessThanOrEqual(2);
  });

  it('puts the edit back in its place where it moved', () => {
    const box = { left: 30, top: 20, right: 60, bottom: 44 };
    const before = picture(scene);
    const after = picture((x, y) => repainted(box, strong)(x - 2, y + 1));
    const rule = keepingRule(before, after);
    expect(rule.shift).toEqual([2, -1]);
    const { image, kept } = keepRest(before, after, rule);
    expect([...image.data.subarray(3 * (32 * width + 45), 3 * (32 * width + 45) + 3)]).toEqual([...strong]);
    expect([...image.data.subarray(0, 3)]).toEqual([...before.data.subarray(0, 3)]);
    expect(kept).toBeGreaterThan(0.5);
  });

  it('finds nothing to keep where the whole picture changed', () => {
    const before = picture(scene);
    const night = picture((x, y) => scene(x, y).map((value) => value / 5) as unknown as Pixel);
    const { image, kept } = keepRest(before, night, keepingRule(before, night));
    expect(kept).toBeLessThan(0.1);
    expect(image.data.length).toBe(night.data.length);
  });

  it('gives the same pixels for the same numbers', () => {
    const [before, after] = [
      picture(scene),
      noisy(picture(repainted({ left: 5, top: 5, right: 40, bottom: 30 }, strong)), 3),
    ];
    const rule = keepingRule(before, after);
    const copied = JSON.parse(JSON.stringify(rule)) as typeof rule;
    expect(keepRest(before, after, copied)).toEqual(keepRest(before, after, rule));
  });
});
