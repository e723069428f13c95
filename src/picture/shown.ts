/** The file that an image element shows for a stored picture. */
import { readingPixels } from '../../model/image/bounds.ts';
import { readPictureHeader } from '../../model/image/header.ts';
import type { ImageId } from '../../workers/protocol.ts';
import { previewPicture } from '../engine/picture-files.ts';

/** A header lies within these first bytes; where it does not, a preview is shown. */
const headerBytes = 2 ** 20;
/** Previews that are kept for the next time. */
const kept = 24;
const previews = new Map<ImageId, Promise<Blob>>();

/**
 * The picture's own file, or a preview where an element would decode too large a picture whole, show it on its side, or not
 * know its format.
 *
 * @throws as previewPicture
 */
export async function shownFile(image: ImageId, blob: Blob): Promise<Blob> {
  if (await isShownWell(blob)) return blob;
  const preview = previews.get(image) ?? previewPicture(blob, image.slice(0, 12));
  // The one asked for last is forgotten last.
  previews.delete(image);
  previews.set(image, preview);
  for (const [oldest] of previews) {
    if (previews.size <= kept) break;
    previews.delete(oldest);
  }
  preview.catch(() => previews.delete(image));
  return preview;
}

async function isShownWell(blob: Blob): Promise<boolean> {
  const beginning = new Uint8Array(await blob.slice(0, headerBytes).arrayBuffer());
  const { kind, size } = readPictureHeader(beginning);
  if (kind === 'heic' || size === null || size.width * size.height > readingPixels) return false;
  // The orientation of a WebP file stands at its end.
  if (kind !== 'webp') return true;
  return readPictureHeader(new Uint8Array(await blob.arrayBuffer())).orientation === 1;
}
