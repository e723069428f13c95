/** Pictures as planes, as bytes and as previews. */
import type { Planes } from './latents.ts';

/** Planes about −1 … 1 to RGB bytes [height, width, 3]: (x + 1) · 127.5, clipped and truncated. */
export function rgbBytes({ height, width, data }: Planes): Uint8Array {
  const places = height * width;
  const bytes = new Uint8Array(places * 3);
  for (let place = 0; place < places; place += 1) {
    for (let channel = 0; channel < 3; channel += 1) {
      const value = ((data[channel * places + place] ?? 0) + 1) * 127.5;
      bytes[place * 3 + channel] = Math.max(0, Math.min(255, Math.trunc(value)));
    }
  }
  return bytes;
}

/** RGB bytes [height, width, 3] to planes: x · 2 / 255 − 1. */
export function rgbPlanes(bytes: Uint8Array, height: number, width: number): Planes {
  const places = height * width;
  const data = new Float32Array(places * 3);
  for (let index = 0; index < data.length; index += 1) {
    data[index] = ((bytes[(index % places) * 3 + Math.floor(index / places)] ?? 0) * 2) / 255 - 1;
  }
  return { channels: 3, height, width, data };
}

/** A linear map of latents to colours: rgb (0 … 1) = latents · matrix [channels, 3] + bias [3]. */
export interface LinearPreview {
  readonly matrix: readonly (readonly number[])[];
  readonly bias: readonly number[];
}

/** Latents as opaque RGBA bytes, one pixel a latent position. */
export function previewBytes(latents: Planes, { matrix, bias }: LinearPreview): Uint8ClampedArray<ArrayBuffer> {
  const places = latents.height * latents.width;
  const bytes = new Uint8ClampedArray(places * 4).fill(255);
  for (let place = 0; place < places; place += 1) {
    for (let colour = 0; colour < 3; colour += 1) {
      let value = bias[colour] ?? 0;
      for (const [channel, row] of matrix.entries()) {
        value += (latents.data[channel * places + place] ?? 0) * (row[colour] ?? 0);
      }
      bytes[place * 4 + colour] = value * 255;
    }
  }
  return bytes;
}
