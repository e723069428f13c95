/** Where a figure could not be measured because a program or a feature of the machine is not there. */
export type Figure = number | 'absent';

/** One figure of a bench, from one or more measurements. */
export interface BenchRow {
  readonly name: string;
  /** The median of the measurements, the share of what was right, or the mean of decibels. */
  readonly value: Figure;
  /** '1' for a plain number. */
  readonly unit: '1' | 'ms' | 's' | '%' | 'dB' | 'points' | 'MB' | 'GB' | 'MB/s' | 'GB/s';
  readonly low: number | null;
  readonly high: number | null;
  readonly count: number;
  /** What the figure must not fall below, or null where nothing is promised. */
  readonly floor: number | null;
  /** What the figure is meant to reach, or null. */
  readonly goal: number | null;
}

/** @param values at least one measurement */
export function benchRow(
  name: string,
  unit: BenchRow['unit'],
  values: readonly number[],
  promise: Partial<Pick<BenchRow, 'floor' | 'goal'>> = {},
): BenchRow {
  const sorted = [...values].sort((left, right) => left - right);
  const at = (index: number) => sorted[index] ?? Number.NaN;
  const middle = (sorted.length - 1) / 2;
  const value = (at(Math.floor(middle)) + at(Math.ceil(middle))) / 2;
  const { floor = null, goal = null } = promise;
  return { name, value, unit, low: at(0), high: at(sorted.length - 1), count: sorted.length, floor, goal };
}

export function absentRow(name: string, unit: BenchRow['unit']): BenchRow {
  return { name, value: 'absent', unit, low: null, high: null, count: 0, floor: null, goal: null };
}

/** Told how many of all measurements are made. */
export type Done = (count: number, total: number) => void;
