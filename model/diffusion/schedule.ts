/** The rectified flow's sigmas (REFERENCE "Sampling"). */

const sigmaMin = 0.003 / 1.002;
const sigmaMax = 1;
const shift = 3;
const trainTimesteps = 1000;

export interface Schedule {
  /** [steps], falling; the last step goes on to zero. */
  readonly sigmas: Float32Array;
  /** 1000 · sigma. */
  readonly timesteps: Float32Array;
}

/** Sigmas of `steps` steps; a strength below 1 (from above 0) starts nearer to a given picture. */
export function schedule(steps: number, strength: number): Schedule {
  const first = sigmaMin + (sigmaMax - sigmaMin) * strength;
  const step = steps > 1 ? (sigmaMin - first) / (steps - 1) : 0;
  const even = Array.from({ length: steps }, (_, index) => first + step * index);
  const sigmas = even.map((sigma) => (shift * sigma) / (1 + (shift - 1) * sigma));
  return {
    sigmas: Float32Array.from(sigmas),
    timesteps: Float32Array.from(sigmas, (sigma) => sigma * trainTimesteps),
  };
}
