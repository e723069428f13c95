/** Sums over square windows, in whole numbers: exact, so that nothing stays behind where all is zero. */
import type { Size } from './bounds.ts';

/** One whole number a pixel, row by row. */
export type Plane = Uint8Array | Int32Array;

/**
 * The sum over the window of 2 · radius + 1 pixels a side around each pixel, as far as it lies in the picture.
 *
 * @returns [height, width]
 */
export function boxSums(plane: Plane, { width, height }: Size, radius: number): Int32Array {
  const across = new Int32Array(width * height);
  for (let row = 0; row < height; row += 1) sumLine(plane, across, row * width, 1, width, radius);
  const sums = new Int32Array(width * height);
  for (let column = 0; column < width; column += 1) sumLine(across, sums, column, width, height, radius);
  return sums;
}

/** How many pixels of a line of this length lie within the radius of each. */
export function windowLengths(length: number, radius: number): Int32Array {
  return Int32Array.from({ length }, (_, at) => Math.min(length - 1, at + radius) - Math.max(0, at - radius) + 1);
}

/** Where something other than zero lies within the radius: 1, else 0. */
export function grown(plane: Plane, size: Size, radius: number): Uint8Array {
  return Uint8Array.from(boxSums(plane, size, radius), (sum) => (sum > 0 ? 1 : 0));
}

function sumLine(from: Plane, to: Int32Array, begin: number, step: number, length: number, radius: number): void {
  let sum = 0;
  for (let at = 0; at < Math.min(radius, length); at += 1) sum += from[begin + at * step] ?? 0;
  for (let at = 0; at < length; at += 1) {
    if (at + radius < length) sum += from[begin + (at + radius) * step] ?? 0;
    if (at - radius > 0) sum -= from[begin + (at - radius - 1) * step] ?? 0;
    to[begin + at * step] = sum;
  }
}
