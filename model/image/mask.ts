/** Where alone a picture is to change: what a person marked on it, and a painting put back outside of that. */
import { asEdited, blended } from './blend.ts';
import type { Size } from './bounds.ts';
import type { RgbImage } from './pixels.ts';

export interface Mask extends Size {
  /** 1 where the picture may change, 0 where it stays [height, width]. */
  readonly marked: Uint8Array;
}

/** A picture of a mask is read by its light: it is marked where that is nearer to white than to black. */
const lightEnough = 128;

/** The longest side of a mask that is made: a pixel of it is then no more than two of the largest painting. */
const longestSide = 1024;

/** The size of a mask for a picture of this size: the picture's own, brought down where that is large. */
export function maskSize({ width, height }: Size): Size {
  const scale = Math.min(1, longestSide / Math.max(width, height));
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}

/** Whether a mask can lie on a picture: its sides are in the same ratio, but for rounding to whole pixels. */
export function isMaskFor(mask: Size, picture: Size): boolean {
  const apart = (mask.width * picture.height) / (mask.height * picture.width);
  const rounding = 0.5 / mask.width + 0.5 / mask.height + 0.5 / picture.width + 0.5 / picture.height;
  return Math.abs(Math.log(apart)) <= 2 * rounding;
}

/** The mask that a picture shows. */
export function maskOf({ width, height, data }: RgbImage): Mask {
  const light = (at: number) =>
    0.299 * (data[3 * at] ?? 0) + 0.587 * (data[3 * at + 1] ?? 0) + 0.114 * (data[3 * at + 2] ?? 0);
  return { width, height, marked: Uint8Array.from({ length: width * height }, (_, at) => +(light(at) >= lightEnough)) };
}

export function isEmptyMask({ marked }: Mask): boolean {
  return !marked.includes(1);
}

/** A mask in other cells, pixels or latents: one is marked where any pixel of the mask that it covers is. */
export function maskedCells(mask: Mask, { width, height }: Size): Uint8Array {
  // First across, then down.
  const narrowed = anyOfEach(mask.marked, mask.width, width, { lines: mask.height, step: 1, line: mask.width });
  return anyOfEach(narrowed, mask.height, height, { lines: width, step: width, line: 1 });
}

/** How the values of a plane lie: those of a line `step` apart, the beginnings of lines `line` apart. */
interface Lines {
  readonly lines: number;
  readonly step: number;
  readonly line: number;
}

/** Each line in `count` equal parts: 1 where any value of the part is; a value that two parts share counts for both. */
function anyOfEach(plane: Uint8Array, length: number, count: number, { lines, step, line }: Lines): Uint8Array {
  const isAcross = step === 1;
  const cells = new Uint8Array(lines * count);
  for (let part = 0; part < count; part += 1) {
    const from = Math.floor((part * length) / count);
    const to = Math.ceil(((part + 1) * length) / count);
    for (let number = 0; number < lines; number += 1) {
      let any = 0;
      for (let at = from; at < to && any === 0; at += 1) any = plane[number * line + at * step] ?? 0;
      cells[isAcross ? number * count + part : part * lines + number] = any;
    }
  }
  return cells;
}

/** Of the shorter side. */
const featherShare = 1 / 128;
const featherLimits = { least: 1, most: 8 } as const;

/**
 * A painting with the picture's own pixels outside the mask, to the bit. From the mask's edge inwards it fades in, over a 128th of the
 * shorter side.
 *
 * @param before of any size
 */
export function keepOutside(before: RgbImage, after: RgbImage, mask: Mask): RgbImage {
  const side = Math.min(after.width, after.height);
  const feather = Math.min(featherLimits.most, Math.max(featherLimits.least, Math.round(side * featherShare)));
  const depths = depthsIn(maskedCells(mask, after), after, feather + 1);
  const weights = Float64Array.from(depths, (depth) => depth / (feather + 1));
  return blended(asEdited(before, after), after, weights);
}

/**
 * How far each marked cell lies from the nearest that is not, in rows or columns, whichever are more; at most `limit`, which is also
 * what the edge of the picture has: nothing is kept beyond it.
 */
function depthsIn(marked: Uint8Array, { width, height }: Size, limit: number): Uint8Array {
  const depths = Uint8Array.from(marked, (value) => value * limit);
  const at = (row: number, column: number) =>
    row < 0 || row >= height || column < 0 || column >= width ? limit : (depths[row * width + column] ?? 0);
  const settle = (row: number, column: number, toward: -1 | 1) => {
    const place = row * width + column;
    const nearest = Math.min(
      at(row, column + toward),
      at(row + toward, column - 1),
      at(row + toward, column),
      at(row + toward, column + 1),
    );
    depths[place] = Math.min(depths[place] ?? 0, nearest + 1);
  };
  for (let row = 0; row < height; row += 1) for (let column = 0; column < width; column += 1) settle(row, column, -1);
  for (let row = height - 1; row >= 0; row -= 1)
    for (let column = width - 1; column >= 0; column -= 1) settle(row, column, 1);
  return depths;
}
