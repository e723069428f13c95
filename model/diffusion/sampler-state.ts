/** A painting on its way from noise to a picture as plain numbers, so that it can be put by and gone on with. */
import type { RunStep } from './step-cache.ts';

export interface SamplerValues {
  /** [channels, height, width] */
  readonly latents: Float32Array;
  /** The step that was run last, where others may follow its velocity; null where each step is run. */
  readonly lastRun: RunStep | null;
}

/** The latents; behind them the last run's latents, its velocity and its rate, which is -1 where there is none. */
export function packed({ latents, lastRun }: SamplerValues): Float32Array {
  if (lastRun === null) return latents;
  const { length } = latents;
  const values = new Float32Array(3 * length + 1);
  values.set(latents);
  values.set(lastRun.latents, length);
  values.set(lastRun.velocity, 2 * length);
  values[3 * length] = lastRun.rate ?? -1;
  return values;
}

/** @param length of the latents. Null where the values are none of such a painting. */
export function unpacked(values: Float32Array, length: number): SamplerValues | null {
  if (!values.every(Number.isFinite)) return null;
  if (values.length === length) return { latents: values, lastRun: null };
  if (values.length !== 3 * length + 1) return null;
  const [latents, ran, velocity] = [0, 1, 2].map((part) => values.slice(part * length, (part + 1) * length));
  const rate = values[3 * length] ?? -1;
  if (!latents || !ran || !velocity) return null;
  return { latents, lastRun: { latents: ran, velocity, rate: rate === -1 ? null : rate } };
}
