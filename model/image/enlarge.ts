/** Pictures made larger by whole pixels, and the parts in which a network makes them larger. */
import type { Size } from './bounds.ts';
import type { Box } from './crop.ts';
import type { RgbImage } from './pixels.ts';

/** The largest picture that is made. */
export const enlargedPixels = 4096 ** 2;

export function canBeEnlarged({ width, height }: Size, factor: number): boolean {
  return width * height * factor ** 2 <= enlargedPixels;
}

/** Each pixel as a square of factor × factor. */
export function enlargePixels({ width, height, data }: RgbImage, factor: number): RgbImage {
  const [wide, high] = [width * factor, height * factor];
  const enlarged = new Uint8Array(wide * high * 3);
  const line = wide * 3;
  for (let row = 0; row < height; row += 1) {
    const top = row * factor * line;
    for (let column = 0; column < wide; column += 1) {
      const from = (row * width + Math.floor(column / factor)) * 3;
      for (let channel = 0; channel < 3; channel += 1) enlarged[top + column * 3 + channel] = data[from + channel] ?? 0;
    }
    for (let copy = 1; copy < factor; copy += 1) enlarged.copyWithin(top + copy * line, top, top + line);
  }
  return { width: wide, height: high, data: enlarged };
}

/** A part of a picture that is made larger at once: `read` goes through the network, `kept` is taken of what that gives. */
export interface Tile {
  readonly read: Box;
  readonly kept: Box;
}

/** @param reach pixels around a pixel that have a part in what becomes of it */
export function tilesOf({ width, height }: Size, side: number, reach: number): readonly Tile[] {
  const tiles: Tile[] = [];
  for (let y = 0; y < height; y += side) {
    for (let x = 0; x < width; x += side) {
      const kept = { x, y, width: Math.min(side, width - x), height: Math.min(side, height - y) };
      const [left, top] = [Math.max(0, x - reach), Math.max(0, y - reach)];
      const right = Math.min(width, x + kept.width + reach);
      const bottom = Math.min(height, y + kept.height + reach);
      tiles.push({ read: { x: left, y: top, width: right - left, height: bottom - top }, kept });
    }
  }
  return tiles;
}
