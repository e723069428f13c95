/** Overlapping tiles of latents or of a picture, and their blending back (golden cases `vae-decode-tiled`). */
import type { Planes } from './latents.ts';

/** In latent rows and columns. */
export interface Tiling {
  readonly size: number;
  readonly stride: number;
}

export interface Tile {
  readonly top: number;
  readonly left: number;
  readonly height: number;
  readonly width: number;
}

/** Where tiles start on one axis: at multiples of the stride, the last one ending at the edge. */
function starts(length: number, { size, stride }: Tiling): number[] {
  const found = [0];
  for (let start = 0; start + size < length; ) {
    start = Math.min(start + stride, length - size);
    found.push(start);
  }
  return found;
}

/** Tiles that cover height × width; one as large as the whole where that is smaller than a tile. */
export function tilePlan(height: number, width: number, tiling: Tiling): readonly Tile[] {
  const rows = Math.min(tiling.size, height);
  const columns = Math.min(tiling.size, width);
  return starts(height, tiling).flatMap((top) =>
    starts(width, tiling).map((left) => ({ top, left, height: rows, width: columns })),
  );
}

export function cutTile(planes: Planes, { top, left, height, width }: Tile): Planes {
  const data = new Float32Array(planes.channels * height * width);
  for (let row = 0; row < planes.channels * height; row += 1) {
    const channel = Math.floor(row / height);
    const from = (channel * planes.height + top + (row % height)) * planes.width + left;
    data.set(planes.data.subarray(from, from + width), row * width);
  }
  return { channels: planes.channels, height, width, data };
}

/** Weighted sums of tiles, each value weighted by min(1, d / border), d its distance to the tile's nearest edge from 1. */
export class TileBlend {
  readonly #sum: Planes;
  readonly #weights: Float32Array;
  readonly #border: number;

  constructor(channels: number, height: number, width: number, border: number) {
    this.#sum = { channels, height, width, data: new Float32Array(channels * height * width) };
    this.#weights = new Float32Array(height * width);
    this.#border = border;
  }

  add({ channels, height, width, data }: Planes, top: number, left: number): void {
    const whole = this.#sum;
    for (let y = 0; y < height; y += 1) {
      for (let x = 0; x < width; x += 1) {
        const distance = Math.min(y + 1, height - y, x + 1, width - x);
        const weight = Math.min(1, distance / this.#border);
        const place = (top + y) * whole.width + left + x;
        this.#weights[place] = (this.#weights[place] ?? 0) + weight;
        for (let channel = 0; channel < channels; channel += 1) {
          const index = channel * whole.height * whole.width + place;
          const value = data[(channel * height + y) * width + x] ?? 0;
          whole.data[index] = (whole.data[index] ?? 0) + weight * value;
        }
      }
    }
  }

  /** The weighted mean at every place. */
  result(): Planes {
    const { data } = this.#sum;
    const places = this.#weights.length;
    return { ...this.#sum, data: data.map((value, index) => value / (this.#weights[index % places] ?? 1)) };
  }
}
