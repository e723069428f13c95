/** Classifier-free guidance: negative + scale · (positive − negative). */
export function guide(positive: Float32Array, negative: Float32Array, scale: number): Float32Array {
  return negative.map((value, index) => value + scale * ((positive[index] ?? 0) - value));
}

/**
 * The part of the steps, each border from 0 to 1, that is guided away from a negative branch. The others follow the positive
 * branch alone, at half the cost (Kynkäänniemi et al. 2024, "Applying Guidance in a Limited Interval").
 */
export type GuidedRange = readonly [from: number, to: number];

/**
 * Step `index` of `steps`, counted from 0, is guided where from ≤ index / steps < to: 0 … 1 are all, 0 … 0.5 and 0.5 … 1 share
 * them, and a range whose ends are the same has none.
 */
export function isGuided([from, to]: GuidedRange, index: number, steps: number): boolean {
  const share = index / steps;
  return from <= share && share < to;
}

/** Whether any of so many steps is guided. */
export function guidesAny(range: GuidedRange, steps: number): boolean {
  return Array.from({ length: steps }).some((_, index) => isGuided(range, index, steps));
}
