/** How a camera was held: EXIF's orientation (CIPA DC-008, 4.6.5), and turning a picture upright by it. */
import type { Size } from './bounds.ts';
import type { RgbImage } from './pixels.ts';

/** 1 is upright; from 5 on rows and columns change places. */
export type Orientation = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8;

export const orientations: readonly Orientation[] = [1, 2, 3, 4, 5, 6, 7, 8];
const orientationTag = 0x0112;

/** The orientation in EXIF data: a TIFF header and its first directory. What cannot be read is upright. */
export function exifOrientation(exif: DataView): Orientation {
  try {
    // WebP files of some writers repeat JPEG's "Exif\0\0".
    const start = exif.getUint32(0) === 0x45786966 ? 6 : 0;
    const order = exif.getUint16(start);
    if (order !== 0x4949 && order !== 0x4d4d) return 1;
    const little = order === 0x4949;
    const directory = start + exif.getUint32(start + 4, little);
    const count = exif.getUint16(directory, little);
    for (let entry = directory + 2; entry < directory + 2 + count * 12; entry += 12) {
      if (exif.getUint16(entry, little) !== orientationTag) continue;
      const value = exif.getUint16(entry + 8, little);
      return orientations.find((known) => known === value) ?? 1;
    }
  } catch (error) {
    // A DataView refuses to read past the end.
    if (!(error instanceof RangeError)) throw error;
  }
  return 1;
}

/** The size as a person sees it. */
export function uprightSize({ width, height }: Size, orientation: Orientation): Size {
  return orientation >= 5 ? { width: height, height: width } : { width, height };
}

/** The picture as a person sees it; upright ones are given back as they are. */
export function turnUpright(image: RgbImage, orientation: Orientation): RgbImage {
  if (orientation === 1) return image;
  const { width, height } = uprightSize(image, orientation);
  const data = new Uint8Array(width * height * 3);
  // Stored columns run to the left, or stored rows run upwards, as a person sees them.
  const mirrored = [2, 3, 7, 8].includes(orientation);
  const flipped = [3, 4, 6, 7].includes(orientation);
  for (let row = 0; row < height; row += 1) {
    for (let column = 0; column < width; column += 1) {
      const [x, y] = orientation >= 5 ? [row, column] : [column, row];
      const storedX = mirrored ? image.width - 1 - x : x;
      const storedY = flipped ? image.height - 1 - y : y;
      const from = (storedY * image.width + storedX) * 3;
      const to = (row * width + column) * 3;
      data[to] = image.data[from] ?? 0;
      data[to + 1] = image.data[from + 1] ?? 0;
      data[to + 2] = image.data[from + 2] ?? 0;
    }
  }
  return { width, height, data };
}
