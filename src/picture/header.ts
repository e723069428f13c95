/** What a picture file says of itself before it is decoded: its format, its size, and whether it ends where it should. */
import { fail } from '../../model/failure.ts';
import { requirePictureSize } from '../../model/image/bounds.ts';

export interface PictureHeader {
  readonly type: 'image/png' | 'image/jpeg' | 'image/gif' | 'image/webp' | 'image/avif';
  /** As stored: an orientation may still turn it. */
  readonly width: number;
  readonly height: number;
}

type Size = Pick<PictureHeader, 'width' | 'height'>;

/**
 * Reads the header of a whole file.
 *
 * @throws PICTURE_FORMAT for anything but PNG, JPEG, GIF, WebP and AVIF (SVG is refused: it is a program);
 *   PICTURE_DAMAGED for an empty file, or one that ends early; PICTURE_TOO_LARGE; PICTURE_ASPECT
 */
export function readPictureHeader(bytes: Uint8Array<ArrayBuffer>, file: string): PictureHeader {
  const type = pictureType(bytes, file);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let size: Size | null;
  try {
    size = readers[type](view);
  } catch (error) {
    // A DataView refuses to read past the end.
    if (!(error instanceof RangeError)) throw error;
    size = null;
  }
  if (size === null) return fail('PICTURE_DAMAGED', { file, reason: `${bytes.length} B` });
  requirePictureSize(size);
  return { type, ...size };
}

/** So many bytes tell a picture's format. */
export const beginningBytes = 16;

/**
 * The format that a file's beginning shows.
 *
 * @throws PICTURE_FORMAT, and PICTURE_DAMAGED for an empty file
 */
export function pictureType(beginning: Uint8Array, file: string): PictureHeader['type'] {
  if (beginning.length === 0) return fail('PICTURE_DAMAGED', { file, reason: '0 B' });
  return sniff(beginning) ?? fail('PICTURE_FORMAT', { file });
}

function sniff(bytes: Uint8Array): PictureHeader['type'] | null {
  const text = (at: number, length: number) => String.fromCharCode(...bytes.subarray(at, at + length));
  if (text(0, 8) === '\x89PNG\r\n\x1a\n') return 'image/png';
  if (text(0, 3) === '\xff\xd8\xff') return 'image/jpeg';
  if (/^GIF8[79]a$/.test(text(0, 6))) return 'image/gif';
  if (text(0, 4) === 'RIFF' && text(8, 4) === 'WEBP') return 'image/webp';
  if (text(4, 4) === 'ftyp' && /^avi[fs]$/.test(text(8, 4))) return 'image/avif';
  return null;
}

/** Each gives the size, or null where the file ends early or contradicts itself. */
const readers: Readonly<Record<PictureHeader['type'], (view: DataView) => Size | null>> = {
  'image/png': pngSize,
  'image/jpeg': jpegSize,
  'image/gif': gifSize,
  'image/webp': webpSize,
  'image/avif': avifSize,
};

/** PNG (W3C), section 5: chunks of length, name, data and checksum; the last one is IEND. */
function pngSize(view: DataView): Size | null {
  const size = { width: view.getUint32(16), height: view.getUint32(20) };
  let at = 8;
  while (at + 12 <= view.byteLength) {
    const length = view.getUint32(at);
    if (name(view, at + 4) === 'IEND') return size;
    at += 12 + length;
  }
  return null;
}

/** JPEG (ITU T.81), annex B: the size is in the frame header; the end is marked by FF D9, and some writers add bytes behind. */
function jpegSize(view: DataView): Size | null {
  let size: Size | null = null;
  let at = 2;
  while (at + 4 <= view.byteLength) {
    if (view.getUint8(at) !== 0xff) return null;
    const marker = view.getUint8(at + 1);
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    const frame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (frame) size = { height: view.getUint16(at + 5), width: view.getUint16(at + 7) };
    at += 2 + view.getUint16(at + 2);
    if (marker === 0xda) return endsJpeg(view, at) ? size : null;
  }
  return null;
}

function endsJpeg(view: DataView, scan: number): boolean {
  for (let at = view.byteLength - 2; at >= scan; at -= 1) if (view.getUint16(at) === 0xffd9) return true;
  return false;
}

/** GIF89a: the logical screen; the trailer byte ends the file. */
function gifSize(view: DataView): Size | null {
  const whole = view.getUint8(view.byteLength - 1) === 0x3b;
  return whole ? { width: view.getUint16(6, true), height: view.getUint16(8, true) } : null;
}

/** WebP container (RFC 9649): the size is where the first chunk's kind keeps it. */
function webpSize(view: DataView): Size | null {
  if (view.getUint32(4, true) + 8 > view.byteLength) return null;
  switch (name(view, 12)) {
    case 'VP8X':
      return { width: 1 + uint24(view, 24), height: 1 + uint24(view, 27) };
    case 'VP8L': {
      const packed = view.getUint32(21, true);
      return { width: 1 + (packed & 0x3fff), height: 1 + ((packed >>> 14) & 0x3fff) };
    }
    case 'VP8 ':
      return { width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff };
    default:
      return null;
  }
}

/** ISO/IEC 23008-12: the property `ispe` holds the size of an item; the largest is the picture itself. */
function avifSize(view: DataView): Size | null {
  let found: Size | null = null;
  let end = 0;
  while (end + 8 <= view.byteLength) {
    const length = view.getUint32(end);
    if (name(view, end + 4) === 'meta') found = largestExtent(view, end, end + length);
    // 0: to the end of the file; 1: a 64-bit length follows, which no picture within the limits needs.
    if (length < 8) return length === 0 ? found : null;
    end += length;
  }
  return end === view.byteLength ? found : null;
}

function largestExtent(view: DataView, from: number, to: number): Size | null {
  let largest: Size | null = null;
  for (let at = from; at + 16 <= Math.min(to, view.byteLength); at += 1) {
    if (name(view, at) !== 'ispe') continue;
    const size = { width: view.getUint32(at + 8), height: view.getUint32(at + 12) };
    if (largest === null || size.width * size.height > largest.width * largest.height) largest = size;
  }
  return largest;
}

function name(view: DataView, at: number): string {
  return String.fromCharCode(view.getUint8(at), view.getUint8(at + 1), view.getUint8(at + 2), view.getUint8(at + 3));
}

function uint24(view: DataView, at: number): number {
  return view.getUint16(at, true) | (view.getUint8(at + 2) << 16);
}
