/** A picture and its edit put together, pixel by pixel. */
import type { Size } from './bounds.ts';
import type { RgbImage } from './pixels.ts';
import { resize } from './resize.ts';

/** At the size of its edit, squeezed and not cut, as the edit saw it. */
export function asEdited(before: RgbImage, { width, height }: Size): RgbImage {
  return resize(before, { width, height }, 'bicubic');
}

/**
 * The picture's own pixels, to the bit, where the weight is 0, those of the edit where it is 1, and a mixture between.
 *
 * @param source of the edit's size
 * @param weights 0 … 1 [height, width]
 */
export function blended(source: RgbImage, edit: RgbImage, weights: Float64Array): RgbImage {
  const data = Uint8Array.from(source.data);
  for (const [at, weight] of weights.entries()) {
    if (weight === 0) continue;
    for (let byte = 3 * at; byte < 3 * at + 3; byte += 1) {
      const own = source.data[byte] ?? 0;
      data[byte] = Math.round(own + ((edit.data[byte] ?? 0) - own) * weight);
    }
  }
  return { width: edit.width, height: edit.height, data };
}
