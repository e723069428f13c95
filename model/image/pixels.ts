/** An upright picture without alpha, row by row, 3 bytes a pixel. */
export interface RgbImage {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/** The same with alpha (not premultiplied), 4 bytes a pixel, as a canvas gives it. */
export interface RgbaImage {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array | Uint8ClampedArray;
}

/** The same pixels, opaque, for a canvas or a PNG. */
export function withAlpha({ width, height, data }: RgbImage): Uint8ClampedArray<ArrayBuffer> {
  const rgba = new Uint8ClampedArray(width * height * 4).fill(255);
  for (let pixel = 0; pixel < width * height; pixel += 1) {
    rgba.set(data.subarray(3 * pixel, 3 * pixel + 3), 4 * pixel);
  }
  return rgba;
}

/** Red, green and blue alone, whatever the alpha. */
export function withoutAlpha({ width, height, data }: RgbaImage): RgbImage {
  const rgb = new Uint8Array(width * height * 3);
  for (let pixel = 0; pixel < width * height; pixel += 1) {
    rgb.set(data.subarray(4 * pixel, 4 * pixel + 3), 3 * pixel);
  }
  return { width, height, data: rgb };
}

/** Puts pixels (4 numbers each, alpha last) on white, in place. */
export function putOnWhite(pixels: Uint8Array): void {
  for (let at = 0; at < pixels.length; at += 4) {
    const alpha = pixels[at + 3] ?? 255;
    if (alpha === 255) continue;
    for (let channel = 0; channel < 3; channel += 1) {
      const value = pixels[at + channel] ?? 0;
      pixels[at + channel] = Math.round((value * alpha + 255 * (255 - alpha)) / 255);
    }
  }
}
