import type { Size } from '../../model/image/bounds.ts';

export interface ReducedJpeg {
  /** Upright. */
  readonly bitmap: ImageBitmap;
  /** The file's size, upright. */
  readonly size: Size;
}

/** JPEG's blocks have eight pixels a side; decoders make fewer of them at little cost. */
const blockSide = 8;

/**
 * A JPEG decoded at a smaller size, no smaller than asked for: a decoder that knows the size beforehand never holds the
 * picture whole. null where the browser cannot, or where nothing would be saved.
 *
 * @param stored the file's size before it is turned upright
 */
export async function decodeReducedJpeg(
  bytes: Uint8Array<ArrayBuffer>,
  stored: Size,
  wanted: Size,
): Promise<ReducedJpeg | null> {
  const eighths = Math.ceil((blockSide * wanted.width) / stored.width);
  if (typeof ImageDecoder === 'undefined' || eighths >= blockSide) return null;
  const side = (length: number) => Math.ceil((length * eighths) / blockSide);
  const reduced = { width: side(stored.width), height: side(stored.height) };
  const bitmap = await decodeAt(bytes, reduced);
  if (bitmap === null) return null;
  // The decoder turns the picture by its EXIF; which way round it is shows in its sides alone.
  const isUpright = bitmap.width === reduced.width && bitmap.height === reduced.height;
  const isTurned = bitmap.width === reduced.height && bitmap.height === reduced.width;
  const isSquare = stored.width === stored.height;
  if (isUpright && (!isTurned || isSquare)) return { bitmap, size: stored };
  if (isTurned && !isUpright) return { bitmap, size: { width: stored.height, height: stored.width } };
  bitmap.close();
  return null;
}

/** null for what is damaged as well: whether a file is a picture, the decoder of whole pictures has to say. */
async function decodeAt(bytes: Uint8Array<ArrayBuffer>, { width, height }: Size): Promise<ImageBitmap | null> {
  const decoder = new ImageDecoder({ data: bytes, type: 'image/jpeg', desiredWidth: width, desiredHeight: height });
  try {
    const { image: frame } = await decoder.decode();
    try {
      return await createImageBitmap(frame);
    } finally {
      frame.close();
    }
  } catch {
    return null;
  } finally {
    decoder.close();
  }
}
