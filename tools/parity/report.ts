import { visible } from '../../cli/visible.ts';
import type { Row } from './judge.ts';

/** One judgement as a line of the table; where nothing could be judged, what and why, without the columns of figures. */
export function printRow(row: Row): string {
  if (row.output === '' && !row.ok) {
    const what = [row.component, row.case].filter((name) => name !== '').map(visible);
    return `${what.join(' ')}: FAILED ${visible(row.reason ?? '')}`;
  }
  const cells = [
    visible(row.component).padEnd(20),
    visible(row.case).padEnd(36),
    visible(row.output).padEnd(28),
    `max ${number(row.maxAbs)}`.padEnd(14),
    `mean ${number(row.meanAbs)}`.padEnd(15),
    `cos ${cosine(row.cosine)}`.padEnd(15),
    tolerance(row.tolerance).padEnd(44),
    (row.computedBy ?? '-').padEnd(7),
    row.ok ? 'ok' : `FAILED ${visible(row.reason ?? '')}`.trim(),
  ];
  return cells.join(' ');
}

export function verdictLine(passed: number, failed: number): string {
  return `${passed} passed, ${failed} failed`;
}

function number(value: number | null): string {
  if (value === null) return '-';
  return value === 0 ? '0' : value.toExponential(2);
}

/** How far a cosine is from one is what tells, so nine digits. */
function cosine(value: number | null): string {
  return value === null ? '-' : value.toFixed(9);
}

function tolerance(bounds: Row['tolerance']): string {
  if (bounds === null) return 'exact';
  return Object.entries(bounds)
    .map(([key, bound]) => `${key} ${bound}`)
    .join(', ');
}
