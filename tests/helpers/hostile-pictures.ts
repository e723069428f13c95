/** Picture files that ask for much, or that are made to be wrong. */
import { deflateSync } from 'node:zlib';
import type { FailureCode } from '../../model/failure.ts';
import { chunk } from '../../model/recipe/png-chunks.ts';
import { blue, halves, pngOf, red } from './photos.ts';
import type { TestFile } from './user.ts';

/** A small progressive JPEG that begins its data anew so many times. */
export async function jpegOfScans(scans: number): Promise<Uint8Array<ArrayBuffer>> {
  const jpeg = await halves(red, blue, 32, 32).jpeg({ progressive: true }).toBuffer();
  const starts: number[] = [];
  for (let at = 0; at >= 0; at = jpeg.indexOf(Uint8Array.of(0xff, 0xda), at + 1)) starts.push(at);
  const last = starts.at(-1) ?? 0;
  const scan = jpeg.subarray(last, -2);
  const more = Array.from({ length: scans - starts.length + 1 }, () => scan);
  return Uint8Array.from(Buffer.concat([jpeg.subarray(0, -2), ...more, jpeg.subarray(-2)]));
}

/** A small file of the largest picture that is read: one bit a pixel, all of them alike. */
export function bombPng(): TestFile {
  const [side, line] = [8000, 1001];
  const header = Buffer.alloc(13);
  header.writeUInt32BE(side, 0);
  header.writeUInt32BE(side, 4);
  header.set([1, 0, 0, 0, 0], 8);
  const pixels = deflateSync(Buffer.alloc(line * side), { level: 9 });
  return { name: 'bomb.png', bytes: pngOf(header, pixels) };
}

/** A photograph of the largest size: smooth, so that its file is small. */
export async function largestJpeg(): Promise<TestFile> {
  const [width, height] = [8000, 8000];
  const image = halves(red, blue, 400, 400).resize(width, height, { kernel: 'cubic' });
  return { name: 'largest.jpg', bytes: await image.jpeg({ progressive: true }).toBuffer() };
}

export interface HostilePicture extends TestFile {
  /** What page and terminal make of it. */
  readonly outcome: 'read' | FailureCode;
}

const formats = ['png', 'jpeg', 'gif', 'webp', 'avif'] as const;

/** Damaged and odd files, of each format and each kind of fault. */
export async function hostilePictures(): Promise<readonly HostilePicture[]> {
  const whole = await Promise.all(
    formats.map(async (format) => ({ format, bytes: await halves(red, blue, 96, 64).toFormat(format).toBuffer() })),
  );
  const cut = whole.flatMap(({ format, bytes }) =>
    [16, bytes.length >> 2, bytes.length >> 1].map((length) => ({
      name: `first-${length}.${format}`,
      bytes: bytes.subarray(0, length),
      outcome: 'PICTURE_DAMAGED' as const,
    })),
  );
  const overwritten = whole.map(({ format, bytes }) => ({
    name: `zeros.${format}`,
    bytes: Buffer.concat([bytes.subarray(0, 16), Buffer.alloc(bytes.length)]),
    outcome: ['png', 'webp'].includes(format) ? ('PICTURE_EMPTY' as const) : ('PICTURE_DAMAGED' as const),
  }));
  const misnamed = whole.map(({ format, bytes }) => ({
    name: `${format}.${format === 'png' ? 'jpg' : 'png'}`,
    bytes,
    outcome: 'read' as const,
  }));
  return [...cut, ...overwritten, ...misnamed, ...oddPngs(), ...(await oddJpegs()), ...oddOthers()];
}

/** A picture of 4 × 4 grey pixels but for what is given. */
function grey(change: { header?: readonly number[]; between?: readonly Uint8Array[]; rows?: Uint8Array }): Uint8Array {
  const header = Buffer.from([0, 0, 0, 4, 0, 0, 0, 4, 8, 0, 0, 0, 0]);
  for (const [at, value] of change.header?.entries() ?? []) header[at] = value;
  const pixels = deflateSync(change.rows ?? new Uint8Array(20));
  const plain = pngOf(header, pixels);
  return Buffer.concat([plain.subarray(0, 33), ...(change.between ?? []), plain.subarray(33)]);
}

