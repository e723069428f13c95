/**
 * Colours of print (CMYK) on a screen, as Chromium computes them, so that the terminal sees what the page sees: black is first
 * mixed into the three inks; a profile (ICC.1:2010, 10.8 and 10.9: lut8, lut16) then says what they look like.
 */
import { lightToSrgb } from './png-colours.ts';

/** Three inks (0 … 1) as a colour of the screen (0 … 255). */
type InksToSrgb = (cyan: number, magenta: number, yellow: number) => readonly number[];

/**
 * Red, green and blue of pixels of four inks, no ink being 0.
 *
 * @returns as if there were no profile: inks subtract from white
 */
export function inksOnWhite(inks: Uint8Array): Uint8Array {
  const rgb = new Uint8Array((inks.length / 4) * 3);
  for (let from = 0, to = 0; from < inks.length; from += 4, to += 3) {
    const paper = 255 - (inks[from + 3] ?? 0);
    for (let channel = 0; channel < 3; channel += 1) {
      rgb[to + channel] = Math.round(((255 - (inks[from + channel] ?? 0)) * paper) / 255);
    }
  }
  return rgb;
}

/** Changes what inksOnWhite gave to what the profile says; a profile of another layout changes nothing. */
export function applyPrintProfile(rgb: Uint8Array, profile: Uint8Array): void {
  const convert = inkTable(new DataView(profile.buffer, profile.byteOffset, profile.byteLength));
  if (convert === null) return;
  for (let at = 0; at < rgb.length; at += 3) {
    const ink = (channel: number) => 1 - (rgb[at + channel] ?? 0) / 255;
    rgb.set(convert(ink(0), ink(1), ink(2)), at);
  }
}

function inkTable(icc: DataView): InksToSrgb | null {
  const at = tagOffset(icc, 'A2B0');
  if (at === null || ascii(icc, 16) !== 'CMYK' || ascii(icc, 20) !== 'Lab ') return null;
  const type = ascii(icc, at);
  if ((type !== 'mft1' && type !== 'mft2') || icc.getUint8(at + 8) !== 4 || icc.getUint8(at + 9) !== 3) return null;
  const grid = icc.getUint8(at + 10);
  const wide = type === 'mft2';
  const [inputLength, outputLength] = wide ? [icc.getUint16(at + 48), icc.getUint16(at + 50)] : [256, 256];
  let next = at + (wide ? 52 : 48);
  const take = (count: number) => {
    const numbers = new Float32Array(count);
    for (let index = 0; index < count; index += 1, next += wide ? 2 : 1) {
      numbers[index] = wide ? icc.getUint16(next) / 65_535 : icc.getUint8(next) / 255;
    }
    return numbers;
  };
  const inputs = Array.from({ length: 4 }, () => take(inputLength));
  const table = take(grid ** 4 * 3);
  const outputs = Array.from({ length: 3 }, () => take(outputLength));
  return (...inks) => {
    const places = inks.map((ink, index) => between(inputs[index], ink) * (grid - 1));
    const [lightness = 0, a = 0, b = 0] = inTable(table, grid, places).map((value, index) =>
      between(outputs[index], value),
    );
    return labToSrgb(lightness * 100, a * 255 - 128, b * 255 - 128);
  };
}

function tagOffset(icc: DataView, signature: string): number | null {
  const count = icc.getUint32(128);
  for (let index = 0; index < count; index += 1) {
    if (ascii(icc, 132 + index * 12) === signature) return icc.getUint32(136 + index * 12);
  }
  return null;
}

function ascii(view: DataView, at: number): string {
  return String.fromCharCode(...[0, 1, 2, 3].map((index) => view.getUint8(at + index)));
}

/** A value of a curve at a place from 0 to 1. */
function between(curve: Float32Array = new Float32Array(1), place: number): number {
  const at = Math.min(1, Math.max(0, place)) * (curve.length - 1);
  const low = Math.floor(at);
  const from = curve[low] ?? 0;
  return from + ((curve[low + 1] ?? from) - from) * (at - low);
}

/** Between the eight neighbours in the table of a grid of four inks, where there is no black. */
function inTable(table: Float32Array, grid: number, places: readonly number[]): number[] {
  const sums = [0, 0, 0];
  for (let corner = 0; corner < 8; corner += 1) {
    let weight = 1;
    let cell = 0;
    for (const [axis, place] of places.entries()) {
      const low = Math.min(Math.floor(place), grid - 2);
      const high = (corner >> axis) & 1;
      weight *= high === 1 ? place - low : 1 - (place - low);
      cell = cell * grid + low + high;
    }
    for (const channel of sums.keys()) {
      sums[channel] = (sums[channel] ?? 0) + weight * (table[cell * grid * 3 + channel] ?? 0);
    }
  }
  return sums;
}

/** CIELAB under D50 to sRGB. */
function labToSrgb(lightness: number, a: number, b: number): readonly number[] {
  const middle = (lightness + 16) / 116;
  const light = (value: number) => (value ** 3 > 216 / 24_389 ? value ** 3 : ((value - 16 / 116) * 108) / 841);
  const x = 0.9642 * light(middle + a / 500);
  const y = light(middle);
  const z = 0.8249 * light(middle - b / 200);
  return [
    3.1338561 * x - 1.6168667 * y - 0.4906146 * z,
    -0.9787684 * x + 1.9161415 * y + 0.033454 * z,
    0.0719453 * x - 0.2289914 * y + 1.4052427 * z,
  ].map((value) => Math.round(255 * lightToSrgb(value)));
}
