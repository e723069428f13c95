/** How different two pictures look, pixel by pixel: ΔE of CIE 1976, in which about 2.3 is just noticed. */
import { boxSums, windowLengths } from './box.ts';
import type { RgbImage } from './pixels.ts';

/**
 * The distance in CIELAB between the means around each pixel: noise, and what a codec does to fine texture, is gone from a mean,
 * while what a person calls another colour or another thing stays.
 *
 * @param smoothing radius of the square window of a mean, in pixels
 * @returns ΔE*ab [height, width]
 */
export function colourDifference(one: RgbImage, other: RgbImage, smoothing: number): Float32Array {
  const { width, height } = one;
  const [left, right] = [channelSums(one, smoothing), channelSums(other, smoothing)];
  const [across, down] = [windowLengths(width, smoothing), windowLengths(height, smoothing)];
  const difference = new Float32Array(width * height);
  for (let at = 0; at < difference.length; at += 1) {
    const count = (across[at % width] ?? 1) * (down[Math.floor(at / width)] ?? 1);
    const [l, a, b] = labOf(left, at, count);
    const [otherL, otherA, otherB] = labOf(right, at, count);
    difference[at] = Math.hypot(l - otherL, a - otherA, b - otherB);
  }
  return difference;
}

type ChannelSums = readonly [red: Int32Array, green: Int32Array, blue: Int32Array];

function channelSums(image: RgbImage, radius: number): ChannelSums {
  const sums = (channel: number) => {
    const plane = Uint8Array.from({ length: image.width * image.height }, (_, at) => image.data[3 * at + channel] ?? 0);
    return boxSums(plane, image, radius);
  };
  return [sums(0), sums(1), sums(2)];
}

/** Steps of a level in the table: means fall between the levels. */
const tableSteps = 16;

/** sRGB's levels in linear light, 0 … 1 (IEC 61966-2-1). */
const linear = Float64Array.from({ length: 255 * tableSteps + 1 }, (_, index) => {
  const value = index / (255 * tableSteps);
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
});

/** CIELAB of the mean colour of `count` pixels, for the white of D65. */
function labOf([red, green, blue]: ChannelSums, at: number, count: number): readonly [number, number, number] {
  const light = (sum: number | undefined) => linear[Math.round(((sum ?? 0) / count) * tableSteps)] ?? 0;
  const [r, g, b] = [light(red[at]), light(green[at]), light(blue[at])];
  const x = compressed((0.4124564 * r + 0.3575761 * g + 0.1804375 * b) / 0.95047);
  const y = compressed(0.2126729 * r + 0.7151522 * g + 0.072175 * b);
  const z = compressed((0.0193339 * r + 0.119192 * g + 0.9503041 * b) / 1.08883);
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

/** CIELAB's cube root with its straight part near black. */
function compressed(value: number): number {
  return value > 216 / 24_389 ? Math.cbrt(value) : (value * 24_389) / 27 / 116 + 16 / 116;
}
