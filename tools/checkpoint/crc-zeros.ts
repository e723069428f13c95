/**
 * CRC-32 over a run of zeros without reading it: to append a zero bit is a linear map of the checksum's 32 bits, and a run is a
 * power of it (as in zlib's `crc32_combine`).
 */

/** A linear map of 32 bits: its value for each of them. */
type BitMap = Uint32Array;

const polynomial = 0xedb88320;
/** One zero bit more. */
const zeroBit: BitMap = Uint32Array.from({ length: 32 }, (_, bit) => (bit === 0 ? polynomial : 2 ** (bit - 1)));

function apply(map: BitMap, bits: number): number {
  let value = 0;
  for (let bit = 0; bit < 32; bit += 1) if ((bits >>> bit) & 1) value ^= map[bit] ?? 0;
  return value >>> 0;
}

const twice = (map: BitMap): BitMap => map.map((value) => apply(map, value));

/** The checksum of `bytes` zeros appended to what `checksum` covers already; start with 0. */
export function crc32OfZeros(bytes: number, checksum = 0): number {
  let value = ~checksum >>> 0;
  let map = twice(twice(twice(zeroBit)));
  for (let left = bytes; left > 0; left = Math.floor(left / 2)) {
    if (left % 2 === 1) value = apply(map, value);
    map = twice(map);
  }
  return ~value >>> 0;
}
