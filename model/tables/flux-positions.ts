/** Where FLUX's tokens stand: three-axis position ids (docs/reference.md, "Merger", "FLUX"). */
import type { MergerConfig } from '../config/painter.ts';
import type { Grid } from '../config/vision.ts';
import type { Positions } from './token-positions.ts';

/** Patches that make one token of a picture, on a side. */
const mergeSize = 2;
/** Height and width of the latents. */
type LatentSize = readonly [number, number];

/** Rows (first, i · rowStep, j · columnStep) for i < rows, j < columns. */
function gridIds(first: number, rows: number, columns: number, rowStep: number, columnStep: number): number[] {
  return Array.from({ length: rows * columns }, (_, index) => [
    first,
    Math.floor(index / columns) * rowStep,
    (index % columns) * columnStep,
  ]).flat();
}

/** Ids [n, 3] of the image tokens: (0, row, column) of each patch of latents. */
export function imageIds([height, width]: LatentSize, patch: number): Float32Array {
  return Float32Array.from(gridIds(0, height / patch, width / patch, 1, 1));
}

/** Ids [n, 3] of the generation decoder's conditioning tokens, and of the negative branch: all zero. */
export function zeroIds(tokens: number): Float32Array {
  return new Float32Array(tokens * 3);
}

/**
 * Ids [n, 3] of the editing decoder's conditioning tokens: target (0, i · H / h, j · W / w), then the reference with 1 in
 * front, for merged rows i and columns j, latent size H × W and the picture's own grid h × w.
 */
export function editingIds([height, width]: LatentSize, target: Grid, reference: Grid | null): Float32Array {
  const ids = (first: number, [, rows, columns]: Grid) =>
    gridIds(first, rows / mergeSize, columns / mergeSize, height / rows, width / columns);
  return Float32Array.from([...ids(0, target), ...(reference ? ids(1, reference) : [])]);
}

/**
 * Positions of the merger's tokens, picture after picture: time 0, rows · baseGrid / H and columns · baseGrid / W for a grid of
 * H × W patches, so that pictures of any size lie on one another.
 */
export function mergerPositions(
  grids: readonly Grid[],
  { baseGrid, spatialMerge }: MergerConfig,
): Positions<Float32Array> {
  const ids = grids.flatMap(([, rows, columns]) =>
    gridIds(0, rows / spatialMerge, columns / spatialMerge, baseGrid / rows, baseGrid / columns),
  );
  const axis = (offset: number) =>
    Float32Array.from({ length: ids.length / 3 }, (_, token) => ids[3 * token + offset] ?? 0);
  return { time: axis(0), height: axis(1), width: axis(2) };
}
