import { zlibSync } from 'fflate';
import { concatenate } from '../../model/bytes.ts';
import type { RgbImage } from '../../model/image/pixels.ts';
import { chunk } from '../../model/recipe/png-chunks.ts';
import { pngFile } from './png-file.ts';

/** Pixels and the profile of their colours as a PNG file: a decoder then brings them to the screen's colours. */
export function profiledPng({ width, height, data }: RgbImage, profile: Uint8Array): Uint8Array<ArrayBuffer> {
  const header = new Uint8Array(13);
  const view = new DataView(header.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  header.set([8, 2, 0, 0, 0], 8);
  const rows = new Uint8Array(height * (1 + width * 3));
  for (let row = 0; row < height; row += 1) {
    rows.set(data.subarray(row * width * 3, (row + 1) * width * 3), row * (1 + width * 3) + 1);
  }
  // A name of one letter, its end, and the only method of compression.
  const named = concatenate([Uint8Array.of(0x70, 0, 0), zlibSync(profile)]);
  return pngFile(header, [chunk('iCCP', named)], rows, 1);
}
