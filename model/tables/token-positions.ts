/**
 * Where tokens stand on the transformer's three rotary axes (docs/reference.md, "Transformer"): text moves on all three at
 * once; the tokens of an image share one time, their height and width run over its merged grid; what follows an image begins
 * one after the largest position in it. A drawn image stands as an image that was given.
 */
import type { Grid } from '../config/vision.ts';
import { fail } from '../failure.ts';

/** Positions of a run of tokens on the three axes, each of the same length. */
export interface Positions<Axis extends ArrayLike<number> = Int32Array> {
  readonly time: Axis;
  readonly height: Axis;
  readonly width: Axis;
}

export interface PromptPositions extends Positions {
  /** Where the next token of text stands: the largest position and one. */
  readonly next: number;
}

export interface PositionOptions {
  readonly image_token_id: number;
  /** Patches that the vision encoder merges into one token, on a side. */
  readonly spatial_merge_size: number;
}

/** Rows and columns of an image in merged tokens. */
function mergedSides([, height, width]: Grid, mergeSize: number): readonly [rows: number, columns: number] {
  return [height / mergeSize, width / mergeSize];
}

/** A run of text whose first token stands at `first`. */
export function textPositions(first: number, tokens: number): Positions {
  const axis = Int32Array.from({ length: tokens }, (_, token) => first + token);
  return { time: axis, height: axis, width: axis };
}

/** The tokens of one image, row by row; `first` follows the position of the BOI before it. */
function imagePositions(first: number, grid: Grid, mergeSize: number): Positions {
  const [rows, columns] = mergedSides(grid, mergeSize);
  const tokens = rows * columns;
  return {
    time: new Int32Array(tokens).fill(first),
    height: Int32Array.from({ length: tokens }, (_, token) => first + Math.floor(token / columns)),
    width: Int32Array.from({ length: tokens }, (_, token) => first + (token % columns)),
  };
}

/** Where EOI stands behind an image whose first token is at `first`. */
function positionAfterImage(first: number, grid: Grid, mergeSize: number): number {
  return first + Math.max(...mergedSides(grid, mergeSize));
}

/**
 * Positions of a run of text and images. A run that continues an earlier one starts at that one's `next`.
 *
 * @param grids of the images in turn, whose tokens carry the image token's id
 * @throws GRAPH_SHAPE where image tokens and grids do not go together
 */
export function promptPositions(
  ids: ArrayLike<number>,
  grids: readonly Grid[],
  { image_token_id, spatial_merge_size }: PositionOptions,
  start = 0,
): PromptPositions {
  const positions = {
    time: new Int32Array(ids.length),
    height: new Int32Array(ids.length),
    width: new Int32Array(ids.length),
  };
  let next = start;
  let image = 0;
  for (let at = 0; at < ids.length; ) {
    const grid = ids[at] === image_token_id ? grids[image] : null;
    if (grid === undefined) return misplaced(grids.length, `more than ${grids.length}`);
    const run = grid === null ? textPositions(next, 1) : imagePositions(next, grid, spatial_merge_size);
    const end = at + run.time.length;
    for (let token = at; token < end; token += 1) {
      if ((ids[token] === image_token_id) !== (grid !== null))
        misplaced(run.time.length, `${token - at} in image ${image}`);
    }
    positions.time.set(run.time, at);
    positions.height.set(run.height, at);
    positions.width.set(run.width, at);
    next = grid === null ? next + 1 : positionAfterImage(next, grid, spatial_merge_size);
    image += grid === null ? 0 : 1;
    at = end;
  }
  if (image !== grids.length) misplaced(grids.length, String(image));
  return { ...positions, next };
}

function misplaced(expected: number, actual: string): never {
  return fail('GRAPH_SHAPE', { at: 'image tokens', expected: String(expected), actual });
}
