/** A part of a picture, turned: which pixels it has, and where they lie before and after a turn. */
import { fail } from '../failure.ts';
import type { Size } from './bounds.ts';
import { type Orientation, uprightSize } from './orientation.ts';

/** In whole pixels. */
export interface Box extends Size {
  readonly x: number;
  readonly y: number;
}

/** The picture is turned and mirrored as EXIF's orientation says; the box is cut from what that gives. */
export interface Crop {
  readonly orientation: Orientation;
  readonly box: Box;
}

export const wholeBox = ({ width, height }: Size): Box => ({ x: 0, y: 0, width, height });

/** Where a box of a turned picture lies in the one that was turned, whose size is `stored`. */
export function storedBox(box: Box, stored: Size, orientation: Orientation): Box {
  const swapped = { x: box.y, y: box.x, width: box.height, height: box.width };
  const { x, y, width, height } = orientation >= 5 ? swapped : box;
  return {
    x: [2, 3, 7, 8].includes(orientation) ? stored.width - x - width : x,
    y: [3, 4, 6, 7].includes(orientation) ? stored.height - y - height : y,
    width,
    height,
  };
}

/**
 * The pixels of a stored picture that are read: all of them, or those that a crop keeps of it as it is seen upright.
 *
 * @throws UNEXPECTED where the crop is of a picture of another size
 */
export function partOf(stored: Size, orientation: Orientation, crop: Crop | null): Box {
  if (crop === null) return wholeBox(stored);
  const upright = storedBox(crop.box, uprightSize(stored, orientation), crop.orientation);
  const part = storedBox(upright, stored, orientation);
  if (isIn(part, stored)) return part;
  const { x, y, width, height } = part;
  const message = `${width} × ${height} at ${x}, ${y} is no part of ${stored.width} × ${stored.height}`;
  return fail('UNEXPECTED', { message });
}

/** Whether a box has pixels, all of them in a picture of this size. */
export function isIn({ x, y, width, height }: Box, size: Size): boolean {
  const isWhole = [x, y, width, height].every(Number.isInteger);
  return isWhole && x >= 0 && y >= 0 && width > 0 && height > 0 && x + width <= size.width && y + height <= size.height;
}

/** Steps of a turn that a person makes. */
export type Turn = 'left' | 'right' | 'mirror';

/** In the order of quarter turns to the right; those of the second row were mirrored first. */
const turned: readonly (readonly Orientation[])[] = [
  [1, 6, 3, 8],
  [2, 7, 4, 5],
];
const quarters: Readonly<Record<Turn, number>> = { left: 3, right: 1, mirror: 0 };
/** Each step back, as an orientation. */
const back: Readonly<Record<Turn, Orientation>> = { left: 6, right: 8, mirror: 2 };

/** How an orientation is made: mirrored left to right, then turned to the right by so many quarters. */
export function turnsOf(orientation: Orientation): { readonly isMirrored: boolean; readonly quarters: number } {
  const isMirrored = turned[1]?.includes(orientation) === true;
  return { isMirrored, quarters: turned[isMirrored ? 1 : 0]?.indexOf(orientation) ?? 0 };
}

/** A crop after one more step: its box keeps what it shows. */
export function turnCrop({ orientation, box }: Crop, upright: Size, turn: Turn): Crop {
  const before = turnsOf(orientation);
  // What is mirrored behind a turn is turned the other way round behind the mirror.
  const isMirrored = turn === 'mirror' ? !before.isMirrored : before.isMirrored;
  const by = turn === 'mirror' ? 4 - before.quarters : before.quarters + quarters[turn];
  const after = turned[isMirrored ? 1 : 0]?.[by % 4] ?? 1;
  return { orientation: after, box: storedBox(box, uprightSize(upright, after), back[turn]) };
}
