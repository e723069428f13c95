/** Between latents and pictures: the autoencoder, in overlapping tiles where the whole would not fit. */
import type { Planes } from '../../model/diffusion/latents.ts';
import { cutTile, TileBlend, type Tiling, tilePlan } from '../../model/diffusion/tiling.ts';
import { autoencoderFactor } from '../../model/pieces/autoencoder.ts';
import { hostTensor, type Program } from '../gpu/runtime.ts';
import type { AutoencoderSource } from './source.ts';
import { float32Of } from './tensors.ts';

/**
 * Tiles in latent rows and columns. Nothing larger than one tile's area goes through the autoencoder at once: the attention
 * in its middle then has at most 4096² scores, 64 MiB, which every WebGPU device can bind.
 */
const defaultTiling: Tiling = { size: 64, stride: 32 };

/** Null: the whole at once. */
function tilingFor(height: number, width: number): Tiling | null {
  return height * width <= defaultTiling.size ** 2 ? null : defaultTiling;
}

/** Called before each tile with its number, from 1; what it throws ends the work. */
export type OnTile = (tile: number, tiles: number) => void | Promise<void>;

const silent: OnTile = () => undefined;

async function throughProgram(program: Program, from: 'latents' | 'image', part: Planes): Promise<Planes> {
  const to = from === 'latents' ? 'image' : 'latents';
  const { channels, height, width, data } = part;
  const outputs = await program.run(
    { [from]: hostTensor('float32', [1, channels, height, width], data) },
    { [to]: 'host' },
  );
  const [, toChannels = 0, toHeight = 0, toWidth = 0] = outputs[to]?.shape ?? [];
  return { channels: toChannels, height: toHeight, width: toWidth, data: float32Of(outputs[to]) };
}

/** Latents [1, latent, h, w] → image [1, 3, H, W], about −1 … 1, not clipped. */
export async function develop(
  source: AutoencoderSource,
  latents: Planes,
  tiling = tilingFor(latents.height, latents.width),
  onTile = silent,
): Promise<Planes> {
  const factor = autoencoderFactor(source.sizes.vae);
  const { height, width } = latents;
  const tiles = tiling ? tilePlan(height, width, tiling) : [{ top: 0, left: 0, height, width }];
  const border = factor * Math.floor((tiling?.stride ?? 2) / 2);
  const blend = new TileBlend(3, height * factor, width * factor, border);
  return source.using('autoencoder_decode', async (program) => {
    for (const [index, tile] of tiles.entries()) {
      await onTile(index + 1, tiles.length);
      const image = await throughProgram(program, 'latents', cutTile(latents, tile));
      if (tiles.length === 1) return image;
      blend.add(image, tile.top * factor, tile.left * factor);
    }
    return blend.result();
  });
}

/** Image [1, 3, H, W] in −1 … 1 with sides that the autoencoder's factor divides → latents [1, latent, h, w]. */
export async function encode(source: AutoencoderSource, image: Planes, onTile = silent): Promise<Planes> {
  const { vae } = source.sizes;
  const factor = autoencoderFactor(vae);
  const [height, width] = [image.height / factor, image.width / factor];
  const tiling = tilingFor(height, width);
  const tiles = tiling ? tilePlan(height, width, tiling) : [{ top: 0, left: 0, height, width }];
  const blend = new TileBlend(vae.latent, height, width, Math.floor((tiling?.stride ?? 2) / 2));
  return source.using('autoencoder_encode', async (program) => {
    for (const [index, { top, left, ...size }] of tiles.entries()) {
      await onTile(index + 1, tiles.length);
      const inPixels = {
        top: top * factor,
        left: left * factor,
        height: size.height * factor,
        width: size.width * factor,
      };
      const latents = await throughProgram(program, 'image', cutTile(image, inPixels));
      if (tiles.length === 1) return latents;
      blend.add(latents, top, left);
    }
    return blend.result();
  });
}
