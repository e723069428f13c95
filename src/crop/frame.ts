/** The frame of a crop, moved and sized in whole pixels inside of a picture. */
import type { Size } from '../../model/image/bounds.ts';
import type { Box } from '../../model/image/crop.ts';
import type { NumberRange } from '../../model/setting-ranges.ts';

export interface Move {
  readonly x: number;
  readonly y: number;
}

/** Which sides of the frame are held: −1 left or upper, 1 right or lower, 0 neither. */
export interface Grip {
  readonly across: -1 | 0 | 1;
  readonly down: -1 | 0 | 1;
}

/** No frame is smaller, but in a picture that is. */
const leastSide = 8;

export function movedFrame({ x, y, width, height }: Box, by: Move, bounds: Size): Box {
  return {
    x: within(Math.round(x + by.x), 0, bounds.width - width),
    y: within(Math.round(y + by.y), 0, bounds.height - height),
    width,
    height,
  };
}

/**
 * The sides that are held are moved; the others stay.
 *
 * @param ratio of width to height, which is kept; null where it is free
 */
export function sizedFrame(box: Box, grip: Grip, by: Move, bounds: Size, ratio: number | null): Box {
  const across = sideOf(box.x, box.width, bounds.width, grip.across);
  const down = sideOf(box.y, box.height, bounds.height, grip.down);
  const wanted = { width: box.width + grip.across * by.x, height: box.height + grip.down * by.y };
  if (ratio === null) {
    const width = grip.across === 0 ? box.width : across.length(wanted.width);
    const height = grip.down === 0 ? box.height : down.length(wanted.height);
    return { x: across.start(width), y: down.start(height), width, height };
  }
  const [byWidth, byHeight] = [wanted.width / box.width, wanted.height / box.height];
  // Of a corner the side that goes further decides.
  const growth = Math.abs(byWidth - 1) >= Math.abs(byHeight - 1) ? byWidth : byHeight;
  const { width, height } = largest(box.width * growth, ratio, { width: across.room, height: down.room });
  return { x: across.start(width), y: down.start(height), width, height };
}

/** The frame in another shape: around its middle, so large that it holds what it held, where there is room. */
export function shapedFrame(box: Box, ratio: number | null, bounds: Size): Box {
  if (ratio === null) return box;
  const { width, height } = largest(Math.max(box.width, box.height * ratio), ratio, bounds);
  const middle = { x: (box.width - width) / 2, y: (box.height - height) / 2 };
  return movedFrame({ ...box, width, height }, middle, bounds);
}

export type FrameNumber = keyof Box;

/** What each of the frame's numbers may be, the others being as they are; of a frame that keeps its shape the other side follows. */
export function frameRanges(
  { x, y, width, height }: Box,
  bounds: Size,
  ratio: number | null,
): Readonly<Record<FrameNumber, NumberRange>> {
  const room = { width: bounds.width - x, height: bounds.height - y };
  const across = ratio === null ? room.width : Math.floor(Math.min(room.width, room.height * ratio));
  const down = ratio === null ? room.height : Math.floor(Math.min(room.height, room.width / ratio));
  const leastAcross = ratio === null ? leastSide : Math.ceil(Math.max(leastSide, leastSide * ratio));
  const leastDown = ratio === null ? leastSide : Math.ceil(Math.max(leastSide, leastSide / ratio));
  return {
    x: { low: 0, high: bounds.width - width },
    y: { low: 0, high: bounds.height - height },
    width: { low: Math.min(leastAcross, across), high: across },
    height: { low: Math.min(leastDown, down), high: down },
  };
}

/** The frame with one of its numbers as it was typed, within its range. */
export function typedFrame(box: Box, name: FrameNumber, value: number, bounds: Size, ratio: number | null): Box {
  if (ratio === null || name === 'x' || name === 'y') return { ...box, [name]: value };
  const sides =
    name === 'width'
      ? { width: value, height: Math.round(value / ratio) }
      : { width: Math.round(value * ratio), height: value };
  return {
    ...box,
    width: within(sides.width, 1, bounds.width - box.x),
    height: within(sides.height, 1, bounds.height - box.y),
  };
}

/** One direction of the frame: how long it may be, and where it starts then. */
function sideOf(from: number, length: number, bound: number, held: -1 | 0 | 1) {
  const middle = from + length / 2;
  const rooms = { [-1]: from + length, 0: 2 * Math.min(middle, bound - middle), 1: bound - from };
  const room = rooms[held];
  return {
    room,
    length: (wanted: number) => within(Math.round(wanted), Math.min(leastSide, room), room),
    start: (now: number) => {
      if (held < 0) return from + length - now;
      return held > 0 ? from : within(Math.round(middle - now / 2), 0, bound - now);
    },
  };
}

/** As wide as is wanted, and no larger than there is room. */
function largest(width: number, ratio: number, room: Size): Size {
  const most = Math.min(room.width, room.height * ratio);
  const least = Math.min(most, Math.max(leastSide, leastSide * ratio));
  const fits = within(width, least, most);
  return {
    width: within(Math.round(fits), 1, Math.floor(room.width)),
    height: within(Math.round(fits / ratio), 1, Math.floor(room.height)),
  };
}

function within(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value));
}
