/** Pictures from files: upright, in sRGB, on white, judged by their header before they are decoded. */
import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import sharp, { type Sharp, type SharpOptions } from 'sharp';
import { FailureError, fail } from '../../model/failure.ts';
import { readingSize, requirePictureSize } from '../../model/image/bounds.ts';
import { type PictureKind, requireDecodable } from '../../model/image/header.ts';
import { putOnWhite } from '../../model/image/pixels.ts';
import { AreaReduction } from '../../model/image/reduce.ts';
import { decodeHeic } from '../../workers/picture/heic.ts';
import { profiledPng } from '../../workers/picture/profiled-png.ts';
import type { ImageId, RgbImage } from '../../workers/protocol.ts';
import { readNamed } from '../files.ts';
import { loadLibheif } from './libheif.ts';
import { toSrgb } from './png-colours.ts';
import { applyPrintProfile, inksOnWhite } from './print-colours.ts';

export interface Picture {
  /** SHA-256 of the file's bytes. */
  readonly id: ImageId;
  /** The file's name and bytes. */
  readonly file: string;
  readonly bytes: Uint8Array;
  readonly pixels: RgbImage;
}

/** @throws FILE_UNREADABLE, LINK_DANGLING, PICTURE_FORMAT, PICTURE_PAGE_ONLY, PICTURE_EMPTY, PICTURE_TOO_LARGE, PICTURE_DAMAGED */
export async function readPicture(path: string): Promise<Picture> {
  const file = basename(path);
  const bytes = await readNamed(path);
  return { id: imageId(bytes), file, bytes, pixels: await decodePicture(file, bytes) };
}

export function imageId(bytes: Uint8Array): ImageId {
  return sha256(bytes) as ImageId;
}

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/**
 * The pixels that the page reads from the same file.
 *
 * @throws PICTURE_FORMAT, PICTURE_PAGE_ONLY, PICTURE_EMPTY, PICTURE_TOO_LARGE, PICTURE_ASPECT, PICTURE_SCANS, PICTURE_DAMAGED
 */
export async function decodePicture(file: string, bytes: Uint8Array): Promise<RgbImage> {
  const { kind } = requireDecodable(bytes, file);
  if (kind === null) return fail('PICTURE_FORMAT', { file });
  if (kind === 'bmp' || kind === 'ico' || kind === 'tiff') return fail('PICTURE_PAGE_ONLY', { file, kind });
  if (kind === 'heic') return decodePhone(bytes, file);
  return decodeKind(kind, kind === 'avif' ? namedAvif(bytes) : bytes, file);
}

async function decodePhone(bytes: Uint8Array, file: string): Promise<RgbImage> {
  const { image, profile } = decodeHeic(await loadLibheif(), bytes, file);
  if (profile === null) return image;
  return decodeScreen(inSrgb(open(profiledPng(image, profile)), true));
}

/** The image library knows AVIF by this brand alone, where others may stand too. */
function namedAvif(bytes: Uint8Array): Uint8Array {
  const copy = new Uint8Array(bytes);
  copy.set(Buffer.from('avif'), 8);
  return copy;
}

async function decodeKind(kind: PictureKind, bytes: Uint8Array, file: string): Promise<RgbImage> {
  try {
    const { space, icc, ...header } = await open(bytes).metadata();
    // Where the header could not be read here, the library's own reading of it is judged.
    requirePictureSize({ width: header.width, height: header.pageHeight ?? header.height });
    if (space === 'cmyk') return await decodePrint(bytes, icc);
    const image = inSrgb(open(bytes), icc !== undefined);
    return await (kind === 'png' ? decodePng(image, bytes, file) : decodeScreen(image));
  } catch (error) {
    if (error instanceof FailureError) throw error;
    return fail('PICTURE_DAMAGED', { file, problem: 'undecodable' });
  }
}

/** The limits are judged here, so that the failure says what they are; of an animation the first frame is read. */
function open(bytes: Uint8Array, options: SharpOptions = {}): Sharp {
  return sharp(bytes, { limitInputPixels: false, failOn: 'truncated', pages: 1, ...options });
}

/** A profile is followed in 16 bits a channel too, which a change of colour space alone would not do. */
function inSrgb(image: Sharp, hasProfile: boolean): Sharp {
  const upright = image.autoOrient().toColourspace('srgb');
  return hasProfile ? upright.withIccProfile('srgb') : upright;
}

async function decodeScreen(image: Sharp): Promise<RgbImage> {
  return bounded(await rawOf(image.flatten({ background: '#ffffff' }).removeAlpha()));
}

async function decodePng(image: Sharp, bytes: Uint8Array, file: string): Promise<RgbImage> {
  const raw = await rawOf(image.ensureAlpha());
  toSrgb(raw.data, bytes, file);
  putOnWhite(raw.data);
  return bounded(raw);
}

async function decodePrint(bytes: Uint8Array, profile: Uint8Array | undefined): Promise<RgbImage> {
  const inks = open(bytes, { ignoreIcc: true }).autoOrient().pipelineColourspace('cmyk').toColourspace('cmyk');
  const { data, ...size } = await rawOf(inks);
  const image = bounded({ ...size, channels: 3, data: inksOnWhite(data) });
  if (profile !== undefined) applyPrintProfile(image.data, profile);
  return image;
}

interface RawPixels {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly data: Uint8Array;
}

async function rawOf(image: Sharp): Promise<RawPixels> {
  const { data, info } = await image.raw({ depth: 'uchar' }).toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, channels: info.channels, data };
}

function bounded({ width, height, channels, data }: RawPixels): RgbImage {
  const stride = channels === 4 ? 4 : 3;
  const reduction = new AreaReduction({ width, height }, readingSize({ width, height }));
  reduction.add(channels === 1 ? threeChannels(data) : data, stride);
  return reduction.image();
}

/** Grey pixels come with one channel. */
function threeChannels(grey: Uint8Array): Uint8Array {
  const rgb = new Uint8Array(grey.length * 3);
  for (const [pixel, value] of grey.entries()) rgb.fill(value, pixel * 3, pixel * 3 + 3);
  return rgb;
}
