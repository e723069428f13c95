/** Small PNG files for a decoder that follows what a PNG says of its colours. */
import { zlibSync } from 'fflate';
import { concatenate } from '../../model/bytes.ts';
import { chunk, pngSignature } from '../../model/recipe/png-chunks.ts';

/**
 * @param header of IHDR, 13 bytes
 * @param between whole chunks that stand between header and pixels
 * @param rows each behind the number of its filter
 * @param level of compression; 0 takes no time
 */
export function pngFile(
  header: Uint8Array,
  between: readonly Uint8Array[],
  rows: Uint8Array,
  level: 0 | 1,
): Uint8Array<ArrayBuffer> {
  const parts = [
    pngSignature,
    chunk('IHDR', header),
    ...between,
    chunk('IDAT', zlibSync(rows, { level })),
    chunk('IEND', new Uint8Array(0)),
  ];
  return new Uint8Array(concatenate(parts));
}
