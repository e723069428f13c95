/** Pictures enlarged: by whole pixels, or by a small network in tiles that overlap. */
import { enlargePixels, type Tile, tilesOf } from '../../model/image/enlarge.ts';
import type { RgbImage } from '../../model/image/pixels.ts';
import { type UpscalerFactor, upscalerReach } from '../../model/pieces/upscaler.ts';
import type { Enlargement } from '../../model/recipe/recipe.ts';
import { hostTensor, type Program } from '../gpu/runtime.ts';
import { float32Of } from '../painter/tensors.ts';

/** Pixels a side that are made larger at once: tens of megabytes between the network's layers. */
const tileSide = 128;

/** Told how many are done, before each and in the end; what it throws ends the work. */
export type OnTile = (tiles: number, of: number) => void;

/** Lends the network for as long as the work takes. */
export type WithUpscaler = <Result>(
  factor: UpscalerFactor,
  work: (program: Program) => Promise<Result>,
) => Promise<Result>;

export function enlarge(
  image: RgbImage,
  { factor, by }: Enlargement,
  withUpscaler: WithUpscaler,
  onTile: OnTile = () => undefined,
): Promise<RgbImage> {
  if (by === 'pixels') return Promise.resolve(enlargePixels(image, factor));
  return withUpscaler(factor, (program) => upscale(program, image, factor, onTile));
}

/** With what reaches into it around it, each tile is what it would be if the whole went through at once. */
export async function upscale(
  program: Program,
  image: RgbImage,
  factor: UpscalerFactor,
  onTile: OnTile,
  side = tileSide,
): Promise<RgbImage> {
  const [width, height] = [image.width * factor, image.height * factor];
  const enlarged = { width, height, data: new Uint8Array(width * height * 3) };
  const tiles = tilesOf(image, side, upscalerReach);
  for (const [at, tile] of tiles.entries()) {
    onTile(at, tiles.length);
    const { read } = tile;
    const planes = hostTensor('float32', [1, 3, read.height, read.width], planesOf(image, tile));
    const { enlarged: made } = await program.run({ image: planes }, { enlarged: 'host' });
    put(enlarged, float32Of(made), tile, factor);
  }
  onTile(tiles.length, tiles.length);
  return enlarged;
}

/** [3, height, width], 0 … 255. */
function planesOf({ width, data }: RgbImage, { read }: Tile): Float32Array {
  const area = read.width * read.height;
  const planes = new Float32Array(3 * area);
  for (let row = 0; row < read.height; row += 1) {
    for (let column = 0; column < read.width; column += 1) {
      const from = ((read.y + row) * width + read.x + column) * 3;
      const to = row * read.width + column;
      for (let channel = 0; channel < 3; channel += 1) planes[channel * area + to] = data[from + channel] ?? 0;
    }
  }
  return planes;
}

function put({ width, data }: RgbImage, planes: Float32Array, { read, kept }: Tile, factor: number): void {
  const line = read.width * factor;
  const area = line * read.height * factor;
  const [left, top] = [(kept.x - read.x) * factor, (kept.y - read.y) * factor];
  for (let row = 0; row < kept.height * factor; row += 1) {
    for (let column = 0; column < kept.width * factor; column += 1) {
      const from = (top + row) * line + left + column;
      const to = ((kept.y * factor + row) * width + kept.x * factor + column) * 3;
      for (let channel = 0; channel < 3; channel += 1) {
        const value = Math.round(planes[channel * area + from] ?? 0);
        data[to + channel] = Math.min(255, Math.max(0, value));
      }
    }
  }
}
