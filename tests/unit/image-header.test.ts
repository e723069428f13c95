import fc from 'fast-check';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { type Failure, FailureError } from '../../model/failure.ts';
import {
  beginningBytes,
  readPictureHeader,
  requireDecodable,
  requirePicture,
  withoutWebpExif,
} from '../../model/image/header.ts';
import { bringIn } from '../../src/picture/bring-in.ts';
import { memoryStorage } from '../../src/storage/memory.ts';
import { jpegOfScans } from '../helpers/hostile-pictures.ts';
import { lenientPictures } from '../helpers/photos.ts';

const raw = { width: 37, height: 21, channels: 3 as const };
const pixels = () => sharp(Buffer.alloc(37 * 21 * 3, 90), { raw });
const formats = {
  png: () => pixels().png().toBuffer(),
  jpeg: () => pixels().jpeg().toBuffer(),
  gif: () => pixels().gif().toBuffer(),
  webp: () => pixels().webp().toBuffer(),
  avif: () => pixels().avif().toBuffer(),
} as const;

const bytesOf = async (kind: keyof typeof formats) => new Uint8Array(await formats[kind]());
const text = (content: string) => new TextEncoder().encode(content);

function failureOf(task: () => unknown): Failure['code'] | 'none' {
  try {
    task();
    return 'none';
  } catch (error) {
    if (error instanceof FailureError) return error.failure.code;
    throw error;
  }
}

describe.each(Object.keys(formats) as (keyof typeof formats)[])('%s', (kind) => {
  test('is recognised by its bytes and its size is read', async () => {
    expect(readPictureHeader(await bytesOf(kind))).toEqual({ kind, size: { width: 37, height: 21 }, orientation: 1 });
  });

  test('with any bytes changed or cut is read or refused, never anything else', async () => {
    const bytes = await bytesOf(kind);
    const changes = fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), { maxLength: 20 });
    fc.assert(
      fc.property(changes, fc.nat(bytes.length), (changed, length) => {
        const copy = bytes.slice();
        for (const [at, value] of changed) copy[at] = value;
        failureOf(() => requireDecodable(copy, 'changed'));
        failureOf(() => requireDecodable(bytes.slice(0, length), 'cut'));
        withoutWebpExif(copy);
      }),
      { numRuns: 200 },
    );
  });
});

test('files that are not quite by the book have the size that they show', async () => {
  for (const {
    name,
    bytes,
    size: [width, height],
  } of await lenientPictures()) {
    expect(readPictureHeader(bytes).size, name).toEqual({ width, height });
  }
});

test('WebP without loss and with alpha, and progressive JPEG, are read too', async () => {
  const alpha = sharp({ create: { width: 37, height: 21, channels: 4, background: '#00f8' } });
  const files = [
    alpha.webp().toBuffer(),
    pixels().webp({ lossless: true }).toBuffer(),
    pixels().jpeg({ progressive: true }).toBuffer(),
  ];
  for (const file of await Promise.all(files)) {
    expect(readPictureHeader(new Uint8Array(file))).toMatchObject({ size: { width: 37, height: 21 } });
  }
});

test('bitmaps say their size, rows from either end and in the old header too', () => {
  const bmp = (header: number, write: (view: DataView) => void) => {
    const bytes = new Uint8Array(64);
    bytes.set(text('BM'));
    const view = new DataView(bytes.buffer);
    view.setUint32(14, header, true);
    write(view);
    return readPictureHeader(bytes);
  };
  const downwards = bmp(40, (view) => {
    view.setInt32(18, 37, true);
    view.setInt32(22, -21, true);
  });
  const old = bmp(12, (view) => {
    view.setUint16(18, 37, true);
    view.setUint16(20, 21, true);
  });
  for (const header of [downwards, old]) expect(header).toMatchObject({ kind: 'bmp', size: { width: 37, height: 21 } });
});

test.each([
  ['ftypmif1\0\0\0\0mif1heic', 'heic'],
  ['ftypmif1\0\0\0\0mif1avif', 'avif'],
  ['ftypmiaf\0\0\0\0miaf\0\0\0\x08metaav01', 'avif'],
  ['ftypmif1\0\0\0\0mif1\0\0\0\x08metahvc1', 'heic'],
  ['ftyphevc\0\0\0\0', 'heic'],
  ['ftypisom\0\0\0\0isomavc1', null],
])('a file that begins %j is %s', (beginning, kind) => {
  expect(readPictureHeader(text(`\0\0\0\x20${beginning}`)).kind).toBe(kind);
});

describe('what is certainly no picture', () => {
  test.each([
    ['an SVG, which is a program', text('<svg xmlns="http://www.w3.org/2000/svg"/>')],
    ['an SVG behind a byte-order mark', text('\uFEFF \n<?xml version="1.0"?><svg/>')],
    ['a document', text('%PDF-1.7')],
    ['an archive', text('PK\x03\x04')],
    ['a sound', text('RIFF....WAVE')],
    ['a film', text('\0\0\0\x18ftypmp42')],
    ['another film', Uint8Array.of(0x1a, 0x45, 0xdf, 0xa3)],
  ])('%s is refused', (_, bytes) => {
    expect(failureOf(() => requirePicture(bytes, bytes.length, 'a'))).toBe('PICTURE_FORMAT');
  });

  test('an empty file is damaged, and what nobody knows is left to the decoder while it is small', () => {
    const unknown = Uint8Array.of(0x49, 0x49, 0x2a, 0);
    expect(failureOf(() => requirePicture(new Uint8Array(0), 0, 'a'))).toBe('PICTURE_DAMAGED');
    expect(failureOf(() => requirePicture(unknown, 5e6, 'a'))).toBe('none');
    expect(failureOf(() => requirePicture(unknown, 5e9, 'a'))).toBe('PICTURE_FORMAT');
  });
});

test.each([
  [16_385, 1, 'PICTURE_TOO_LARGE'],
  [8001, 8000, 'PICTURE_TOO_LARGE'],
  [8000, 8000, 'none'],
  [0, 5, 'PICTURE_EMPTY'],
])('a PNG of %d × %d is judged before it is decoded: %s', async (width, height, verdict) => {
  const bytes = await bytesOf('png');
  const view = new DataView(bytes.buffer);
  view.setUint32(16, width);
  view.setUint32(20, height);
  expect(failureOf(() => requireDecodable(bytes, 'large'))).toBe(verdict);
});

test('a JPEG that builds its picture up more than a hundred times is refused before it is decoded', async () => {
  const scans = (count: number) =>
    jpegOfScans(count).then((bytes) => failureOf(() => requireDecodable(bytes, 'a.jpg')));
  expect(await Promise.all([10, 100, 101, 3000].map(scans))).toEqual([
    'none',
    'none',
    'PICTURE_SCANS',
    'PICTURE_SCANS',
  ]);
});

test('a film is refused by its first bytes, a folder because it cannot be read', async () => {
  const storage = memoryStorage();
  const film = new File([Uint8Array.of(0, 0, 0, 24), 'ftypmp42', new Uint8Array(beginningBytes)], 'film.mp4');
  film.arrayBuffer = () => Promise.reject(new Error('read as a whole'));
  const folder = new File(['x'], 'folder');
  folder.slice = () => Object.assign(new Blob(), { arrayBuffer: () => Promise.reject(new TypeError('folder')) });
  const codeOf = (file: File) => bringIn(storage, file).catch((error: FailureError) => error.failure.code);
  expect(await Promise.all([film, folder].map(codeOf))).toEqual(['PICTURE_FORMAT', 'FILE_UNREADABLE']);
});
