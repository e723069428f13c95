import { fail } from '../failure.ts';

export interface Size {
  readonly height: number;
  readonly width: number;
}

export interface PixelBounds {
  /** Both sides become multiples of this: a patch's side times the merge size. */
  readonly factor: number;
  readonly minPixels: number;
  readonly maxPixels: number;
}

/** A picture longer than this times its other side is refused. */
const aspectLimit = 200;

/** The largest file a person may bring; judged from its header, before it is decoded. */
export const pictureLimits = { pixels: 64_000_000, side: 16_384 } as const;

/**
 * Whether a file's picture may be read at all.
 *
 * @throws PICTURE_TOO_LARGE, PICTURE_ASPECT, and PICTURE_EMPTY for a side that is no whole number of pixels above zero
 */
export function requirePictureSize({ width, height }: Size): void {
  if (!(Number.isInteger(width) && Number.isInteger(height) && width > 0 && height > 0)) {
    fail('PICTURE_EMPTY', { width, height });
  }
  if (width > pictureLimits.side || height > pictureLimits.side || width * height > pictureLimits.pixels) {
    fail('PICTURE_TOO_LARGE', { width, height, pixelLimit: pictureLimits.pixels, sideLimit: pictureLimits.side });
  }
  requireAspect({ width, height });
}

/** A picture above this area is brought down to it when it is read: more than any size at which the model sees or paints. */
export const readingPixels = 2048 ** 2;

/** The size at which a picture's pixels are read. */
export function readingSize({ width, height }: Size): Size {
  const scale = Math.min(1, Math.sqrt(readingPixels / (width * height)));
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}

function requireAspect({ width, height }: Size): void {
  if (Math.max(height, width) / Math.min(height, width) <= aspectLimit) return;
  fail('PICTURE_ASPECT', { width, height, limit: aspectLimit });
}

/**
 * The size at which the transformer sees a picture: sides rounded to multiples of the factor, the area inside the bounds,
 * the aspect kept as well as that allows. The order of operations is qwen-vl-utils', because several sizes lie exactly on
 * a multiple (docs/reference.md, "Images in").
 *
 * @throws PICTURE_ASPECT for an aspect ratio over 200, PICTURE_EMPTY
 */
export function boundedSize({ height, width }: Size, { factor, minPixels, maxPixels }: PixelBounds): Size {
  if (!(height > 0 && width > 0)) fail('PICTURE_EMPTY', { width, height });
  requireAspect({ width, height });
  const down = (side: number) => Math.max(factor, Math.floor(side / factor) * factor);
  const up = (side: number) => Math.ceil(side / factor) * factor;
  const near = (side: number) => Math.max(factor, roundHalfToEven(side / factor) * factor);
  const rounded = { height: near(height), width: near(width) };
  const pixels = rounded.height * rounded.width;
  if (pixels > maxPixels) {
    const shrink = Math.sqrt((height * width) / maxPixels);
    return { height: down(height / shrink), width: down(width / shrink) };
  }
  if (pixels < minPixels) {
    const grow = Math.sqrt(minPixels / (height * width));
    return { height: up(height * grow), width: up(width * grow) };
  }
  return rounded;
}

/**
 * The fewest squares of `factor` that any picture has at its bounded size: rounded down, no side loses more than half, so the area
 * keeps a quarter of the most.
 */
export function fewestSquares({ factor, minPixels, maxPixels }: PixelBounds): number {
  return Math.ceil(Math.min(minPixels, maxPixels / 4) / factor ** 2);
}

function roundHalfToEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  if (rest !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}
