import { paeth } from '../../model/recipe/png-rows.ts';

/**
 * Undoes the filters of rows, in place (W3C PNG, section 9): afterwards each row stands there as it is, behind the number 0.
 *
 * @param rows each behind the number of its filter
 * @param above the row before the first, as it is
 * @param distance bytes from a pixel to the next
 * @returns whether all filters are known
 */
export function unfilter(rows: Uint8Array, above: Uint8Array, distance: number): boolean {
  const line = above.length + 1;
  let before = above;
  for (let at = 0; at < rows.length; at += line) {
    const undo = undoers[rows[at] ?? -1];
    if (undo === undefined) return false;
    const row = rows.subarray(at + 1, at + line);
    undo(row, before, distance);
    rows[at] = 0;
    before = row;
  }
  return true;
}

type Undo = (row: Uint8Array, above: Uint8Array, distance: number) => void;

/** By the number of the filter: none, sub, up, average, Paeth. */
const undoers: readonly Undo[] = [
  () => undefined,
  (row, _, distance) => {
    for (let at = distance; at < row.length; at += 1) row[at] = (row[at] ?? 0) + (row[at - distance] ?? 0);
  },
  (row, above) => {
    for (let at = 0; at < row.length; at += 1) row[at] = (row[at] ?? 0) + (above[at] ?? 0);
  },
  (row, above, distance) => {
    for (let at = 0; at < row.length; at += 1) {
      const left = at < distance ? 0 : (row[at - distance] ?? 0);
      row[at] = (row[at] ?? 0) + ((left + (above[at] ?? 0)) >> 1);
    }
  },
  (row, above, distance) => {
    for (let at = 0; at < distance; at += 1) row[at] = (row[at] ?? 0) + (above[at] ?? 0);
    // A channel at a time: two of the three neighbours are at hand from the step before.
    for (let channel = 0; channel < distance; channel += 1) {
      let left = row[channel] ?? 0;
      let corner = above[channel] ?? 0;
      for (let at = channel + distance; at < row.length; at += distance) {
        const up = above[at] ?? 0;
        left = ((row[at] ?? 0) + paeth(left, up, corner)) & 0xff;
        row[at] = left;
        corner = up;
      }
    }
  },
];
