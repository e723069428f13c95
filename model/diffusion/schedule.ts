/** The rectified flow's sigmas (docs/reference.md, "Sampling"). */
import type { ScheduleConfig } from '../config/painter.ts';
import { fail } from '../failure.ts';
import { isWithin, settingRanges } from '../setting-ranges.ts';

export interface Schedule {
  /** [steps], falling; the last step goes on to zero. */
  readonly sigmas: Float32Array;
  /** trainTimesteps · sigma. */
  readonly timesteps: Float32Array;
}

/**
 * Sigmas of `steps` steps; a strength below 1 starts nearer to a given picture.
 *
 * @throws SETTING_RANGE for steps that are no whole number from 1 to 1000, or a strength outside 0 … 1
 */
export function schedule(
  { shift, sigmaMin, sigmaMax, trainTimesteps }: ScheduleConfig,
  steps: number,
  strength: number,
): Schedule {
  if (!(Number.isInteger(steps) && isWithin(settingRanges.steps, steps))) {
    fail('SETTING_RANGE', { setting: 'steps', value: steps, ...settingRanges.steps });
  }
  if (!isWithin(settingRanges.strength, strength)) {
    fail('SETTING_RANGE', { setting: 'strength', value: strength, ...settingRanges.strength });
  }
  const first = sigmaMin + (sigmaMax - sigmaMin) * strength;
  const step = steps > 1 ? (sigmaMin - first) / (steps - 1) : 0;
  const even = Array.from({ length: steps }, (_, index) => first + step * index);
  const sigmas = even.map((sigma) => (shift * sigma) / (1 + (shift - 1) * sigma));
  return {
    sigmas: Float32Array.from(sigmas),
    timesteps: Float32Array.from(sigmas, (sigma) => sigma * trainTimesteps),
  };
}
