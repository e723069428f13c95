/** A picture file as a person sees it: upright, in the screen's colours, on white, its first frame, at a bounded size. */
import { fail } from '../../model/failure.ts';
import { readingSize, requirePictureSize, type Size } from '../../model/image/bounds.ts';
import { type PictureHeader, requireDecodable, withoutWebpExif } from '../../model/image/header.ts';
import { turnUpright, uprightSize } from '../../model/image/orientation.ts';
import type { RgbImage } from '../../model/image/pixels.ts';
import { AreaReduction } from '../../model/image/reduce.ts';
import { nextTask } from '../next-task.ts';
import { decodeHeic } from './heic.ts';
import { loadLibheif } from './libheif.ts';
import { profiledPng } from './profiled-png.ts';

export interface ReadPicture {
  readonly header: PictureHeader;
  /** Of the file, upright. */
  readonly size: Size;
  /** Brought down where the file's size is above what is read. */
  readonly image: RgbImage;
}

/** Pixels read back in one go: a megabyte beside the decoded picture. */
const bandPixels = 250_000;

/** @throws PICTURE_FORMAT, PICTURE_DAMAGED, PICTURE_EMPTY, PICTURE_TOO_LARGE, PICTURE_ASPECT, PICTURE_SCANS, FILE_UNREADABLE */
export async function readPicture(blob: Blob, file: string): Promise<ReadPicture> {
  const bytes = new Uint8Array(await blob.arrayBuffer());
  const header = requireDecodable(bytes, file);
  const { kind, orientation } = header;
  const decoded = await decode(kind === 'webp' ? withoutWebpExif(bytes) : bytes);
  if (decoded !== null) {
    const { size, image } = await readBitmap(decoded);
    return { header, size: uprightSize(size, orientation), image: turnUpright(image, orientation) };
  }
  if (kind === null) return fail('PICTURE_FORMAT', { file });
  if (kind !== 'heic') return fail('PICTURE_DAMAGED', { file, problem: 'undecodable' });
  return { header, ...(await readHeic(bytes, file)) };
}

/** What the browser makes of a file; null where it makes nothing. */
function decode(bytes: Uint8Array<ArrayBuffer>): Promise<ImageBitmap | null> {
  return createImageBitmap(new Blob([bytes]), {
    imageOrientation: 'from-image',
    colorSpaceConversion: 'default',
  }).catch(() => null);
}

async function readHeic(bytes: Uint8Array, file: string): Promise<Pick<ReadPicture, 'size' | 'image'>> {
  const { size, image, profile } = decodeHeic(await loadLibheif(), bytes, file);
  if (profile === null) return { size, image };
  const profiled = await decode(profiledPng(image, profile));
  if (profiled === null) return fail('PICTURE_DAMAGED', { file, problem: 'profile' });
  const { image: converted } = await readBitmap(profiled);
  return { size, image: converted };
}

async function readBitmap(bitmap: ImageBitmap): Promise<Pick<ReadPicture, 'size' | 'image'>> {
  try {
    const size = { width: bitmap.width, height: bitmap.height };
    requirePictureSize(size);
    return { size, image: await onWhite(bitmap, readingSize(size)) };
  } finally {
    bitmap.close();
  }
}

/** A band at a time: beside the decoded picture there is never a second one of its size. */
async function onWhite(bitmap: ImageBitmap, to: Size): Promise<RgbImage> {
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
    // Garbage is collected between tasks; bands would add up beside the picture.
    await nextTask();
  }
  return reduction.image();
}
