/**
 * Nearest-neighbour enlargement by two with a 3×3 convolution behind it, at the size before the enlargement. Under the kernel lie
 * nine places of the enlarged map, but only four different values: for each of the four places of a doubled pixel the
 * convolution is a 2×2 one, whose weights are sums of the 3×3 kernel's. That is 16 products in place of 36, and the enlarged
 * map, the largest of the autoencoder's, is never made.
 */
import type { Value } from './graph.ts';
import { type AxisSlice, concat, depthToSpace, float32, matmul, reshape, slice, transpose } from './operators.ts';
import { knownSizeOf, sizeOf } from './shapes.ts';
import type { Dimension } from './types.ts';
import { parameter } from './weighted.ts';

/**
 * [9, 16]: which of the kernel's places, row by row, are summed for each place of a doubled pixel, row by row, and each place of
 * its 2×2 kernel. Place y of a doubled pixel sees rows y − 1 … y + 1 of the enlarged map, which halved are the row above and its
 * own (y = 0), or its own and the row below (y = 1).
 */
function sums(): Float32Array {
  const table = new Float32Array(9 * 16);
  const halved = (place: number, tap: number) => Math.floor((place + tap - 1) / 2) + 1 - place;
  for (let tap = 0; tap < 9; tap += 1) {
    for (let place = 0; place < 4; place += 1) {
      const row = halved(place >> 1, Math.floor(tap / 3));
      const column = halved(place & 1, tap % 3);
      table[tap * 16 + place * 4 + row * 2 + column] = 1;
    }
  }
  return table;
}

/**
 * @param x [1, C, H, W]
 * @param size height and width of the result, twice those of x
 */
export function doublingConvolution(
  x: Value,
  layer: string,
  outputs: number,
  size: readonly [Dimension, Dimension],
): Value {
  const { graph, type } = x;
  const channels = knownSizeOf(x, 1);
  const [rows, columns] = [sizeOf(x, 2), sizeOf(x, 3)];
  const kernel = parameter(graph, `${layer}.weight`, [outputs, channels, 3, 3], 'float32');
  const bias = parameter(graph, `${layer}.bias`, [outputs], 'float32');
  const table = float32(graph, [9, 16], sums());
  const summed = matmul(reshape(kernel, [outputs * channels, 9]), table);
  const byPlace = transpose(reshape(summed, [outputs, channels, 4, 4]), [2, 0, 1, 3]);
  const kernels = reshape(byPlace, [4 * outputs, channels, 2, 2]);
  // Padded all around there is a row and a column too many for each place: which, says the place.
  const result = { type, shape: [sizeOf(x, 0), 4 * outputs, `${rows} + 1`, `${columns} + 1`] };
  const attributes = { kernel_shape: [2, 2], strides: [1, 1], pads: [1, 1, 1, 1] };
  const places = graph.single('Conv', [x, kernels, concat([bias, bias, bias, bias], 0)], result, attributes);
  const part = (place: number) =>
    slice(
      places,
      { axis: 1, start: place * outputs, end: (place + 1) * outputs, size: outputs },
      kept(2, place >> 1, rows),
      kept(3, place & 1, columns),
    );
  return depthToSpace(concat([part(0), part(1), part(2), part(3)], 1), 2, size);
}

/** All but the last for the first place of a doubled pixel, all but the first for its second. */
function kept(axis: number, place: number, size: Dimension): AxisSlice {
  return place === 0 ? { axis, start: 0, end: -1, size } : { axis, start: 1, end: 2 ** 31 - 1, size };
}
