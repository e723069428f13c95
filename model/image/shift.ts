/** By how much an edit moved the whole picture: decoders return what they keep a pixel or two beside its place. */
import type { RgbImage } from './pixels.ts';

/** [right, down] in pixels: what lay at a place lies there plus this. */
export type Shift = readonly [right: number, down: number];

/** The farthest that is looked at, in pixels. */
const farthest = 4;
/** Pixels that are compared, spread over the picture. */
const samples = 40_000;
/** Levels of luma above which pixels are simply different: what was repainted must not outweigh what was kept. */
const differentLevels = 24;
/** A shift has to leave this share of the difference at most, or the picture is taken to have stayed. */
const convincingShare = 0.8;

/**
 * The shift at which two pictures of one size agree best, by the mean of their bounded differences in luma; none where no shift
 * is convincingly better.
 */
export function estimateShift(before: RgbImage, after: RgbImage): Shift {
  const { width, height } = before;
  if (Math.min(width, height) <= 4 * farthest) return [0, 0];
  const [one, other] = [luma(before), luma(after)];
  const stride = Math.max(1, Math.round(Math.sqrt((width * height) / samples)));
  const distance = ([right, down]: Shift): number => {
    let sum = 0;
    for (let row = farthest; row < height - farthest; row += stride) {
      for (let column = farthest; column < width - farthest; column += stride) {
        const at = row * width + column;
        const difference = Math.abs((one[at] ?? 0) - (other[at + down * width + right] ?? 0));
        sum += Math.min(difference, differentLevels);
      }
    }
    return sum;
  };
  const still = distance([0, 0]);
  const best = shifts
    .map((shift) => ({ shift, distance: distance(shift) }))
    .reduce((nearest, found) => (found.distance < nearest.distance ? found : nearest));
  return best.distance < still * convincingShare ? best.shift : [0, 0];
}

/** The nearest first, so that of equal ones it is found. */
const shifts: readonly Shift[] = Array.from({ length: (2 * farthest + 1) ** 2 }, (_, index): Shift => {
  const side = 2 * farthest + 1;
  return [(index % side) - farthest, Math.floor(index / side) - farthest];
}).sort(([x, y], [otherX, otherY]) => x * x + y * y - otherX * otherX - otherY * otherY);

/** A shifted picture put back in its place; where it has no pixel for a place, that of `behind` stands. */
export function shiftedBack(image: RgbImage, [right, down]: Shift, behind: RgbImage): RgbImage {
  if (right === 0 && down === 0) return image;
  const { width, height } = image;
  const data = Uint8Array.from(behind.data);
  const first = Math.max(0, -right);
  const end = Math.min(width, width - right);
  for (let row = Math.max(0, -down); row < Math.min(height, height - down); row += 1) {
    const from = ((row + down) * width + first + right) * 3;
    data.set(image.data.subarray(from, from + (end - first) * 3), (row * width + first) * 3);
  }
  return { width, height, data };
}

/** Rec. 601's, in levels of 0 … 255. */
function luma({ data }: RgbImage): Float32Array {
  return Float32Array.from(
    { length: data.length / 3 },
    (_, at) => 0.299 * (data[3 * at] ?? 0) + 0.587 * (data[3 * at + 1] ?? 0) + 0.114 * (data[3 * at + 2] ?? 0),
  );
}
