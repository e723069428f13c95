/**
 * What a picture file says of itself before it is decoded: its format, its size, how it was held. Whether a file can be read
 * is the decoder's to say: these readers are as lenient as browsers are, and what they cannot find is null.
 */
import { fail } from '../failure.ts';
import { readingPixels, requirePictureSize, type Size } from './bounds.ts';
import { jpegScans, jpegSize } from './jpeg.ts';
import { exifOrientation, type Orientation } from './orientation.ts';

export type PictureKind = 'png' | 'jpeg' | 'gif' | 'webp' | 'avif' | 'heic' | 'bmp' | 'ico' | 'tiff';

export interface PictureHeader {
  /** null for what is no format known here; a browser may know it. */
  readonly kind: PictureKind | null;
  /** As stored: an orientation may still turn it. */
  readonly size: Size | null;
  /** WebP's own, which decoders leave to others; 1 for all other formats, whose decoders turn them. */
  readonly orientation: Orientation;
}

/** So many bytes tell a picture's format. */
export const beginningBytes = 4096;
/** A file of no known format above this is not handed to a decoder. */
const unknownBytes = 64 * 2 ** 20;
/** Each scan of a progressive JPEG passes over all pixels; programs write about ten. */
const scanLimit = 100;

/** The format that a file's beginning shows. */
export function pictureKind(beginning: Uint8Array): PictureKind | null {
  const text = (at: number, length: number) => String.fromCharCode(...beginning.subarray(at, at + length));
  if (text(0, 8) === '\x89PNG\r\n\x1a\n') return 'png';
  if (text(0, 3) === '\xff\xd8\xff') return 'jpeg';
  if (/^GIF8[79]a$/.test(text(0, 6))) return 'gif';
  if (text(0, 4) === 'RIFF' && text(8, 4) === 'WEBP') return 'webp';
  if (text(4, 4) === 'ftyp') return heifKind(text(8, beginningBytes - 8));
  if (text(0, 2) === 'BM') return 'bmp';
  if (text(0, 4) === '\0\0\x01\0') return 'ico';
  if (/^(II\*\0|MM\0\*)$/.test(text(0, 4))) return 'tiff';
  return null;
}

/** ISO/IEC 23008-12, annex B: the brands of the file, or of its items where it names only what they have in common. */
function heifKind(behindType: string): PictureKind | null {
  const length = behindType.search(/meta|mdat|moov/);
  const brands = length < 0 ? behindType : behindType.slice(0, length);
  if (/avi[fs]/.test(brands)) return 'avif';
  if (/hei[cxms]|hev[cxms]/.test(brands)) return 'heic';
  if (!/mif1|miaf|msf1/.test(brands)) return null;
  return /hvc1|hev1/.test(behindType) ? 'heic' : 'avif';
}

/**
 * Whether a file may be a picture.
 *
 * @throws PICTURE_FORMAT for what certainly is none, SVG among them, which is a program; PICTURE_DAMAGED for an empty file
 */
export function requirePicture(beginning: Uint8Array, bytes: number, file: string): void {
  if (beginning.length === 0) fail('PICTURE_DAMAGED', { file, problem: 'empty' });
  const kind = pictureKind(beginning);
  // Hardly a browser reads TIFF, so that it is as good as unknown.
  if (kind !== null && kind !== 'tiff') return;
  const start = String.fromCharCode(...beginning.subarray(0, 64));
  const isOther = start.slice(4, 8) === 'ftyp' || others.some((other) => start.startsWith(other));
  const isMarkup = /^(\xef\xbb\xbf)?\s*</.test(start);
  if (isOther || isMarkup || bytes > unknownBytes) fail('PICTURE_FORMAT', { file });
}

/** How films, sounds, documents and archives begin. */
const others = ['%PDF', 'PK', 'RIFF', 'OggS', 'ID3', '\x1a\x45\xdf\xa3', '\x1f\x8b'];

/** Reads a header; a whole file, or so much of it as there is. */
export function readPictureHeader(bytes: Uint8Array): PictureHeader {
  const kind = pictureKind(bytes.subarray(0, beginningBytes));
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    const size = kind === null ? null : sizeReaders[kind](view);
    return { kind, size, orientation: kind === 'webp' ? webpOrientation(view) : 1 };
  } catch (error) {
    // A DataView refuses to read past the end.
    if (!(error instanceof RangeError)) throw error;
    return { kind, size: null, orientation: 1 };
  }
}

/**
 * The header of a whole file that may be decoded.
 *
 * @throws PICTURE_FORMAT, PICTURE_DAMAGED for an empty file, PICTURE_EMPTY, PICTURE_TOO_LARGE, PICTURE_ASPECT, PICTURE_SCANS
 */
