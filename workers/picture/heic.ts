/**
 * HEIC, which browsers but Safari do not decode, by way of libheif. Its C interface is called as its Emscripten build exports
 * it, so that another build of the library can take its place.
 */
import { fail } from '../../model/failure.ts';
import { readingSize, requirePictureSize, type Size } from '../../model/image/bounds.ts';
import { type Box, type Crop, partOf } from '../../model/image/crop.ts';
import { putOnWhite, type RgbImage } from '../../model/image/pixels.ts';
import { AreaReduction } from '../../model/image/reduce.ts';

/** Addresses in the library's memory, and its numbers. */
export interface Libheif {
  /** Another array after the memory has grown. */
  readonly HEAPU8: Uint8Array;
  _malloc(bytes: number): number;
  _free(address: number): void;
  _heif_context_alloc(): number;
  _heif_context_free(context: number): void;
  _heif_context_read_from_memory(error: number, context: number, at: number, bytes: number, options: number): void;
  _heif_context_get_primary_image_handle(error: number, context: number, result: number): void;
  _heif_image_handle_release(handle: number): void;
  _heif_image_handle_get_width(handle: number): number;
  _heif_image_handle_get_height(handle: number): number;
  _heif_image_handle_has_alpha_channel(handle: number): number;
  _heif_image_handle_get_raw_color_profile_size(handle: number): number;
  _heif_image_handle_get_raw_color_profile(error: number, handle: number, result: number): void;
  _heif_decode_image(
    error: number,
    handle: number,
    result: number,
    colours: number,
    layout: number,
    options: number,
  ): void;
  _heif_image_release(image: number): void;
  _heif_image_get_plane_readonly(image: number, channel: number, stride: number): number;
}

export interface DecodedHeic {
  /** Of the file, upright. */
  readonly size: Size;
  /** Upright, on white, brought down to readingSize; its colours are the profile's. Of a crop, its part before it is turned. */
  readonly image: RgbImage;
  /** An ICC profile; null for sRGB. */
  readonly profile: Uint8Array<ArrayBuffer> | null;
}

// libheif's heif_colorspace_RGB, heif_chroma_interleaved_RGB and _RGBA, heif_channel_interleaved.
const rgbColours = 1;
const layouts = { 3: 10, 4: 11 } as const;
const interleaved = 10;

/** Rows that are put on white in one go. */
const bandRows = 64;
/** A struct heif_error: two numbers and the address of its text. */
const errorBytes = 12;

/** @throws PICTURE_DAMAGED, PICTURE_EMPTY, PICTURE_TOO_LARGE, PICTURE_ASPECT */
export function decodeHeic(library: Libheif, bytes: Uint8Array, file: string, crop: Crop | null = null): DecodedHeic {
  const given = library._malloc(bytes.length);
  const context = library._heif_context_alloc();
  const call = caller(library, file);
  try {
    library.HEAPU8.set(bytes, given);
    call((error) => library._heif_context_read_from_memory(error, context, given, bytes.length, 0));
    const handle = call((error, result) => library._heif_context_get_primary_image_handle(error, context, result));
    try {
      return decodeHandle(library, handle, call, crop);
    } finally {
      library._heif_image_handle_release(handle);
    }
  } finally {
    library._heif_context_free(context);
    library._free(given);
  }
}

/** Calls a function that reports an error and writes one number, which it gives back. */
type Caller = (run: (error: number, result: number) => void) => number;

function caller(library: Libheif, file: string): Caller {
  return (run) => {
    const error = library._malloc(errorBytes + 4);
    try {
      run(error, error + errorBytes);
      if (number(library, error) !== 0) fail('PICTURE_DAMAGED', { file, problem: 'undecodable' });
      return number(library, error + errorBytes);
    } finally {
      library._free(error);
    }
  };
}

function decodeHandle(library: Libheif, handle: number, call: Caller, crop: Crop | null): DecodedHeic {
  const size = {
    width: library._heif_image_handle_get_width(handle),
    height: library._heif_image_handle_get_height(handle),
  };
  requirePictureSize(size);
  const stride = library._heif_image_handle_has_alpha_channel(handle) === 1 ? 4 : 3;
  const decoded = call((error, result) =>
    library._heif_decode_image(error, handle, result, rgbColours, layouts[stride], 0),
  );
  try {
    const image = readRows(library, decoded, size, stride, partOf(size, 1, crop));
    return { size, image, profile: readProfile(library, handle, call) };
  } finally {
    library._heif_image_release(decoded);
  }
}

function readRows(library: Libheif, decoded: number, size: Size, stride: 3 | 4, part: Box): RgbImage {
  const reduction = new AreaReduction(size, readingSize(part), part);
  const result = library._malloc(4);
  const at = library._heif_image_get_plane_readonly(decoded, interleaved, result);
  const line = number(library, result);
  library._free(result);
  const used = size.width * stride;
  for (let top = 0; top < size.height; top += bandRows) {
    const rows = Math.min(bandRows, size.height - top);
    const band = new Uint8Array(rows * used);
    for (let row = 0; row < rows; row += 1) {
      const from = at + (top + row) * line;
      band.set(library.HEAPU8.subarray(from, from + used), row * used);
    }
    if (stride === 4) putOnWhite(band);
    reduction.add(band, stride);
  }
  return reduction.image();
}

function readProfile(library: Libheif, handle: number, call: Caller): Uint8Array<ArrayBuffer> | null {
  const length = library._heif_image_handle_get_raw_color_profile_size(handle);
  if (length === 0) return null;
  const at = library._malloc(length);
  try {
    call((error) => library._heif_image_handle_get_raw_color_profile(error, handle, at));
    return library.HEAPU8.slice(at, at + length) as Uint8Array<ArrayBuffer>;
  } finally {
    library._free(at);
  }
}

function number(library: Libheif, address: number): number {
  return new DataView(library.HEAPU8.buffer).getUint32(address, true);
}
