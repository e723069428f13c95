/** Files and pixels: decoding as a person sees a picture, in pieces that never hold up the page. */
import { FailureError, failure } from '../../model/failure.ts';
import type { Painting, RgbImage } from '../../workers/protocol.ts';

/** More than any size the model sees; larger pictures are first brought down to this area. */
const pixelBound = 4_000_000;
/** Pixels read back in one go, a few milliseconds' work. */
const bandPixels = 250_000;

/** Upright, in the screen's colours; the first frame of an animation. */
export async function decodePicture(blob: Blob, file: string): Promise<ImageBitmap> {
  try {
    return await createImageBitmap(blob, { imageOrientation: 'from-image', colorSpaceConversion: 'default' });
  } catch (error) {
    const reason = error instanceof Error ? error.name : String(error);
    throw new FailureError(failure('PICTURE_DAMAGED', { file, reason }));
  }
}

/** Pixels on white, row by row; large pictures are bounded. */
export async function readPixels(blob: Blob, file: string): Promise<RgbImage> {
  const decoded = await decodePicture(blob, file);
  const scale = Math.min(1, Math.sqrt(pixelBound / (decoded.width * decoded.height)));
  const width = Math.max(1, Math.round(decoded.width * scale));
  const height = Math.max(1, Math.round(decoded.height * scale));
  const bitmap =
    scale === 1
      ? decoded
      : await createImageBitmap(decoded, { resizeWidth: width, resizeHeight: height, resizeQuality: 'high' });
  const data = new Uint8Array(width * height * 3);
  const rows = Math.max(1, Math.floor(bandPixels / width));
  for (let top = 0; top < height; top += rows) {
    const band = Math.min(rows, height - top);
    data.set(readBand(bitmap, top, band), top * width * 3);
    await pause();
  }
  bitmap.close();
  if (bitmap !== decoded) decoded.close();
  return { width, height, data };
}

function readBand(bitmap: ImageBitmap, top: number, rows: number): Uint8Array {
  const context = contextOf(new OffscreenCanvas(bitmap.width, rows));
  context.fillStyle = '#fff';
  context.fillRect(0, 0, bitmap.width, rows);
  context.drawImage(bitmap, 0, -top);
  const { data } = context.getImageData(0, 0, bitmap.width, rows);
  const colours = new Uint8Array(bitmap.width * rows * 3);
  for (let from = 0, to = 0; to < colours.length; from += 4, to += 3) {
    colours[to] = data[from] ?? 0;
    colours[to + 1] = data[from + 1] ?? 0;
    colours[to + 2] = data[from + 2] ?? 0;
  }
  return colours;
}

function contextOf(canvas: OffscreenCanvas): OffscreenCanvasRenderingContext2D {
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (context === null) throw new FailureError(failure('UNEXPECTED', { message: 'no 2D canvas' }));
  return context;
}

/** Lets the page answer to input and paint. */
function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}

/** A painting as an ImageData, for a canvas. */
export function imageDataOf({ data, width, height }: Pick<Painting, 'data' | 'width' | 'height'>): ImageData {
  return new ImageData(data, width, height);
}
