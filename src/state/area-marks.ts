/** Marks that a person makes over a picture, in the pixels of its mask. */
import type { ImageId } from '../../workers/protocol.ts';

/** In the mask's pixels. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

export type Mark =
  | { readonly kind: 'line'; readonly tool: 'brush' | 'eraser'; readonly width: number; readonly points: Point[] }
  | { readonly kind: 'rectangle'; readonly from: Point; to: Point }
  | { readonly kind: 'inversion' | 'clearing' };

/** Marks that were left without Done: they are there again when the same picture's area is next selected. */
export interface LeftMarks {
  readonly of: ImageId;
  /** The mask that they were made over; null where there was none. */
  readonly over: ImageId | null;
  readonly marks: readonly Mark[];
}
