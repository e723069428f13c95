/** How a picture lies in the stage that shows it: as large as fits, enlarged, moved. Lengths are in CSS pixels. */

export interface View {
  /** CSS pixels a pixel of the picture. */
  readonly scale: number;
  /** Where the picture's middle lies, from the stage's. */
  readonly x: number;
  readonly y: number;
}

export interface Stage {
  readonly width: number;
  readonly height: number;
  /** What stays free around a picture that is shown whole. */
  readonly edge: number;
  /** Device pixels a CSS pixel. */
  readonly ratio: number;
  /** In its own pixels. */
  readonly picture: { readonly width: number; readonly height: number };
}

/** Enlarged smoothly, or with every pixel as a square. */
export type Enlargement = 'smooth' | 'pixels';

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Larger than it fits, at most. */
const most = 8;
/** A person may look at the single pixels of a large picture too. */
const mostDevicePixels = 16;

/** What is pointed at is so far from the stage's edge, where the picture goes on. */
const margin = 24;

/** Whole, and as large as the stage allows; as pixels, each of as many device pixels as the others. */
export function fitted(stage: Stage, enlargement: Enlargement): View {
  const { width, height, edge, ratio, picture } = stage;
  const scale = Math.min((width - 2 * edge) / picture.width, (height - 2 * edge) / picture.height);
  const devicePixels = Math.floor(scale * ratio);
  const isExact = enlargement === 'pixels' && devicePixels >= 1;
  return { scale: isExact ? devicePixels / ratio : scale, x: 0, y: 0 };
}

/** One pixel of the picture on one of the device. */
export function atActualSize(view: View, stage: Stage, at: Point): View {
  return zoomed(view, stage, 1 / stage.ratio / view.scale, at);
}

/** @param at stays where it is, from the stage's middle */
export function zoomed(view: View, stage: Stage, factor: number, at: Point): View {
  const fit = fitted(stage, 'smooth').scale;
  const least = Math.min(fit, 1 / stage.ratio);
  const largest = Math.max(fit * most, mostDevicePixels / stage.ratio);
  const scale = Math.min(largest, Math.max(least, view.scale * factor));
  const grown = scale / view.scale;
  return moved({ scale, x: at.x + (view.x - at.x) * grown, y: at.y + (view.y - at.y) * grown }, stage, { x: 0, y: 0 });
}

/** No further than its edges; where it is smaller than the stage it lies in the middle. */
export function moved({ scale, x, y }: View, stage: Stage, by: Point): View {
  const roomX = Math.max(0, (stage.picture.width * scale - stage.width) / 2);
  const roomY = Math.max(0, (stage.picture.height * scale - stage.height) / 2);
  const within = (value: number, room: number) => Math.min(room, Math.max(-room, value));
  return { scale, x: within(x + by.x, roomX), y: within(y + by.y, roomY) };
}

/**
 * Moved no further than that a point of the picture is on the stage.
 *
 * @param at in shares of the picture's width and height
 */
export function revealing(view: View, stage: Stage, at: Point): View {
  const { width, height } = stage.picture;
  const outside = (place: number, room: number) => Math.max(0, Math.abs(place) - room / 2) * Math.sign(place);
  const x = outside(view.x + (at.x - 0.5) * width * view.scale, stage.width - 2 * margin);
  const y = outside(view.y + (at.y - 0.5) * height * view.scale, stage.height - 2 * margin);
  return moved(view, stage, { x: -x, y: -y });
}

/** Device pixels a pixel of the picture, in hundredths. */
export function percentOf({ scale }: View, { ratio }: Stage): number {
  return Math.round(scale * ratio * 100);
}
