/** A picture's rows as PNG compresses them: each filtered by what makes it smallest (W3C PNG, sections 9 and 12.8). */
import type { RgbaImage } from '../image/pixels.ts';

type Predictor = (left: number, above: number, corner: number) => number;

/** In the order of PNG's filter types 0 … 4. */
const predictors: readonly Predictor[] = [
  () => 0,
  (left) => left,
  (_, above) => above,
  (left, above) => (left + above) >> 1,
  paeth,
];

/** Of the three neighbours the one that is nearest to left + above − corner. */
export function paeth(left: number, above: number, corner: number): number {
  const toLeft = Math.abs(above - corner);
  const toAbove = Math.abs(left - corner);
  const toCorner = Math.abs(left + above - 2 * corner);
  if (toLeft <= toAbove && toLeft <= toCorner) return left;
  return toAbove <= toCorner ? above : corner;
}

export interface FilteredRows {
  /** PNG's colour type: 2 without alpha, 6 with. */
  readonly colourType: 2 | 6;
  /** A filter type and the filtered bytes, row by row. */
  readonly data: Uint8Array;
}

/** Alpha is kept only where some pixel is not opaque. */
export function filteredRows({ width, height, data }: RgbaImage): FilteredRows {
  const isOpaque = opaque(data);
  const bytes = isOpaque ? 3 : 4;
  const line = width * bytes;
  const filtered = new Uint8Array(height * (line + 1));
  let above = new Uint8Array(line);
  for (let row = 0; row < height; row += 1) {
    const current = packed(data.subarray(row * width * 4, (row + 1) * width * 4), bytes);
    const [type, values] = bestFilter(current, above, bytes);
    filtered[row * (line + 1)] = type;
    filtered.set(values, row * (line + 1) + 1);
    above = current;
  }
  return { colourType: isOpaque ? 2 : 6, data: filtered };
}

function opaque(data: RgbaImage['data']): boolean {
  for (let at = 3; at < data.length; at += 4) if (data[at] !== 255) return false;
  return true;
}

function packed(row: RgbaImage['data'], bytes: number): Uint8Array<ArrayBuffer> {
  if (bytes === 4) return Uint8Array.from(row);
  return Uint8Array.from({ length: (row.length / 4) * 3 }, (_, at) => row[at + Math.floor(at / 3)] ?? 0);
}

/** The filter whose differences, taken as signed, are smallest in all: the heuristic the standard recommends. */
function bestFilter(row: Uint8Array, above: Uint8Array, bytes: number): readonly [type: number, values: Uint8Array] {
  let best: readonly [number, Uint8Array] = [0, row];
  let least = Number.POSITIVE_INFINITY;
  for (const [type, predict] of predictors.entries()) {
    const values = new Uint8Array(row.length);
    let total = 0;
    for (let at = 0; at < row.length; at += 1) {
      const predicted = predict(row[at - bytes] ?? 0, above[at] ?? 0, above[at - bytes] ?? 0);
      const difference = ((row[at] ?? 0) - predicted) & 0xff;
      values[at] = difference;
      total += difference < 128 ? difference : 256 - difference;
    }
    if (total < least) {
      least = total;
      best = [type, values];
    }
  }
  return best;
}
