/** How alike two pictures are. */

interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array | Uint8ClampedArray;
}

/**
 * The peak signal-to-noise ratio of two pictures of one size in dB, over red, green and blue: 10 · log10(255² / mean squared
 * error); Infinity where every value is the same, null for pictures of different sizes.
 *
 * @param one 3 bytes a pixel
 * @param other 4 bytes a pixel, of which the last is not looked at
 */
export function peakSignalToNoise(one: Pixels, other: Pixels): number | null {
  if (one.width !== other.width || one.height !== other.height) return null;
  let squares = 0;
  for (let from = 0, to = 0; from < one.data.length; from += 3, to += 4) {
    for (let channel = 0; channel < 3; channel++) {
      const difference = (one.data[from + channel] ?? 0) - (other.data[to + channel] ?? 0);
      squares += difference * difference;
    }
  }
  return 10 * Math.log10((255 * 255 * one.data.length) / squares);
}
