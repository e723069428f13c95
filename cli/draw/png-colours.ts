/**
 * A PNG's colours where it describes them without a profile (W3C PNG, sections 11.3.2 and 13.13): cICP, then sRGB, then gAMA
 * with cHRM. Browsers read these chunks and the image library does not.
 */
import { readChunks } from '../../model/recipe/png-chunks.ts';

type Triple = readonly [number, number, number];
type Matrix = readonly [Triple, Triple, Triple];
/** A place in CIE 1931 xy. */
type Chromaticity = readonly [x: number, y: number];

interface Primaries {
  readonly white: Chromaticity;
  readonly red: Chromaticity;
  readonly green: Chromaticity;
  readonly blue: Chromaticity;
}

interface Colours {
  readonly primaries: Primaries;
  /** From a stored value to light, both 0 … 1. */
  readonly toLight: (value: number) => number;
}

const d65: Chromaticity = [0.3127, 0.329];
const srgb: Primaries = { white: d65, red: [0.64, 0.33], green: [0.3, 0.6], blue: [0.15, 0.06] };

/** ITU-T H.273, table 2, as far as stills use it. */
const codedPrimaries: Readonly<Record<number, Primaries>> = {
  1: srgb,
  9: { white: d65, red: [0.708, 0.292], green: [0.17, 0.797], blue: [0.131, 0.046] },
  12: { white: d65, red: [0.68, 0.32], green: [0.265, 0.69], blue: [0.15, 0.06] },
};

/** ITU-T H.273, table 3, as far as stills use it. */
const codedTransfers: Readonly<Record<number, Colours['toLight']>> = {
  4: (value) => value ** 2.2,
  5: (value) => value ** 2.8,
  8: (value) => value,
  13: srgbToLight,
};

/** Changes pixels (4 numbers each) to sRGB where the file says that they are something else. */
export function toSrgb(pixels: Uint8Array, png: Uint8Array, file: string): void {
  const colours = coloursOf(png, file);
  if (colours === null) return;
  const light = Float64Array.from({ length: 256 }, (_, value) => colours.toLight(value / 255));
  const matrix = multiply(inverse(toXyz(srgb)), toXyz(colours.primaries));
  for (let at = 0; at < pixels.length; at += 4) {
    const [red, green, blue] = [light[pixels[at] ?? 0], light[pixels[at + 1] ?? 0], light[pixels[at + 2] ?? 0]];
    const converted = apply(matrix, [red ?? 0, green ?? 0, blue ?? 0]);
    for (const [channel, value] of converted.entries()) pixels[at + channel] = Math.round(255 * lightToSrgb(value));
  }
}

/** null where the colours are sRGB, or a profile's, which the image library follows. */
function coloursOf(png: Uint8Array, file: string): Colours | null {
  const found = new Map<string, DataView>();
  for (const { type, data } of readChunks(file, png)) {
    if (type === 'IDAT') break;
    found.set(type, new DataView(data.buffer, data.byteOffset, data.byteLength));
  }
  const coded = found.get('cICP');
  if (coded !== undefined) {
    const primaries = codedPrimaries[coded.getUint8(0)];
    const toLight = codedTransfers[coded.getUint8(1)];
    if (primaries !== undefined && toLight !== undefined) return { primaries, toLight };
  }
  const gamma = found.get('gAMA')?.getUint32(0) ?? 0;
  if (found.has('iCCP') || found.has('sRGB') || gamma === 0) return null;
  const chromaticities = found.get('cHRM');
  const primaries = chromaticities === undefined ? srgb : primariesOf(chromaticities);
  // What is written for 1/2.2 alone means sRGB.
  if (chromaticities === undefined && Math.abs(gamma - 45_455) < 50) return null;
  return { primaries, toLight: (value) => value ** (100_000 / gamma) };
}

function primariesOf(chunk: DataView): Primaries {
  const at = (index: number): Chromaticity => [chunk.getUint32(index * 8) / 1e5, chunk.getUint32(index * 8 + 4) / 1e5];
  return { white: at(0), red: at(1), green: at(2), blue: at(3) };
}

function srgbToLight(value: number): number {
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
}

/** What lies outside of sRGB becomes the nearest value inside. */
export function lightToSrgb(light: number): number {
  const inside = Math.min(1, Math.max(0, light));
  return inside <= 0.0031308 ? inside * 12.92 : 1.055 * inside ** (1 / 2.4) - 0.055;
}

/** The matrix from light in these primaries to XYZ whose white is D65's, by Bradford's adaptation. */
function toXyz({ white, red, green, blue }: Primaries): Matrix {
  const columns = transpose([xyz(red), xyz(green), xyz(blue)]);
  const [r, g, b] = apply(inverse(columns), xyz(white));
  const plain = multiply(columns, [
    [r, 0, 0],
    [0, g, 0],
    [0, 0, b],
  ]);
  const from = apply(bradford, xyz(white));
  const to = apply(bradford, xyz(d65));
  const scale: Matrix = [
    [to[0] / from[0], 0, 0],
    [0, to[1] / from[1], 0],
    [0, 0, to[2] / from[2]],
  ];
  return multiply(multiply(inverse(bradford), multiply(scale, bradford)), plain);
}

const bradford: Matrix = [
  [0.8951, 0.2664, -0.1614],
  [-0.7502, 1.7135, 0.0367],
  [0.0389, -0.0685, 1.0296],
];

function xyz([x, y]: Chromaticity): Triple {
  return [x / y, 1, (1 - x - y) / y];
}

function apply(matrix: Matrix, [x, y, z]: Triple): Triple {
  const row = ([a, b, c]: Triple) => a * x + b * y + c * z;
  return [row(matrix[0]), row(matrix[1]), row(matrix[2])];
}

function multiply(left: Matrix, right: Matrix): Matrix {
  const [a, b, c] = transpose(right);
  return transpose([apply(left, a), apply(left, b), apply(left, c)]);
}

function transpose([a, b, c]: Matrix): Matrix {
  return [
    [a[0], b[0], c[0]],
    [a[1], b[1], c[1]],
    [a[2], b[2], c[2]],
  ];
}

function inverse([a, b, c]: Matrix): Matrix {
  const cross = (p: Triple, q: Triple): Triple => [
    p[1] * q[2] - p[2] * q[1],
    p[2] * q[0] - p[0] * q[2],
    p[0] * q[1] - p[1] * q[0],
  ];
  const columns: Matrix = [cross(b, c), cross(c, a), cross(a, b)];
  const determinant = a[0] * columns[0][0] + a[1] * columns[0][1] + a[2] * columns[0][2];
  const scaled = ([x, y, z]: Triple): Triple => [x / determinant, y / determinant, z / determinant];
  return transpose([scaled(columns[0]), scaled(columns[1]), scaled(columns[2])]);
}
