/** A crop's box before and after turns, and the frame that a person moves: judged by the pixels that it shows. */
import { describe, expect, test } from 'vitest';
import { type Box, type Crop, isIn, partOf, type Turn, turnCrop, turnsOf, wholeBox } from '../../model/image/crop.ts';
import { orientations, turnUpright, uprightSize } from '../../model/image/orientation.ts';
import type { RgbImage } from '../../model/image/pixels.ts';
import { AreaReduction } from '../../model/image/reduce.ts';
import { movedFrame, shapedFrame, sizedFrame } from '../../src/crop/frame.ts';

/** Every pixel is another one. */
const stored: RgbImage = {
  width: 7,
  height: 5,
  data: Uint8Array.from({ length: 7 * 5 * 3 }, (_, at) => at * 2),
};

function cut(image: RgbImage, { x, y, width, height }: Box): RgbImage {
  const rows = Array.from({ length: height }, (_, row) => {
    const start = ((y + row) * image.width + x) * 3;
    return [...image.data.subarray(start, start + width * 3)];
  });
  return { width, height, data: Uint8Array.from(rows.flat()) };
}

/** The pixels that a reader of rows keeps of a stored picture. */
function read(image: RgbImage, part: Box): RgbImage {
  const reduction = new AreaReduction(image, part, part);
  // In two bands, as files are read.
  reduction.add(image.data.subarray(0, 2 * image.width * 3), 3);
  reduction.add(image.data.subarray(2 * image.width * 3), 3);
  const { width, height, data } = reduction.image();
  return { width, height, data };
}

describe('a crop of a picture that is stored turned', () => {
  for (const held of orientations)
    test(`held as ${held}: cut and turned as a person sees it`, () => {
      const upright = turnUpright(stored, held);
      for (const orientation of orientations) {
        const seen = turnUpright(upright, orientation);
        const box = { x: 1, y: 2, width: seen.width - 3, height: seen.height - 2 };
        const part = read(stored, partOf(stored, held, { orientation, box }));
        expect(turnUpright(turnUpright(part, held), orientation)).toEqual(cut(seen, box));
      }
    });

  test('one of another picture is refused', () => {
    const box = { x: 3, y: 0, width: 5, height: 5 };
    expect(() => partOf(stored, 1, { orientation: 1, box })).toThrow(/5 × 5 at 3, 0 is no part of 7 × 5/);
    expect(isIn({ x: 0.5, y: 0, width: 2, height: 2 }, stored)).toBe(false);
    expect(isIn({ x: 0, y: 0, width: 0, height: 2 }, stored)).toBe(false);
    expect(partOf(stored, 6, null)).toEqual(wholeBox(stored));
  });
});

const asOrientation = { right: 6, left: 8, mirror: 2 } as const;

test('a turn takes the frame along: it shows what it showed, turned', () => {
  for (const orientation of orientations)
    for (const turn of ['left', 'right', 'mirror'] satisfies Turn[]) {
      const seen = turnUpright(stored, orientation);
      const before: Crop = { orientation, box: { x: 1, y: 2, width: 3, height: 2 } };
      const after = turnCrop(before, stored, turn);
      expect(cut(turnUpright(stored, after.orientation), after.box)).toEqual(
        turnUpright(cut(seen, before.box), asOrientation[turn]),
      );
    }
});

test('a picture is shown mirrored first, then turned', () => {
  for (const orientation of orientations) {
    const { isMirrored, quarters } = turnsOf(orientation);
    let shown = turnUpright(stored, isMirrored ? 2 : 1);
    for (let quarter = 0; quarter < quarters; quarter += 1) shown = turnUpright(shown, 6);
    expect(shown).toEqual(turnUpright(stored, orientation));
  }
});

