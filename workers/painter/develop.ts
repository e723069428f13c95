/** Between latents and pictures: the autoencoder, in overlapping tiles where the whole would not fit. */
import type { Planes } from '../../model/diffusion/latents.ts';
import { cutTile, TileBlend, type Tiling, tilePlan } from '../../model/diffusion/tiling.ts';
import { FailureError, failureOf } from '../../model/failure.ts';
import { autoencoderFactor } from '../../model/pieces/autoencoder.ts';
import { hostTensor, type Program } from '../gpu/runtime.ts';
import type { AutoencoderSource } from './source.ts';
import { float32Of } from './tensors.ts';

/**
 * Tiles in latent rows and columns. Nothing larger than one tile's area goes through the autoencoder at once: the attention
 * in its middle then has at most 4096² scores, 64 MiB, which every WebGPU device can bind.
 */
const defaultTiling: Tiling = { size: 64, stride: 32 };

/**
 * Where the device has no memory for these, smaller ones take less. Not the first choice: the autoencoder's norms and its attention see
 * one tile alone, so that colours drift from tile to tile the more the smaller they are.
 */
const sparingTilings: readonly Tiling[] = [
  { size: 32, stride: 16 },
  { size: 16, stride: 8 },
];

/** Null: the whole at once. */
export type TilingChoice = Tiling | null;

function tilingFor(height: number, width: number): TilingChoice {
  return height * width <= defaultTiling.size ** 2 ? null : defaultTiling;
}

/** The usual tiles, or none, and then those that are smaller than what goes through at once by it. */
function tilingsFor(height: number, width: number): readonly TilingChoice[] {
  const usual = tilingFor(height, width);
  const areaOf = (side: number) => Math.min(side, height) * Math.min(side, width);
  const area = usual === null ? height * width : areaOf(usual.size);
  return [usual, ...sparingTilings.filter(({ size }) => areaOf(size) < area)];
}

/**
 * Work in the usual tiles; where the device lacks the memory, room is made and it is tried again in smaller ones.
 *
 * @throws MEMORY_FULL of the first try where the smallest tiles do not help; what else the work throws
 */
export async function inTilesThatFit<Result>(
  { height, width }: Pick<Planes, 'height' | 'width'>,
  makeRoom: () => Promise<void>,
  work: (tiling: TilingChoice) => Promise<Result>,
): Promise<Result> {
  let first: FailureError | null = null;
  for (const tiling of tilingsFor(height, width)) {
    try {
      return await work(tiling);
    } catch (error) {
      const found = failureOf(error);
      // An engine that broke off for want of memory may say so only once.
      const isBroken = found.code === 'RUN_FAILED' || found.code === 'LOAD_FAILED';
      if (found.code !== 'MEMORY_FULL' && (first === null || !isBroken)) throw error;
      if (first === null) await makeRoom();
      first ??= new FailureError(found);
    }
  }
  throw first;
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
export async function encode(
  source: AutoencoderSource,
  image: Planes,
  tiling = tilingFor(...latentSides(source, image)),
  onTile = silent,
): Promise<Planes> {
  const { vae } = source.sizes;
  const factor = autoencoderFactor(vae);
  const [height, width] = latentSides(source, image);
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

/** Height and width of an image's latents. */
function latentSides({ sizes }: AutoencoderSource, image: Planes): readonly [number, number] {
  const factor = autoencoderFactor(sizes.vae);
  return [image.height / factor, image.width / factor];
}
