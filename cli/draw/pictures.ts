/** Pictures from files: upright, in sRGB, on white, judged by their header before they are decoded. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import sharp from 'sharp';
import { FailureError, fail } from '../../model/failure.ts';
import { requirePictureSize } from '../../model/image/bounds.ts';
import type { ImageId, RgbImage } from '../../workers/protocol.ts';

export interface Picture {
  /** SHA-256 of the file's bytes. */
  readonly id: ImageId;
  /** The file's name and bytes. */
  readonly file: string;
  readonly bytes: Uint8Array;
  readonly pixels: RgbImage;
}

/** How the readable formats begin, in hexadecimal; nothing else, SVG above all, is handed to a decoder. */
const beginnings = [/^89504e470d0a1a0a/, /^ffd8ff/, /^474946383[79]61/, /^52494646.{8}57454250/];

/** @throws FILE_UNREADABLE, PICTURE_FORMAT, PICTURE_EMPTY, PICTURE_TOO_LARGE, PICTURE_DAMAGED */
export async function readPicture(path: string): Promise<Picture> {
  const file = basename(path);
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) =>
    fail('FILE_UNREADABLE', { file, reason: error.code ?? error.message }),
  );
  return { id: imageId(bytes), file, bytes, pixels: await decodePicture(file, bytes) };
}

export function imageId(bytes: Uint8Array): ImageId {
  return sha256(bytes) as ImageId;
}

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

export async function decodePicture(file: string, bytes: Uint8Array): Promise<RgbImage> {
  const start = Buffer.from(bytes.subarray(0, 16)).toString('hex');
  if (!beginnings.some((beginning) => beginning.test(start))) fail('PICTURE_FORMAT', { file });
  // The limits are judged here, from the header, so that the failure says what they are.
  const open = () => sharp(bytes, { limitInputPixels: false, failOn: 'truncated', pages: 1 });
  const header = await open()
    .metadata()
    .catch((error: Error) => fail('PICTURE_DAMAGED', { file, reason: error.message.trim() }));
  requirePictureSize({ width: header.width ?? 0, height: header.pageHeight ?? header.height ?? 0 });
  try {
    const { data, info } = await open()
      .autoOrient()
      .toColourspace('srgb')
      .flatten({ background: '#ffffff' })
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true });
    const { width, height } = info;
    return { width, height, data: threeChannels(data, width * height, info.channels) };
  } catch (error) {
    if (error instanceof FailureError) throw error;
    return fail('PICTURE_DAMAGED', { file, reason: error instanceof Error ? error.message.trim() : String(error) });
  }
}

/** Grey pictures come with one channel. */
function threeChannels(data: Uint8Array, pixels: number, channels: number): Uint8Array {
  if (channels === 3) return new Uint8Array(data);
  const rgb = new Uint8Array(pixels * 3);
  for (let pixel = 0; pixel < pixels; pixel += 1) {
    rgb.fill(data[pixel * channels] ?? 0, pixel * 3, pixel * 3 + 3);
  }
  return rgb;
}
