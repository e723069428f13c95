import { Unzlib } from 'fflate';
import { concatenate } from '../bytes.ts';

/** Deflate never grows a thousandfold and a bit, so a slice cannot become much more than a mebibyte at once. */
const slice = 1024;

/** Decompresses a zlib stream but gives up as soon as it is longer than `limit` bytes. */
export function inflateWithin(compressed: Uint8Array, limit: number): Uint8Array | 'too-long' | 'damaged' {
  const parts: Uint8Array[] = [];
  let length = 0;
  let ended = false;
  const stream = new Unzlib((part, final) => {
    parts.push(part);
    length += part.length;
    ended = final;
  });
  try {
    for (let at = 0; at < compressed.length && length <= limit; at += slice) {
      stream.push(compressed.subarray(at, at + slice), at + slice >= compressed.length);
    }
  } catch {
    return 'damaged';
  }
  if (length > limit) return 'too-long';
  if (!ended) return 'damaged';
  return concatenate(parts);
}
