/**
 * A large PNG cut across into small ones that say the same of their colours. Browsers decode a PNG whole, 4 bytes a pixel,
 * and some keep a second copy; so cut, a picture of any size takes a few megabytes, and is still the browser's to decode.
 */

import { concatenate } from '../../model/bytes.ts';
import { fail } from '../../model/failure.ts';
import type { Size } from '../../model/image/bounds.ts';
import { exifOrientation, type Orientation } from '../../model/image/orientation.ts';
import { pngSignature } from '../../model/recipe/png-chunks.ts';
import { BlobReader } from './blob-reader.ts';
import { pngFile } from './png-file.ts';
import { unfilter } from './png-filters.ts';

export interface BandedPng {
  /** As stored. */
  readonly size: Size;
  readonly orientation: Orientation;
  /** PNG files, from top to bottom, each as wide as the picture. Throws PICTURE_DAMAGED. */
  readonly bands: AsyncGenerator<Uint8Array<ArrayBuffer>>;
}

/** Pixels a band. */
const bandPixels = 1_000_000;
/** Deflate grows a thousandfold at most, so that a piece becomes no more than 16 MB at once. */
const pieceBytes = 16 * 1024;
/** What a PNG says of its colours (W3C PNG, section 11.3.2) and its palette. */
const colourTypes = ['PLTE', 'tRNS', 'gAMA', 'cHRM', 'iCCP', 'sRGB', 'sBIT', 'cICP', 'mDCV', 'cLLI'];
/** No profile or EXIF is larger. */
const ancillaryLimit = 4 * 2 ** 20;
/** Numbers a pixel by colour type (W3C PNG, section 11.2.1): grey, RGB, palette, grey with alpha, RGBA. */
const samples: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };

/** null for a PNG that cannot be cut: one that is interlaced or animated, or whose beginning is not by the book. */
export async function bandedPng(blob: Blob, file: string): Promise<BandedPng | null> {
  const reader = new BlobReader(blob);
  const signature = await reader.take(pngSignature.length);
  if (!pngSignature.every((byte, index) => signature[index] === byte)) return null;
  const header = await readHeader(reader);
  const layout = header === null ? null : layoutOf(header);
  if (header === null || layout === null) return null;
  const kept: Uint8Array[] = [];
  let orientation: Orientation = 1;
  for (;;) {
    const start = await readStart(reader);
    if (start === null || start.type === 'acTL') return null;
    if (start.type === 'IDAT') {
      const rows = inflated(reader, start.length);
      return { size: layout.size, orientation, bands: cut(rows, header, layout, kept, file) };
    }
    const isKept = colourTypes.includes(start.type) || start.type === 'eXIf';
    if (!isKept) {
      reader.skip(start.length + 4);
      continue;
    }
    if (start.length > ancillaryLimit) return null;
    const rest = await reader.take(start.length + 4);
    if (start.type === 'eXIf') orientation = exifOrientation(new DataView(rest.slice(0, start.length).buffer));
    else kept.push(concatenate([start.bytes, rest]));
  }
}

interface Layout {
  readonly size: Size;
  /** Bytes of a row without the number of its filter. */
  readonly rowBytes: number;
  /** Bytes from a pixel to the next, at least one: the filters' distance. */
  readonly pixelBytes: number;
}

function layoutOf(header: Uint8Array): Layout | null {
  const view = new DataView(header.buffer, header.byteOffset, header.byteLength);
  const [width, height] = [view.getUint32(0), view.getUint32(4)];
  const bits = (header[8] ?? 0) * (samples[header[9] ?? -1] ?? 0);
  const isInterlaced = header[12] !== 0;
  if (bits === 0 || isInterlaced) return null;
  return {
    size: { width, height },
    rowBytes: Math.ceil((width * bits) / 8),
    pixelBytes: Math.max(1, bits >> 3),
  };
}

/** The data of IHDR, which stands first. */
async function readHeader(reader: BlobReader): Promise<Uint8Array | null> {
  const start = await readStart(reader);
  if (start === null || start.type !== 'IHDR' || start.length !== 13) return null;
  const header = (await reader.take(13)).slice();
  reader.skip(4);
  return header.length === 13 ? header : null;
}

/** A chunk's length and type; null at the end of the file. */
async function readStart(reader: BlobReader) {
  const bytes = (await reader.take(8)).slice();
  if (bytes.length < 8) return null;
  return {
    length: new DataView(bytes.buffer).getUint32(0),
    type: String.fromCharCode(...bytes.subarray(4)),
    bytes,
  };
}

/** The data of all IDAT chunks in a row. */
async function* compressed(reader: BlobReader, firstLength: number): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  for (let left = firstLength; ; ) {
    while (left > 0) {
      const piece = await reader.take(Math.min(left, pieceBytes));
      if (piece.length === 0) return;
      left -= piece.length;
      yield piece.slice();
    }
    reader.skip(4);
    const next = await readStart(reader);
    if (next?.type !== 'IDAT') return;
    left = next.length;
  }
}

function inflated(reader: BlobReader, firstLength: number): ReadableStream<Uint8Array> {
  const pieces = compressed(reader, firstLength);
  const source = new ReadableStream<Uint8Array<ArrayBuffer>>(
    {
      async pull(controller) {
        const { done, value } = await pieces.next();
        if (done) controller.close();
        else controller.enqueue(value);
      },
    },
    { highWaterMark: 0 },
  );
  return source.pipeThrough(new DecompressionStream('deflate'));
}

/** What stands behind the last row, a checksum among it, is of no interest to browsers. */
async function* cut(
  rows: ReadableStream<Uint8Array>,
  header: Uint8Array,
  { size, rowBytes, pixelBytes }: Layout,
  kept: readonly Uint8Array[],
  file: string,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const source = rowReader(rows, file);
  const step = Math.max(1, Math.floor(bandPixels / size.width));
  let above = new Uint8Array(rowBytes);
  try {
    for (let top = 0; top < size.height; top += step) {
      const count = Math.min(step, size.height - top);
      const band = await source.take(count * (1 + rowBytes));
      if (!unfilter(band, above, pixelBytes)) fail('PICTURE_DAMAGED', { file, problem: 'undecodable' });
      above = band.slice(band.length - rowBytes);
      const bandHeader = header.slice();
      new DataView(bandHeader.buffer).setUint32(4, count);
      yield pngFile(bandHeader, kept, band, 0);
    }
  } finally {
    await source.cancel();
  }
}

/** Takes a stream's bytes in portions of any length. */
function rowReader(stream: ReadableStream<Uint8Array>, file: string) {
  const reader = stream.getReader();
  let rest = new Uint8Array(0);
  return {
    async take(length: number): Promise<Uint8Array<ArrayBuffer>> {
      const portion = new Uint8Array(length);
      for (let filled = 0; filled < length; ) {
        if (rest.length === 0) {
          const { done, value } = await reader
            .read()
            .catch(() => fail('PICTURE_DAMAGED', { file, problem: 'undecodable' }));
          if (done) return fail('PICTURE_DAMAGED', { file, problem: 'truncated' });
          rest = new Uint8Array(value);
        }
        const part = rest.subarray(0, length - filled);
        portion.set(part, filled);
        filled += part.length;
        rest = rest.subarray(part.length);
      }
      return portion;
    },
    cancel: () => reader.cancel().catch(() => undefined),
  };
}
