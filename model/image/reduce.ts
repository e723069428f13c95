/** Bringing a large picture down without ever holding it whole: each pixel is the mean of the area that it covers. */
import type { Size } from './bounds.ts';
import { type Box, wholeBox } from './crop.ts';
import type { RgbImage } from './pixels.ts';

const channels = 3;

/** Takes rows from top to bottom; page and terminal get the same pixels from the same rows. */
export class AreaReduction {
  readonly #from: Size;
  readonly #part: Box;
  readonly #to: Size;
  readonly #columns: Shares;
  readonly #rows: Shares;
  readonly #data: Uint8Array;
  /** One row brought down in width. */
  readonly #line: Float32Array;
  /** Sums of the target's row that is being filled, and of the next. */
  #current: Float32Array;
  #next: Float32Array;
  /** Of the part. */
  #row = 0;
  /** Rows that were given so far. */
  #given = 0;

  /**
   * @param part of `from` that is brought down; the rest is left out
   * @param to at most as wide and as high as the part
   */
  constructor(from: Size, to: Size, part: Box = wholeBox(from)) {
    this.#from = from;
    this.#part = part;
    this.#to = to;
    this.#columns = sharesOf(part.width, to.width);
    this.#rows = sharesOf(part.height, to.height);
    this.#data = new Uint8Array(to.width * to.height * channels);
    const line = () => new Float32Array(to.width * channels);
    [this.#line, this.#current, this.#next] = [line(), line(), line()];
  }

  /**
   * Takes the next rows.
   *
   * @param rows whole rows; what stands behind a pixel's red, green and blue is left out
   * @param stride numbers a pixel: 3, or 4
   */
  add(rows: Uint8Array | Uint8ClampedArray, stride: 3 | 4): void {
    const line = this.#from.width * stride;
    const { x, y, width, height } = this.#part;
    for (let at = 0; at + line <= rows.length; at += line, this.#given += 1) {
      if (this.#given < y || this.#given >= y + height) continue;
      this.#addRow(rows.subarray(at + x * stride, at + (x + width) * stride), stride);
    }
  }

  /** What the rows so far give; complete when all of them were added. */
  image(): RgbImage {
    return { ...this.#to, data: this.#data };
  }

  #addRow(row: Uint8Array | Uint8ClampedArray, stride: number): void {
    this.#narrow(row, stride);
    const place = this.#rows.place[this.#row] ?? 0;
    const share = this.#rows.share[this.#row] ?? 0;
    const rest = this.#rows.whole - share;
    for (let at = 0; at < this.#line.length; at += 1) {
      const value = this.#line[at] ?? 0;
      this.#current[at] = (this.#current[at] ?? 0) + value * share;
      this.#next[at] = (this.#next[at] ?? 0) + value * rest;
    }
    this.#row += 1;
    if (this.#rows.place[this.#row] === place) return;
    const start = place * this.#current.length;
    for (let at = 0; at < this.#current.length; at += 1) this.#data[start + at] = Math.round(this.#current[at] ?? 0);
    [this.#current, this.#next] = [this.#next, this.#current.fill(0)];
  }

  #narrow(row: Uint8Array | Uint8ClampedArray, stride: number): void {
    const { place, share, whole } = this.#columns;
    const line = this.#line.fill(0);
    for (let column = 0, from = 0; column < place.length; column += 1, from += stride) {
      const to = (place[column] ?? 0) * channels;
      const part = share[column] ?? 0;
      const rest = whole - part;
      for (let channel = 0; channel < channels; channel += 1) {
        const value = row[from + channel] ?? 0;
        line[to + channel] = (line[to + channel] ?? 0) + value * part;
        if (rest > 0) line[to + channels + channel] = (line[to + channels + channel] ?? 0) + value * rest;
      }
    }
  }
}

/** How the places of one side fall on fewer: each on one, or on one and the next. */
interface Shares {
  /** Of each source place: the first target place that it falls on. */
  readonly place: Int32Array;
  /** How much of that target place it fills; the rest of `whole` falls on the next. */
  readonly share: Float64Array;
  readonly whole: number;
}

function sharesOf(from: number, to: number): Shares {
  const place = new Int32Array(from);
  const share = new Float64Array(from);
  for (let source = 0; source < from; source += 1) {
    // In whole numbers, so that no border is missed by a rounding.
    const target = Math.floor((source * to) / from);
    const untilBorder = (target + 1) * from - source * to;
    place[source] = target;
    share[source] = Math.min(to, untilBorder) / from;
  }
  return { place, share, whole: to / from };
}