describe('the frame', () => {
  const bounds = { width: 120, height: 80 };
  const box = { x: 20, y: 10, width: 40, height: 30 };

  test('stays in the picture when it is moved', () => {
    expect(movedFrame(box, { x: 5.4, y: -3.2 }, bounds)).toEqual({ x: 25, y: 7, width: 40, height: 30 });
    expect(movedFrame(box, { x: 500, y: 500 }, bounds)).toEqual({ x: 80, y: 50, width: 40, height: 30 });
    expect(movedFrame(box, { x: -500, y: -500 }, bounds)).toEqual({ x: 0, y: 0, width: 40, height: 30 });
  });

  test('is sized at the sides that are held; the others stay', () => {
    const grow = (across: -1 | 0 | 1, down: -1 | 0 | 1, x: number, y: number, ratio: number | null = null) =>
      sizedFrame(box, { across, down }, { x, y }, bounds, ratio);
    expect(grow(1, 1, 10, 5)).toEqual({ x: 20, y: 10, width: 50, height: 35 });
    expect(grow(-1, -1, 10, 5)).toEqual({ x: 30, y: 15, width: 30, height: 25 });
    expect(grow(1, 0, 10, 5)).toEqual({ x: 20, y: 10, width: 50, height: 30 });
    expect(grow(0, -1, 10, -5)).toEqual({ x: 20, y: 5, width: 40, height: 35 });
    // Never turned over, never beyond the picture.
    expect(grow(-1, -1, 400, 400)).toEqual({ x: 52, y: 32, width: 8, height: 8 });
    expect(grow(1, 1, 400, 400)).toEqual({ x: 20, y: 10, width: 100, height: 70 });
    // A ratio is kept, by the side that went further, and as far as there is room.
    expect(grow(1, 1, 0, 15, 4 / 3)).toEqual({ x: 20, y: 10, width: 60, height: 45 });
    expect(grow(1, 1, -20, 0, 4 / 3)).toEqual({ x: 20, y: 10, width: 20, height: 15 });
    expect(grow(-1, -1, -400, -400, 4 / 3)).toEqual({ x: 7, y: 0, width: 53, height: 40 });
    expect(grow(1, 0, 8, 0, 4 / 3)).toEqual({ x: 20, y: 7, width: 48, height: 36 });
  });

  test('takes another shape around what it holds, where there is room', () => {
    expect(shapedFrame(box, null, bounds)).toEqual(box);
    expect(shapedFrame(box, 1, bounds)).toEqual({ x: 20, y: 5, width: 40, height: 40 });
    expect(shapedFrame(wholeBox(bounds), 1, bounds)).toEqual({ x: 20, y: 0, width: 80, height: 80 });
  });

  test('whatever is done with it, it is a part of the picture', () => {
    let state = 1;
    const random = (below: number) => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return (state / 2 ** 32) * below;
    };
    const side = () => [-1, 0, 1][Math.floor(random(3))] as -1 | 0 | 1;
    for (const size of [bounds, { width: 3, height: 500 }, { width: 1, height: 1 }, { width: 5000, height: 7 }]) {
      let frame: Box = wholeBox(size);
      for (let round = 0; round < 500; round += 1) {
        const by = { x: random(2 * size.width) - size.width, y: random(2 * size.height) - size.height };
        const ratio = [null, 1, size.width / size.height][Math.floor(random(3))] ?? null;
        const grip = { across: side(), down: side() };
        if (grip.across === 0 && grip.down === 0) frame = movedFrame(frame, by, size);
        else frame = sizedFrame(frame, grip, by, size, ratio);
        expect(isIn(frame, size), JSON.stringify({ frame, size })).toBe(true);
        frame = shapedFrame(frame, ratio, size);
        expect(isIn(frame, size), JSON.stringify({ frame, size })).toBe(true);
      }
    }
  });

  test('the size of a turned picture is that of its sides swapped', () => {
    const crop = turnCrop({ orientation: 1, box: wholeBox(bounds) }, bounds, 'right');
    expect(crop).toEqual({ orientation: 6, box: { x: 0, y: 0, ...uprightSize(bounds, 6) } });
  });
});