function oddPngs(): readonly HostilePicture[] {
  // 64 MB of zeros in 64 kB, where a profile or a text is expected.
  const bomb = deflateSync(Buffer.alloc(64 * 2 ** 20), { level: 9 });
  const named = Buffer.concat([Buffer.from('p\0\0'), bomb]);
  const wrongSum = Buffer.from(chunk('gAMA', Uint8Array.of(0, 1, 2, 3)));
  wrongSum.fill(0, wrongSum.length - 4);
  const rows: Readonly<Record<string, readonly [Uint8Array, HostilePicture['outcome']]>> = {
    'no-width.png': [grey({ header: [0, 0, 0, 0] }), 'PICTURE_EMPTY'],
    'largest-number.png': [grey({ header: [255, 255, 255, 255] }), 'PICTURE_TOO_LARGE'],
    'depth-3.png': [grey({ header: [0, 0, 0, 4, 0, 0, 0, 4, 3] }), 'PICTURE_DAMAGED'],
    'colour-type-7.png': [grey({ header: [0, 0, 0, 4, 0, 0, 0, 4, 8, 7] }), 'PICTURE_DAMAGED'],
    'no-palette.png': [grey({ header: [0, 0, 0, 4, 0, 0, 0, 4, 8, 3] }), 'PICTURE_DAMAGED'],
    'filter-9.png': [grey({ rows: new Uint8Array(20).fill(9) }), 'PICTURE_DAMAGED'],
    'too-few-rows.png': [grey({ rows: new Uint8Array(7) }), 'PICTURE_DAMAGED'],
    'too-many-rows.png': [grey({ rows: new Uint8Array(2000) }), 'read'],
    'profile-bomb.png': [grey({ between: [chunk('iCCP', named)] }), 'read'],
    'text-bomb.png': [grey({ between: [chunk('zTXt', named)] }), 'read'],
    'nonsense-profile.png': [grey({ between: [chunk('iCCP', new Uint8Array(40))] }), 'read'],
    'wrong-checksum.png': [grey({ between: [wrongSum] }), 'read'],
    'thousands-of-chunks.png': [grey({ between: Array(20_000).fill(chunk('tEXt', Buffer.from('a\0b'))) }), 'read'],
  };
  return Object.entries(rows).map(([name, [bytes, outcome]]) => ({ name, bytes, outcome }));
}

async function oddJpegs(): Promise<readonly HostilePicture[]> {
  const jpeg = await halves(red, blue, 96, 64).jpeg().toBuffer();
  const frame = jpeg.indexOf(Uint8Array.of(0xff, 0xc0));
  const sized = (width: number, height: number) => {
    const copy = Buffer.from(jpeg);
    copy.writeUInt16BE(height, frame + 5);
    copy.writeUInt16BE(width, frame + 7);
    return copy;
  };
  const exif = Buffer.concat([Buffer.from('Exif\0\0MM\0*'), Buffer.alloc(60, 0xff)]);
  const segment = Buffer.concat([Buffer.of(0xff, 0xe1, 0, exif.length + 2), exif]);
  const noTables = Buffer.concat([jpeg.subarray(0, 2), jpeg.subarray(frame)]);
  return [
    { name: 'no-width.jpg', bytes: sized(0, 64), outcome: 'PICTURE_EMPTY' },
    { name: 'no-height.jpg', bytes: sized(96, 0), outcome: 'PICTURE_EMPTY' },
    { name: 'largest-number.jpg', bytes: sized(65_535, 65_535), outcome: 'PICTURE_TOO_LARGE' },
    { name: 'larger-than-its-data.jpg', bytes: sized(8000, 8000), outcome: 'read' },
    { name: 'no-tables.jpg', bytes: noTables, outcome: 'PICTURE_DAMAGED' },
    {
      name: 'nonsense-exif.jpg',
      bytes: Buffer.concat([jpeg.subarray(0, 2), segment, jpeg.subarray(2)]),
      outcome: 'read',
    },
    { name: 'scans.jpg', bytes: await jpegOfScans(101), outcome: 'PICTURE_SCANS' },
  ];
}

function oddOthers(): readonly HostilePicture[] {
  const text = (words: string) => Buffer.from(words, 'latin1');
  const boxOf = (brand: string) => text(`\0\0\0\x18ftyp${brand}\0\0\0\0${brand}mif1`);
  const rows: Readonly<Record<string, readonly [Uint8Array, HostilePicture['outcome']]>> = {
    'empty.gif': [new Uint8Array(0), 'PICTURE_DAMAGED'],
    'no-frame.gif': [text('GIF89a\x04\0\x04\0\0\0\0;'), 'PICTURE_DAMAGED'],
    'wide-screen.gif': [text('GIF89a\xff\xff\xff\xff\0\0\0;'), 'PICTURE_TOO_LARGE'],
    'no-chunks.webp': [text('RIFF\x04\0\0\0WEBP'), 'PICTURE_DAMAGED'],
    'wide-canvas.webp': [text('RIFF\x16\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0\xff\xff\xff\xff\xff\xff'), 'PICTURE_TOO_LARGE'],
    'brand-alone.avif': [boxOf('avif'), 'PICTURE_DAMAGED'],
    'brand-alone.heic': [boxOf('heic'), 'PICTURE_DAMAGED'],
    'film.avif': [boxOf('isom'), 'PICTURE_DAMAGED'],
    'page.png': [text('<!doctype html><title>Sign in</title>'), 'PICTURE_FORMAT'],
    'drawing.png': [text('<?xml version="1.0"?><svg onload="alert(1)"/>'), 'PICTURE_FORMAT'],
    'document.jpg': [text('%PDF-1.7'), 'PICTURE_FORMAT'],
    'archive.jpg': [text('PK\x03\x04'), 'PICTURE_FORMAT'],
    'sound.webp': [text('RIFF\x24\0\0\0WAVEfmt '), 'PICTURE_FORMAT'],
    'noise.jpg': [Buffer.from(Array.from({ length: 5000 }, (_, at) => (at * 7919) % 251)), 'PICTURE_FORMAT'],
  };
  return Object.entries(rows).map(([name, [bytes, outcome]]) => ({ name, bytes, outcome }));
}
