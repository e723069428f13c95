import { fail } from '../../model/failure.ts';
import { type RgbImage, withAlpha } from '../../model/image/pixels.ts';

/** A picture file of what was read, for pictures that a browser cannot show, or not as they are meant. */
export function previewOf(image: RgbImage): Promise<Blob> {
  const { width, height } = image;
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d') ?? fail('UNEXPECTED', { message: 'no 2D canvas' });
  context.putImageData(new ImageData(withAlpha(image), width, height), 0, 0);
  return canvas.convertToBlob({ type: 'image/webp', quality: 0.9 });
}
