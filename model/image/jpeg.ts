/** JPEG's markers (ITU T.81, annex B), read as decoders read them: bytes that belong to no segment are passed over. */
import type { Size } from './bounds.ts';

const startOfScan = 0xda;
const endOfImage = 0xd9;

/** The size in the frame header; null where there is none. */
export function jpegSize(view: DataView): Size | null {
  const at = frameHeader(new Uint8Array(view.buffer, view.byteOffset, view.byteLength));
  return at === null ? null : { height: view.getUint16(at + 5), width: view.getUint16(at + 7) };
}

/** Whether the colours are inks: four numbers a pixel. */
export function isPrintJpeg(bytes: Uint8Array): boolean {
  const at = frameHeader(bytes);
  return at !== null && bytes[at + 9] === 4;
}

/** Where the marker of the frame stands. */
function frameHeader(bytes: Uint8Array): number | null {
  for (const { marker, at } of markers(bytes)) {
    if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)) return at;
  }
  return null;
}

/** How often the picture's data begin anew. */
export function jpegScans(bytes: Uint8Array): number {
  let scans = 0;
  for (const { marker } of markers(bytes)) if (marker === startOfScan) scans += 1;
  return scans;
}

interface Marker {
  readonly marker: number;
  /** Where its 0xFF stands. */
  readonly at: number;
}

/** The markers of segments and scans until the end of the image. */
function* markers(bytes: Uint8Array): Generator<Marker> {
  for (let at = bytes.indexOf(0xff, 2); at >= 0 && at + 1 < bytes.length; at = bytes.indexOf(0xff, at)) {
    const marker = bytes[at + 1] ?? 0;
    if (marker === endOfImage) return;
    // Fill bytes, a 0xFF of the data, and restarts inside a scan have no segment behind them.
    const isAlone = marker === 0xff || marker <= 0x01 || (marker >= 0xd0 && marker <= 0xd8);
    if (isAlone) {
      at += marker === 0xff ? 1 : 2;
      continue;
    }
    yield { marker, at };
    at += 2 + ((bytes[at + 2] ?? 0) << 8) + (bytes[at + 3] ?? 0);
  }
}
