import fc from 'fast-check';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { type Failure, FailureError } from '../../model/failure.ts';
import { bringIn } from '../../src/picture/bring-in.ts';
import { readPictureHeader } from '../../src/picture/header.ts';
import { memoryStorage } from '../../src/storage/memory.ts';

const raw = { width: 37, height: 21, channels: 3 as const };
const pixels = () => sharp(Buffer.alloc(37 * 21 * 3, 90), { raw });
const formats = {
  'image/png': () => pixels().png().toBuffer(),
  'image/jpeg': () => pixels().jpeg().toBuffer(),
  'image/gif': () => pixels().gif().toBuffer(),
  'image/webp': () => pixels().webp().toBuffer(),
  'image/avif': () => pixels().avif().toBuffer(),
} as const;

const bytesOf = async (type: keyof typeof formats) => new Uint8Array(await formats[type]());

function failureOf(task: () => unknown): Failure['code'] | 'none' {
  try {
    task();
    return 'none';
  } catch (error) {
    if (error instanceof FailureError) return error.failure.code;
    throw error;
  }
}

describe.each(Object.keys(formats) as (keyof typeof formats)[])('%s', (type) => {
  test('is recognised by its bytes and its size is read', async () => {
    expect(readPictureHeader(await bytesOf(type), 'a.txt')).toEqual({ type, width: 37, height: 21 });
  });

  test('that ends early is refused', async () => {
    const bytes = await bytesOf(type);
    for (const part of [0.3, 0.6, 0.95]) {
      const cut = bytes.slice(0, Math.floor(bytes.length * part));
      expect(failureOf(() => readPictureHeader(cut, 'cut'))).toBe('PICTURE_DAMAGED');
    }
  });

  test('with any bytes changed is read or refused, never anything else', async () => {
    const bytes = await bytesOf(type);
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), { maxLength: 20 }), (changes) => {
        const changed = bytes.slice();
        for (const [at, value] of changes) changed[at] = value;
        failureOf(() => readPictureHeader(changed, 'changed'));
      }),
      { numRuns: 300 },
    );
  });
});

test('WebP without loss and with alpha, and progressive JPEG, are read too', async () => {
  const alpha = sharp({ create: { width: 37, height: 21, channels: 4, background: '#00f8' } });
  const files = [
    alpha.webp().toBuffer(),
    pixels().webp({ lossless: true }).toBuffer(),
    pixels().jpeg({ progressive: true }).toBuffer(),
  ];
  for (const file of await Promise.all(files)) {
    expect(readPictureHeader(new Uint8Array(file), 'a')).toMatchObject({ width: 37, height: 21 });
  }
});

test('what is no picture is refused: SVG, text, nothing at all', () => {
  const text = (content: string) => new Uint8Array(new TextEncoder().encode(content));
  expect(failureOf(() => readPictureHeader(text('<svg xmlns="http://www.w3.org/2000/svg"/>'), 'a.svg'))).toBe(
    'PICTURE_FORMAT',
  );
  expect(failureOf(() => readPictureHeader(text('hello'), 'a.png'))).toBe('PICTURE_FORMAT');
  expect(failureOf(() => readPictureHeader(new Uint8Array(0), 'a.png'))).toBe('PICTURE_DAMAGED');
});

test.each([
  [16_385, 1, 'PICTURE_TOO_LARGE'],
  [8001, 8000, 'PICTURE_TOO_LARGE'],
  [8000, 8000, 'none'],
  [0, 5, 'PICTURE_EMPTY'],
])('a PNG of %d × %d is judged before it is decoded: %s', async (width, height, verdict) => {
  const bytes = await bytesOf('image/png');
  const view = new DataView(bytes.buffer);
  view.setUint32(16, width);
  view.setUint32(20, height);
  expect(failureOf(() => readPictureHeader(bytes, 'large'))).toBe(verdict);
});

test('a film is refused by its first bytes, a folder because it cannot be read', async () => {
  const storage = memoryStorage();
  const film = new File([Uint8Array.of(0, 0, 0, 24), 'ftypmp42', new Uint8Array(64)], 'film.mp4');
  film.arrayBuffer = () => Promise.reject(new Error('read as a whole'));
  const folder = new File(['x'], 'folder');
  folder.slice = () => Object.assign(new Blob(), { arrayBuffer: () => Promise.reject(new TypeError('folder')) });
  const codeOf = (file: File) => bringIn(storage, file).catch((error: FailureError) => error.failure.code);
  expect(await Promise.all([film, folder].map(codeOf))).toEqual(['PICTURE_FORMAT', 'FILE_UNREADABLE']);
});
