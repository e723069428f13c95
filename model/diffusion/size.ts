import { fail } from '../failure.ts';
import { isWithin, settingRanges } from '../setting-ranges.ts';

/** Of a picture to be drawn, in pixels. */
export interface DrawnSize {
  readonly width: number;
  readonly height: number;
}

const range = settingRanges.side;
/** One token of FLUX: 2×2 latents of 8×8 pixels. */
const multiple = 16;

/**
 * The size that is drawn for the size asked for: each side rounded up to a multiple of 16.
 *
 * @throws SETTING_RANGE for a side that is no whole number from 64 to 2048
 */
export function drawnSize({ width, height }: DrawnSize): DrawnSize {
  return { width: drawnSide('width', width), height: drawnSide('height', height) };
}

function drawnSide(setting: 'width' | 'height', side: number): number {
  if (!(Number.isInteger(side) && isWithin(range, side))) {
    fail('SETTING_RANGE', { setting, value: side, ...range });
  }
  return Math.ceil(side / multiple) * multiple;
}

/** The size of an edit where none was chosen: the picture's aspect at the area of `bundle`. */
export function sizeLike(picture: DrawnSize, bundle: DrawnSize): DrawnSize {
  const scale = Math.sqrt((bundle.width * bundle.height) / (picture.width * picture.height));
  const side = (length: number) => {
    const near = Math.round((length * scale) / multiple) * multiple;
    return Math.min(range.high, Math.max(range.low, near));
  };
  return { width: side(picture.width), height: side(picture.height) };
}

/**
 * Of the sizes that a bundle draws the one most like `wanted`, by aspect and area.
 *
 * @param sizes null where it draws any
 */
export function servedSize(wanted: DrawnSize, sizes: readonly DrawnSize[] | null): DrawnSize {
  const far = ({ width, height }: DrawnSize) =>
    Math.hypot(Math.log(width / wanted.width), Math.log(height / wanted.height));
  return [...(sizes ?? [wanted])].sort((one, other) => far(one) - far(other))[0] ?? wanted;
}

/** What a bundle says of a painting where a person's settings are silent. */
export interface OwnPainting extends DrawnSize {
  readonly cfg: number;
  readonly editingCfg: number;
}

/**
 * The size and the scale of guidance that are a bundle's own: an edit is painted at its picture's aspect.
 *
 * @param input the size of the picture that is edited; null for a drawing
 */
export function ownPainting(
  own: OwnPainting,
  input: DrawnSize | null,
): { readonly size: DrawnSize; readonly cfg: number } {
  return input === null ? { size: own, cfg: own.cfg } : { size: sizeLike(input, own), cfg: own.editingCfg };
}
