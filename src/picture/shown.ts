/** The file that an image element shows for a stored picture. */
import { isShownWell, readPictureHeader } from '../../model/image/header.ts';
import type { ImageId } from '../../workers/protocol.ts';
import { previewPicture } from '../engine/picture-files.ts';

/** A header lies within these first bytes; where it does not, a preview is shown. */
const headerBytes = 2 ** 20;
/** Previews that are kept for the next time. */
const kept = 24;
const previews = new Map<ImageId, Promise<Blob>>();

/**
 * The picture's own file, or a preview where an element would not show that well.
 *
 * @throws as previewPicture
 */
export async function shownFile(image: ImageId, blob: Blob): Promise<Blob> {
  if (await showsWell(blob)) return blob;
  const preview = previews.get(image) ?? previewPicture(blob, image.slice(0, 12));
  keepPreview(image, preview);
  return preview;
}

/** Keeps one that was made already; the one asked for last is forgotten last. */
export function keepPreview(image: ImageId, preview: Promise<Blob>): void {
  previews.delete(image);
  previews.set(image, preview);
  preview.catch(() => previews.delete(image));
  for (const [oldest] of previews) {
    if (previews.size <= kept) return;
    previews.delete(oldest);
  }
}

async function showsWell(blob: Blob): Promise<boolean> {
  const header = readPictureHeader(new Uint8Array(await blob.slice(0, headerBytes).arrayBuffer()));
  // The orientation of a WebP file stands at its end.
  if (header.kind !== 'webp' || !isShownWell(header)) return isShownWell(header);
  return isShownWell(readPictureHeader(new Uint8Array(await blob.arrayBuffer())));
}
