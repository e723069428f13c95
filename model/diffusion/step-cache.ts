/**
 * Steps that are not run. From one step to the next a velocity changes little, and by how much can be told beforehand: its change
 * stays in proportion to that of the latents (EasyCache, arXiv 2507.02860, section 3). While the expected change is small the
 * velocity that was computed last is followed. There its difference from the latents is kept instead; on a rectified flow, whose
 * velocity would be the same everywhere if it were straight, the velocity itself came out 13 to 17 dB nearer (docs/decisions.md).
 */

/** What is known of the step that was run last. */
export interface RunStep {
  /** What its velocity was computed of, [channels, height, width]. */
  readonly latents: Float32Array;
  readonly velocity: Float32Array;
  /** Mean change of the velocity for each of the latents, over the last two steps that were run; null behind the first. */
  readonly rate: number | null;
}

/** After a step was run. */
export function afterRun(last: RunStep | null, latents: Float32Array, velocity: Float32Array): RunStep {
  if (last === null) return { latents, velocity, rate: null };
  const moved = distance(latents, last.latents);
  // Of one precision, in memory and put by.
  return { latents, velocity, rate: moved === 0 ? null : Math.fround(distance(velocity, last.velocity) / moved) };
}

/**
 * Whether a velocity still holds for these latents.
 *
 * @param threshold the change of the velocity that is expected may be this share of it, 0 … 1; of 0 nothing ever holds
 */
export function stillHolds(last: RunStep, latents: Float32Array, threshold: number): boolean {
  if (last.rate === null || threshold === 0) return false;
  return last.rate * distance(latents, last.latents) <= threshold * distance(last.velocity);
}

/** Sum of the absolute differences; from zero where there is no other. */
function distance(values: Float32Array, others?: Float32Array): number {
  return values.reduce((sum, value, index) => sum + Math.abs(value - (others?.[index] ?? 0)), 0);
}
