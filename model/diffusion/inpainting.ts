/**
 * A painting of which only a part is free. At every step what lies outside is the picture's own latents, as noisy as the flow is
 * there, so that what is painted inside meets them (as published for FLUX by diffusers; Lugmayr et al. 2022, "RePaint", without its
 * resampling).
 */
import { partlyNoisy } from './euler.ts';

export interface KeptLatents {
  /** The picture's own [1, channels, height, width]. */
  readonly latents: Float32Array;
  /** 1 where a latent is free, 0 where the picture's own stays [height, width]. */
  readonly free: Uint8Array;
}

/**
 * Latents at a sigma with the kept ones in their place; at sigma 0 these are the picture's to the bit.
 *
 * @param noise that the flow began with, in the shape of the latents
 */
export function withKept(x: Float32Array, { latents, free }: KeptLatents, noise: Float32Array, sigma: number) {
  const own = partlyNoisy(latents, noise, sigma);
  return x.map((value, index) => (free[index % free.length] === 1 ? value : (own[index] ?? 0)));
}