export function requireDecodable(bytes: Uint8Array, file: string): PictureHeader {
  requirePicture(bytes.subarray(0, beginningBytes), bytes.length, file);
  const header = readPictureHeader(bytes);
  if (header.size !== null) requirePictureSize(header.size);
  if (header.kind === 'jpeg') {
    const scans = jpegScans(bytes);
    if (scans > scanLimit) fail('PICTURE_SCANS', { file, scans, limit: scanLimit });
  }
  return header;
}

/**
 * Whether an image element shows the file well: not where it would decode too large a picture whole, show it on its side, or
 * not know its format.
 */
export function isShownWell({ kind, size, orientation }: PictureHeader): boolean {
  return kind !== 'heic' && size !== null && size.width * size.height <= readingPixels && orientation === 1;
}

/** Each gives the size, or null where it cannot be found. */
const sizeReaders: Readonly<Record<PictureKind, (view: DataView) => Size | null>> = {
  /** PNG (W3C), section 11.2.1. */
  png: (view) => ({ width: view.getUint32(16), height: view.getUint32(20) }),
  jpeg: jpegSize,
  /** GIF89a: the logical screen. */
  gif: (view) => ({ width: view.getUint16(6, true), height: view.getUint16(8, true) }),
  webp: webpSize,
  avif: largestExtent,
  heic: largestExtent,
  bmp: bmpSize,
  // An icon holds several pictures, none above 256 a side but one in PNG's own format.
  ico: () => null,
  // Its size may stand anywhere in the file.
  tiff: () => null,
};

/** WebP container (RFC 9649): the size is where the first chunk's kind keeps it. */
function webpSize(view: DataView): Size | null {
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

/** Where the data of a WebP file's EXIF chunk lies; null where there is none. */
function webpExif(view: DataView): { readonly at: number; readonly length: number } | null {
  for (let at = 12; at + 8 <= view.byteLength; ) {
    const length = view.getUint32(at + 4, true);
    if (name(view, at) === 'EXIF') return { at: at + 8, length: Math.min(length, view.byteLength - at - 8) };
    at += 8 + length + (length % 2);
  }
  return null;
}

function webpOrientation(view: DataView): Orientation {
  const exif = webpExif(view);
  if (exif === null) return 1;
  return exifOrientation(new DataView(view.buffer, view.byteOffset + exif.at, exif.length));
}

/** The same WebP file without its EXIF: some browsers turn a picture by it, others do not. */
export function withoutWebpExif(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const copy = new Uint8Array(bytes);
  const exif = webpExif(new DataView(copy.buffer));
  // A chunk of a name that nobody knows is passed over.
  if (exif !== null) copy.set([0x6e, 0x6f, 0x6e, 0x65], exif.at - 8);
  return copy;
}

/** ISO/IEC 23008-12: the property `ispe` holds the size of an item; the largest is the picture itself. */
function largestExtent(view: DataView): Size | null {
  const meta = findBox(view, 'meta');
  if (meta === null) return null;
  let largest: Size | null = null;
  for (let at = meta.from; at + 16 <= meta.to; at += 1) {
    if (name(view, at) !== 'ispe') continue;
    const size = { width: view.getUint32(at + 8), height: view.getUint32(at + 12) };
    if (largest === null || size.width * size.height > largest.width * largest.height) largest = size;
  }
  return largest;
}

/** A box of the file's top level (ISO/IEC 14496-12, 4.2). */
function findBox(view: DataView, wanted: string): { readonly from: number; readonly to: number } | null {
  for (let at = 0; at + 8 <= view.byteLength; ) {
    const short = view.getUint32(at);
    const length = short === 1 ? Number(view.getBigUint64(at + 8)) : short || view.byteLength - at;
    if (name(view, at + 4) === wanted) return { from: at, to: Math.min(at + length, view.byteLength) };
    if (length < 8) return null;
    at += length;
  }
  return null;
}

/** The header of OS/2 has sides of 16 bits; later ones have 32, the height below zero where rows run downwards. */
function bmpSize(view: DataView): Size {
  if (view.getUint32(14, true) === 12) return { width: view.getUint16(18, true), height: view.getUint16(20, true) };
  return { width: view.getInt32(18, true), height: Math.abs(view.getInt32(22, true)) };
}

function name(view: DataView, at: number): string {
  return String.fromCharCode(view.getUint8(at), view.getUint8(at + 1), view.getUint8(at + 2), view.getUint8(at + 3));
}

function uint24(view: DataView, at: number): number {
  return view.getUint16(at, true) | (view.getUint8(at + 2) << 16);
}
