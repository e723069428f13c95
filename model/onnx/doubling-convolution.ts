/**
 * Nearest-neighbour enlargement by two with a 3×3 convolution behind it, at the size before the enlargement. Under the kernel lie
 * nine places of the enlarged map, but only four different values: for each of the four places of a doubled pixel the
 * convolution is a 2×2 one, whose weights are sums of the 3×3 kernel's. That is 16 products in place of 36, and the enlarged
 * map, the largest of the autoencoder's, is never made.
 */
import type { Graph } from './graph.ts';
import { bytesOf, concat, depthToSpace, matmul, reshape, sliceAxes, transpose } from './operators.ts';
import type { Dimension, Value } from './types.ts';
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
  graph: Graph,
  x: Value,
  layer: string,
  outputs: number,
  [height, width]: readonly [Dimension, Dimension],
): Value {
  const [batch = 1, channels, rows = 1, columns = 1] = x.shape;
  if (x.shape.length !== 4 || typeof channels !== 'number') return graph.refuse(layer, '[1, C, H, W]', `[${x.shape}]`);
  const kernel = parameter(graph, `${layer}.weight`, [outputs, channels, 3, 3], 'float32');
  const bias = parameter(graph, `${layer}.bias`, [outputs], 'float32');
  const table = graph.constant('float32', [9, 16], bytesOf(sums()));
  const summed = matmul(graph, reshape(graph, kernel, [outputs * channels, 9]), table);
  const byPlace = transpose(graph, reshape(graph, summed, [outputs, channels, 4, 4]), [2, 0, 1, 3]);
  const kernels = reshape(graph, byPlace, [4 * outputs, channels, 2, 2]);
  // Padded all around there is a row and a column too many for each place: which, says the place.
  const padded: readonly Dimension[] = [batch, 4 * outputs, `${rows} + 1`, `${columns} + 1`];
  const attributes = { kernel_shape: [2, 2], strides: [1, 1], pads: [1, 1, 1, 1] };
  const result = { type: x.type, shape: padded };
  const places = graph.single('Conv', [x, kernels, concat(graph, Array(4).fill(bias), 0)], result, attributes);
  const parts = [0, 1, 2, 3].map((place) =>
    sliceAxes(graph, places, [
      { axis: 1, start: place * outputs, end: (place + 1) * outputs, size: outputs },
      { axis: 2, ...kept(place >> 1), size: rows },
      { axis: 3, ...kept(place & 1), size: columns },
    ]),
  );
  return depthToSpace(graph, concat(graph, parts, 1), 2, [height, width]);
}

/** All but the last for the first place of a doubled pixel, all but the first for its second. */
function kept(place: number): { readonly start: number; readonly end: number } {
  return place === 0 ? { start: 0, end: -1 } : { start: 1, end: 2 ** 31 - 1 };
}
