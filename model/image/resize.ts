/**
 * Resizing as Pillow 11.3 does it for 8-bit pictures, to the bit: weights in fixed point, the horizontal pass first, each
 * pass rounded and clipped to 8 bits, the filter widened by the scale when shrinking (docs/reference.md, "Images in").
 */
import type { Size } from './bounds.ts';
import type { RgbImage } from './pixels.ts';

export type ResizeFilter = 'bicubic' | 'bilinear';

interface Kernel {
  /** Half the width of the filter at scale 1, in pixels. */
  readonly support: number;
  readonly weight: (distance: number) => number;
}

const kernels: Readonly<Record<ResizeFilter, Kernel>> = {
  bilinear: { support: 1, weight: (distance) => Math.max(0, 1 - Math.abs(distance)) },
  bicubic: { support: 2, weight: cubicWeight },
};

/** Keys' cubic convolution with a = −0.5. */
function cubicWeight(distance: number): number {
  const a = -0.5;
  const x = Math.abs(distance);
  if (x < 1) return ((a + 2) * x - (a + 3)) * x * x + 1;
  if (x < 2) return (((x - 5) * x + 8) * x - 4) * a;
  return 0;
}

/** Brings a picture to a size; an axis that keeps its length is left as it is. */
export function resize(image: RgbImage, { height, width }: Size, filter: ResizeFilter): RgbImage {
  const kernel = kernels[filter];
  const across = width === image.width ? image : horizontalPass(image, width, kernel);
  return height === image.height ? across : verticalPass(across, height, kernel);
}

const fractionBits = 22;
const one = 2 ** fractionBits;
const half = 2 ** (fractionBits - 1);

interface Taps {
  /** Most source pixels any output pixel reads: the stride of `weights`. */
  readonly stride: number;
  /** First source pixel of each output pixel. */
  readonly first: Int32Array;
  /** Source pixels of each output pixel. */
  readonly count: Int32Array;
  /** Fixed-point weights [output pixels, stride]. */
  readonly weights: Int32Array;
}

/** Which source pixels make up each output pixel along one axis, and by how much. */
function tapsOf(source: number, target: number, kernel: Kernel): Taps {
  const scale = source / target;
  const widening = Math.max(scale, 1);
  const support = kernel.support * widening;
  const stride = Math.ceil(support) * 2 + 1;
  const taps = {
    stride,
    first: new Int32Array(target),
    count: new Int32Array(target),
    weights: new Int32Array(target * stride),
  };
  for (let output = 0; output < target; output += 1) {
    const center = (output + 0.5) * scale;
    const first = Math.max(0, Math.trunc(center - support + 0.5));
    const count = Math.min(source, Math.trunc(center + support + 0.5)) - first;
    const weights = Array.from({ length: count }, (_, tap) =>
      // The reciprocal is taken first, as there: dividing would round differently.
      kernel.weight((tap + first - center + 0.5) * (1 / widening)),
    );
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    taps.first[output] = first;
    taps.count[output] = count;
    taps.weights.set(
      weights.map((weight) => fixedPoint(total === 0 ? weight : weight / total)),
      output * stride,
    );
  }
  return taps;
}

/** Rounds half away from zero. */
function fixedPoint(weight: number): number {
  return Math.trunc(weight < 0 ? weight * one - 0.5 : weight * one + 0.5);
}

function horizontalPass(image: RgbImage, width: number, kernel: Kernel): RgbImage {
  const taps = tapsOf(image.width, width, kernel);
  const data = new Uint8Array(width * image.height * 3);
  for (let row = 0; row < image.height; row += 1) {
    const source = image.data.subarray(row * image.width * 3, (row + 1) * image.width * 3);
    for (let column = 0; column < width; column += 1) {
      const at = (row * width + column) * 3;
      for (let channel = 0; channel < 3; channel += 1) data[at + channel] = weigh(source, channel, 3, taps, column);
    }
  }
  return { width, height: image.height, data };
}

function verticalPass(image: RgbImage, height: number, kernel: Kernel): RgbImage {
  const taps = tapsOf(image.height, height, kernel);
  const line = image.width * 3;
  const data = new Uint8Array(line * height);
  for (let row = 0; row < height; row += 1) {
    for (let byte = 0; byte < line; byte += 1) data[row * line + byte] = weigh(image.data, byte, line, taps, row);
  }
  return { width: image.width, height, data };
}

/** The weighted sum of the bytes at `offset`, `offset + step`, … that belong to one output pixel. */
function weigh(data: Uint8Array, offset: number, step: number, taps: Taps, output: number): number {
  const first = taps.first[output] ?? 0;
  const count = taps.count[output] ?? 0;
  let sum = half;
  for (let tap = 0; tap < count; tap += 1) {
    sum += (data[offset + (first + tap) * step] ?? 0) * (taps.weights[output * taps.stride + tap] ?? 0);
  }
  return Math.min(255, Math.max(0, sum >> fractionBits));
}
