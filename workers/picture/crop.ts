/** A part of a picture as a picture of its own, turned where the person turned it. */
import { fail } from '../../model/failure.ts';
import type { Crop } from '../../model/image/crop.ts';
import { withAlpha } from '../../model/image/pixels.ts';
import { isMadeByModel, writePng } from '../../model/recipe/png.ts';
import type { CroppedFile } from './protocol.ts';
import { readPicture } from './read.ts';

/** @throws as readPicture */
export async function cropPicture(blob: Blob, file: string, crop: Crop): Promise<CroppedFile> {
  const { header, image } = await readPicture(blob, file, crop);
  const { width, height } = image;
  const data = withAlpha(image);
  // A part of what a model made is made by a model, too; the recipe is of the whole.
  if (header.kind === 'png' && isMadeByModel(new Uint8Array(await blob.arrayBuffer()))) {
    return { width, height, png: new Blob([new Uint8Array(writePng({ width, height, data }, null))]) };
  }
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d') ?? fail('UNEXPECTED', { message: 'no 2D canvas' });
  context.putImageData(new ImageData(data, width, height), 0, 0);
  return { width, height, png: await canvas.convertToBlob({ type: 'image/png' }) };
}
