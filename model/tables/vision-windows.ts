/**
 * The order in which the vision encoder sees an image: merged tokens window by window, so that a window is a run of neighbours,
 * and the way back to reading order (docs/reference.md, "Vision encoder"). Computed once an image.
 */
import type { Grid, VisionConfig } from '../config/vision.ts';
import { maskedScore } from './attention-bias.ts';

export interface WindowLayout {
  /** Merged tokens in window order, as indices in reading order. */
  readonly windowIndex: Int32Array;
  /** Bounds of the windows in patches: window k is [bounds[k], bounds[k + 1]). */
  readonly bounds: Int32Array;
  /** Row and column of each patch, in window order. */
  readonly rows: Int32Array;
  readonly columns: Int32Array;
}

type LayoutSizes = Pick<VisionConfig, 'spatial_merge_size' | 'window_size' | 'patch_size'>;

/** Windows are cut at the right and bottom edges. */
export function windowLayout([, height, width]: Grid, config: LayoutSizes): WindowLayout {
  const merge = config.spatial_merge_size;
  const side = config.window_size / merge / config.patch_size;
  const [tokenRows, tokenColumns] = [height / merge, width / merge];
  const windowIndex: number[] = [];
  const bounds = [0];
  for (let top = 0; top < tokenRows; top += side) {
    for (let left = 0; left < tokenColumns; left += side) {
      for (let row = top; row < Math.min(top + side, tokenRows); row += 1) {
        for (let column = left; column < Math.min(left + side, tokenColumns); column += 1) {
          windowIndex.push(row * tokenColumns + column);
        }
      }
      bounds.push(windowIndex.length * merge * merge);
    }
  }
  const patches = windowIndex.flatMap((token) => patchesOf(token, tokenColumns, merge));
  return {
    windowIndex: Int32Array.from(windowIndex),
    bounds: Int32Array.from(bounds),
    rows: Int32Array.from(patches, ({ row }) => row),
    columns: Int32Array.from(patches, ({ column }) => column),
  };
}

/** A merged token's patches, row by row. */
function patchesOf(token: number, tokenColumns: number, merge: number) {
  const top = Math.floor(token / tokenColumns) * merge;
  const left = (token % tokenColumns) * merge;
  return Array.from({ length: merge * merge }, (_, patch) => ({
    row: top + Math.floor(patch / merge),
    column: left + (patch % merge),
  }));
}

/** The windows as an attention bias [patches, patches]: 0 inside a window, masked between two. */
export function windowBias({ bounds }: WindowLayout): Float32Array {
  const patches = bounds.at(-1) ?? 0;
  const bias = new Float32Array(patches * patches).fill(maskedScore);
  for (let window = 1; window < bounds.length; window += 1) {
    const [begin, end] = [bounds[window - 1] ?? 0, bounds[window] ?? 0];
    for (let row = begin; row < end; row += 1) bias.fill(0, row * patches + begin, row * patches + end);
  }
  return bias;
}

/** Groups of `size` values in another order: group k of the result is group order[k]. */
export function gatherGroups(values: Float32Array, order: Int32Array, size: number): Float32Array {
  const gathered = new Float32Array(order.length * size);
  order.forEach((group, index) => {
    gathered.set(values.subarray(group * size, (group + 1) * size), index * size);
  });
  return gathered;
}

/** The inverse of `gatherGroups`: group k goes to order[k]. */
export function scatterGroups(values: Float32Array, order: Int32Array, size: number): Float32Array {
  const scattered = new Float32Array(order.length * size);
  order.forEach((group, index) => {
    scattered.set(values.subarray(index * size, (index + 1) * size), group * size);
  });
  return scattered;
}
