import type { Grid, VisionConfig } from '../config/vision.ts';
import { fail } from '../failure.ts';
import type { RgbImage } from './pixels.ts';

/** CLIP's normalisation of the colour channels. */
const imageMean = [0.48145466, 0.4578275, 0.40821073] as const;
const imageDeviation = [0.26862954, 0.26130258, 0.27577711] as const;

export type PatchSizes = Pick<VisionConfig, 'patch_size' | 'temporal_patch_size' | 'spatial_merge_size'>;

export interface Patches {
  /** [patches, channel · time · patch_size · patch_size] */
  readonly pixelValues: Float32Array;
  readonly grid: Grid;
}

/**
 * Cuts a picture into the vision encoder's patches (docs/reference.md, "Images in"): each block of 2×2 patches to be merged
 * into one token is contiguous; the one frame stands for all `temporal_patch_size` of them. Sides must be multiples of
 * patch_size · spatial_merge_size, as `boundedSize` makes them.
 */
export function imagePatches(image: RgbImage, sizes: PatchSizes): Patches {
  const { patch_size: side, temporal_patch_size: frames } = sizes;
  const grid = patchGrid(image, sizes);
  const order = readingOrder(grid, sizes.spatial_merge_size);
  const area = side * side;
  const pixelValues = new Float32Array(order.rows.length * 3 * frames * area);
  const levels = normalisedLevels();
  for (let patch = 0; patch < order.rows.length; patch += 1) {
    const top = (order.rows[patch] ?? 0) * side;
    const left = (order.columns[patch] ?? 0) * side;
    for (let channel = 0; channel < 3; channel += 1) {
      const at = (patch * 3 + channel) * frames * area;
      for (let pixel = 0; pixel < area; pixel += 1) {
        const row = top + Math.floor(pixel / side);
        const column = left + (pixel % side);
        const level = image.data[(row * image.width + column) * 3 + channel] ?? 0;
        pixelValues[at + pixel] = levels[channel * 256 + level] ?? 0;
      }
      for (let frame = 1; frame < frames; frame += 1) pixelValues.copyWithin(at + frame * area, at, at + area);
    }
  }
  return { pixelValues, grid };
}

/** The grid of a picture whose sides are whole patches; throws GRAPH_SHAPE otherwise. */
function patchGrid(image: Pick<RgbImage, 'height' | 'width'>, sizes: PatchSizes): Grid {
  const { patch_size: side, spatial_merge_size: merge } = sizes;
  const { height, width } = image;
  const step = side * merge;
  if (height % step !== 0 || width % step !== 0 || height === 0 || width === 0) {
    fail('GRAPH_SHAPE', { at: 'image', expected: `multiples of ${step}`, actual: `${height} × ${width}` });
  }
  return [1, height / side, width / side];
}

interface PatchOrder {
  readonly rows: Int32Array;
  readonly columns: Int32Array;
}

/** Row and column of every patch, in the order of `pixelValues`. */
function readingOrder([time, height, width]: Grid, merge: number): PatchOrder {
  const patches = time * height * width;
  const rows = new Int32Array(patches);
  const columns = new Int32Array(patches);
  const blocksAcross = width / merge;
  for (let patch = 0; patch < patches; patch += 1) {
    const inFrame = patch % (height * width);
    const block = Math.floor(inFrame / merge ** 2);
    const inBlock = inFrame % merge ** 2;
    rows[patch] = Math.floor(block / blocksAcross) * merge + Math.floor(inBlock / merge);
    columns[patch] = (block % blocksAcross) * merge + (inBlock % merge);
  }
  return { rows, columns };
}

/** The normalised value of each 8-bit level, [channel, 256], rounded to float32 at each step as the processor does. */
function normalisedLevels(): Float32Array {
  const { fround } = Math;
  return Float32Array.from({ length: 3 * 256 }, (_, index) => {
    const channel = Math.floor(index / 256);
    const rescaled = fround((index % 256) * (1 / 255));
    return fround(rescaled - fround(imageMean[channel] ?? 0)) / fround(imageDeviation[channel] ?? 1);
  });
}
