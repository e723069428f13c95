import sharp from 'sharp';
import { readPngRecipe } from '../../model/recipe/png.ts';
import type { Recipe } from '../../model/recipe/recipe.ts';

export interface SavedPicture {
  readonly recipe: Recipe;
  readonly width: number;
  readonly height: number;
  /** Says in XMP that a trained model made it. */
  readonly marked: boolean;
  /** RGBA. */
  readonly pixels: Uint8Array;
}

export async function readSaved(bytes: Uint8Array): Promise<SavedPicture> {
  const image = sharp(bytes);
  const { xmp } = await image.metadata();
  const { data, info } = await image.ensureAlpha().raw().toBuffer({ resolveWithObject: true });
  return {
    recipe: readPngRecipe('saved.png', bytes),
    width: info.width,
    height: info.height,
    marked: xmp?.toString('utf8').includes('digitalsourcetype/trainedAlgorithmicMedia') === true,
    pixels: new Uint8Array(data),
  };
}
