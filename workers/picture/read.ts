/** A picture file as a person sees it: upright, in the screen's colours, on white, its first frame, at a bounded size. */
import { fail } from '../../model/failure.ts';
import { readingPixels, readingSize, requirePictureSize, type Size } from '../../model/image/bounds.ts';
import { type Crop, partOf } from '../../model/image/crop.ts';
import {
  beginningBytes,
  type PictureHeader,
  pictureKind,
  requireDecodable,
  withoutWebpExif,
} from '../../model/image/header.ts';
import { isPrintJpeg } from '../../model/image/jpeg.ts';
import { turnUpright, uprightSize } from '../../model/image/orientation.ts';
import type { RgbImage } from '../../model/image/pixels.ts';
import { AreaReduction } from '../../model/image/reduce.ts';
import { addOnWhite, decode, readBitmap, reduceBitmap } from './bitmap.ts';
import { decodeHeic } from './heic.ts';
import { loadLibheif } from './libheif.ts';
import { type BandedPng, bandedPng } from './png-bands.ts';
import { profiledPng } from './profiled-png.ts';
import { decodeReducedJpeg } from './reduced-jpeg.ts';

interface SizedImage {
  /** Of the file, upright. */
  readonly size: Size;
  /** Brought down where the file's size is above what is read. */
  readonly image: RgbImage;
}

export interface ReadPicture extends SizedImage {
  readonly header: PictureHeader;
}

/**
 * @param crop the part that is read, at its own size where that is no more than is read of any picture; else all of it
 * @throws PICTURE_FORMAT, PICTURE_DAMAGED, PICTURE_EMPTY, PICTURE_TOO_LARGE, PICTURE_ASPECT, PICTURE_SCANS, FILE_UNREADABLE
 */
export async function readPicture(blob: Blob, file: string, crop: Crop | null = null): Promise<ReadPicture> {
  if (crop === null) return readUpright(blob, file, null);
  requirePictureSize(crop.box);
  const { image, ...read } = await readUpright(blob, file, crop);
  return { ...read, image: turnUpright(image, crop.orientation) };
}

async function readUpright(blob: Blob, file: string, crop: Crop | null): Promise<ReadPicture> {
  const beginning = await bytesOf(blob.slice(0, beginningBytes));
  if (pictureKind(beginning) === 'png') {
    const header = requireDecodable(beginning, file);
    const banded = isLarge(header) ? await bandedPng(blob, file) : null;
    if (banded !== null) return { header, ...(await readBands(banded, file, crop)) };
  }
  const bytes = await bytesOf(blob);
  const header = requireDecodable(bytes, file);
  // Inks come to the screen's colours by their product: the mean of one is not that of the other.
  if (crop === null && header.kind === 'jpeg' && isLarge(header) && !isPrintJpeg(bytes)) {
    const read = await readLargeJpeg(bytes, header.size);
    if (read !== null) return { header, ...read };
  }
  return { header, ...(await readDecoded(bytes, header, file, crop)) };
}

async function bytesOf(blob: Blob): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await blob.arrayBuffer());
}

/** Above the pixels that are read: such a picture is brought down while it is decoded, where its format allows that. */
function isLarge(header: PictureHeader): header is PictureHeader & { readonly size: Size } {
  return header.size !== null && header.size.width * header.size.height > readingPixels;
}

async function readDecoded(
  bytes: Uint8Array<ArrayBuffer>,
  { kind, orientation }: PictureHeader,
  file: string,
  crop: Crop | null,
): Promise<SizedImage> {
  const decoded = await decode(kind === 'webp' ? withoutWebpExif(bytes) : bytes);
  if (decoded !== null) {
    const { size, image } = await readBitmap(decoded, (stored) => partOf(stored, orientation, crop));
    return { size: uprightSize(size, orientation), image: turnUpright(image, orientation) };
  }
  if (kind === null || kind === 'tiff') return fail('PICTURE_FORMAT', { file });
  if (kind !== 'heic') return fail('PICTURE_DAMAGED', { file, problem: 'undecodable' });
  return readHeic(bytes, file, crop);
}

async function readHeic(bytes: Uint8Array, file: string, crop: Crop | null): Promise<SizedImage> {
  const { size, image, profile } = decodeHeic(await loadLibheif(), bytes, file, crop);
  if (profile === null) return { size, image };
  const profiled = await decode(profiledPng(image, profile));
  if (profiled === null) return fail('PICTURE_DAMAGED', { file, problem: 'profile' });
  const { image: converted } = await readBitmap(profiled);
  return { size, image: converted };
}

async function readBands(
  { size, orientation, bands }: BandedPng,
  file: string,
  crop: Crop | null,
): Promise<SizedImage> {
  const part = partOf(size, orientation, crop);
  const reduction = new AreaReduction(size, readingSize(part), part);
  for await (const bytes of bands) {
    await addOnWhite(reduction, (await decode(bytes)) ?? fail('PICTURE_DAMAGED', { file, problem: 'undecodable' }));
  }
  return { size: uprightSize(size, orientation), image: turnUpright(reduction.image(), orientation) };
}

/** null where the browser decodes only whole pictures. */
async function readLargeJpeg(bytes: Uint8Array<ArrayBuffer>, stored: Size): Promise<SizedImage | null> {
  const reduced = await decodeReducedJpeg(bytes, stored, readingSize(stored));
  if (reduced === null) return null;
  const { bitmap, size } = reduced;
  return { size, image: await reduceBitmap(bitmap, readingSize(size)) };
}
