/** What the browser decodes, read back in bands, so that there is never a second copy of a decoded picture. */
import { fail } from '../../model/failure.ts';
import { readingSize, requirePictureSize, type Size } from '../../model/image/bounds.ts';
import { type Box, wholeBox } from '../../model/image/crop.ts';
import type { RgbImage } from '../../model/image/pixels.ts';
import { AreaReduction } from '../../model/image/reduce.ts';
import { nextTask } from '../next-task.ts';

/** Pixels read back in one go: a megabyte beside the decoded picture. */
const bandPixels = 250_000;

/** What the browser makes of a file; null where it makes nothing. */
export function decode(bytes: Uint8Array<ArrayBuffer>): Promise<ImageBitmap | null> {
  return createImageBitmap(new Blob([bytes]), {
    imageOrientation: 'from-image',
    colorSpaceConversion: 'default',
  }).catch(() => null);
}

/** A picture or a part of it, brought down where that is above what is read. */
export async function readBitmap(
  bitmap: ImageBitmap,
  partOf: (size: Size) => Box = wholeBox,
): Promise<{ readonly size: Size; readonly image: RgbImage }> {
  const size = { width: bitmap.width, height: bitmap.height };
  requirePictureSize(size);
  const part = partOf(size);
  return { size, image: await reduceBitmap(bitmap, readingSize(part), part) };
}

/** On white; closes the bitmap. */
export async function reduceBitmap(bitmap: ImageBitmap, to: Size, part?: Box): Promise<RgbImage> {
  const reduction = new AreaReduction({ width: bitmap.width, height: bitmap.height }, to, part);
  await addOnWhite(reduction, bitmap);
  return reduction.image();
}

/** Adds all rows of a bitmap, and closes it. */
export async function addOnWhite(reduction: AreaReduction, bitmap: ImageBitmap): Promise<void> {
  const { width, height } = bitmap;
  const rows = Math.min(height, Math.max(1, Math.floor(bandPixels / width)));
  const context = new OffscreenCanvas(width, rows).getContext('2d', { willReadFrequently: true });
  if (context === null) return fail('UNEXPECTED', { message: 'no 2D canvas' });
  for (let top = 0; top < height; top += rows) {
    const band = Math.min(rows, height - top);
    context.fillStyle = '#fff';
    context.fillRect(0, 0, width, rows);
    context.drawImage(bitmap, 0, -top);
    reduction.add(context.getImageData(0, 0, width, band).data, 4);
    // Garbage is collected between tasks; bands would add up beside the picture.
    await nextTask();
  }
  bitmap.close();
}
