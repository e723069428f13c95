import { visible } from './visible.ts';

/** Rows as aligned columns; numbers to the right. */
export function textTable(rows: readonly (readonly (string | number)[])[]): string {
  const shown = rows.map((row) => row.map((cell) => (typeof cell === 'number' ? grouped(cell) : visible(cell))));
  const widths = (shown[0] ?? []).map((_, column) => Math.max(...shown.map((row) => row[column]?.length ?? 0)));
  return shown
    .map((row, at) =>
      row
        .map((cell, column) => {
          const width = widths[column] ?? 0;
          return typeof rows[at]?.[column] === 'number' ? cell.padStart(width) : cell.padEnd(width);
        })
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function grouped(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ',');
}
