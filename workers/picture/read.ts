/** A picture file as a person sees it: upright, in the screen's colours, on white, its first frame, at a bounded size. */
import { fail } from '../../model/failure.ts';
import { readingSize, requirePictureSize, type Size } from '../../model/image/bounds.ts';
import { type PictureHeader, type PictureKind, requireDecodable, withoutWebpExif } from '../../model/image/header.ts';
import { turnUpright, uprightSize } from '../../model/image/orientation.ts';
import type { RgbImage } from '../../model/image/pixels.ts';
import { AreaReduction } from '../../model/image/reduce.ts';

export interface ReadPicture {
  readonly kind: PictureKind | null;
  /** Of the file, upright. */
  readonly size: Size;
  /** Brought down where the file's size is above what is read. */
  readonly image: RgbImage;
}

/** Pixels read back in one go: a few megabytes beside the decoded picture. */
const bandPixels = 1_000_000;

/** @throws PICTURE_FORMAT, PICTURE_DAMAGED, PICTURE_EMPTY, PICTURE_TOO_LARGE, PICTURE_ASPECT, PICTURE_SCANS */
export async function readPicture(blob: Blob, file: string): Promise<ReadPicture> {
  const bytes = new Uint8Array(await blob.arrayBuffer());
  const header = requireDecodable(bytes, file);
  const { kind, orientation } = header;
  const bitmap = await decode(kind === 'webp' ? withoutWebpExif(bytes) : bytes, header, file);
  try {
    const { width, height } = bitmap;
    const stored = { width, height };
    requirePictureSize(stored);
    const image = turnUpright(onWhite(bitmap, readingSize(stored)), orientation);
    return { kind, size: uprightSize(stored, orientation), image };
  } finally {
    bitmap.close();
  }
}

async function decode(bytes: Uint8Array<ArrayBuffer>, { kind }: PictureHeader, file: string): Promise<ImageBitmap> {
  try {
    return await createImageBitmap(new Blob([bytes]), {
      imageOrientation: 'from-image',
      colorSpaceConversion: 'default',
    });
  } catch (error) {
    if (kind === null) return fail('PICTURE_FORMAT', { file });
    return fail('PICTURE_DAMAGED', { file, reason: error instanceof Error ? error.name : String(error) });
  }
}

/** A band at a time: beside the decoded picture there is never a second one of its size. */
function onWhite(bitmap: ImageBitmap, to: Size): RgbImage {
  const { width, height } = bitmap;
  const reduction = new AreaReduction({ width, height }, to);
  const rows = Math.min(height, Math.max(1, Math.floor(bandPixels / width)));
  const context = new OffscreenCanvas(width, rows).getContext('2d', { willReadFrequently: true });
  if (context === null) return fail('UNEXPECTED', { message: 'no 2D canvas' });
  for (let top = 0; top < height; top += rows) {
    const band = Math.min(rows, height - top);
    context.fillStyle = '#fff';
    context.fillRect(0, 0, width, rows);
    context.drawImage(bitmap, 0, -top);
    reduction.add(context.getImageData(0, 0, width, band).data, 4);
  }
  return reduction.image();
}
