/** Picture files as people have them, good and bad. */
import { readFile } from 'node:fs/promises';
import { deflateSync } from 'node:zlib';
import sharp, { type Sharp } from 'sharp';
import { chunk, pngSignature } from '../../model/recipe/png-chunks.ts';
import type { TestFile } from './user.ts';

export interface Colour {
  readonly r: number;
  readonly g: number;
  readonly b: number;
}

export const red: Colour = { r: 220, g: 30, b: 40 };
export const blue: Colour = { r: 30, g: 60, b: 220 };

/** Left half one colour, right half another, so that a turn or a cut shows. */
export async function photo(name: string, left: Colour, right: Colour, width = 96, height = 64): Promise<TestFile> {
  return { name, bytes: await halves(left, right, width, height).png().toBuffer() };
}

export function halves(left: Colour, right: Colour, width: number, height: number): Sharp {
  const data = new Uint8Array(width * height * 3);
  for (let at = 0; at < data.length; at += 3) {
    const { r, g, b } = (at / 3) % width < width / 2 ? left : right;
    data.set([r, g, b], at);
  }
  return sharp(data, { raw: { width, height, channels: 3 } });
}

export interface UnusualPhoto extends TestFile {
  /** As a person sees it. */
  readonly size: readonly [number, number];
  /** The colour of its last corner; the first one is red. */
  readonly ends: Colour;
}

/** Good files of rarer kinds. */
export async function unusualPhotos(): Promise<readonly UnusualPhoto[]> {
  const base = () => halves(red, blue, 96, 64);
  return [
    { name: 'cmyk.jpg', bytes: await base().toColourspace('cmyk').jpeg().toBuffer(), size: [96, 64], ends: blue },
    { name: '16-bit.png', bytes: await base().toColourspace('rgb16').png().toBuffer(), size: [96, 64], ends: blue },
    // Orientation 6: the camera was held upright.
    {
      name: 'upright.jpg',
      bytes: await base().withMetadata({ orientation: 6 }).jpeg().toBuffer(),
      size: [64, 96],
      ends: blue,
    },
    { name: 'photo.webp', bytes: await base().webp().toBuffer(), size: [96, 64], ends: blue },
    { name: 'moving.gif', bytes: await animation(), size: [32, 32], ends: red },
  ];
}

/** Stored in each of EXIF's orientations, without loss; upright they are all the same picture. */
export async function turnedPhotos(): Promise<readonly { readonly file: TestFile; readonly upright: TestFile }[]> {
  const image = halves(red, blue, 96, 64).composite([
    { input: { create: { width: 40, height: 16, channels: 3, background: '#20c040' } }, left: 0, top: 0 },
  ]);
  const stored = await image.png().toBuffer();
  const cases = [2, 3, 4, 5, 6, 7, 8].flatMap((orientation) => [
    { orientation, format: 'webp' as const },
    { orientation, format: 'png' as const },
  ]);
  return Promise.all(
    cases.map(async ({ orientation, format }) => {
      const name = `turned-${orientation}.${format}`;
      const marked = sharp(stored).withMetadata({ orientation }).toFormat(format, { lossless: true });
      const upright = sharp(await sharp(stored).withMetadata({ orientation }).png().toBuffer()).autoOrient();
      return {
        file: { name, bytes: await marked.toBuffer() },
        upright: { name: 'upright.png', bytes: await upright.png().toBuffer() },
      };
    }),
  );
}

/** Written by tests/fixtures/pictures/make.py. */
export async function heicPictures(): Promise<readonly TestFile[]> {
  const names = ['plain.heic', 'turned.heic', 'display-p3.heic', 'glass.heic'];
  const folder = new URL('../fixtures/pictures/', import.meta.url);
  return Promise.all(names.map(async (name) => ({ name, bytes: await readFile(new URL(name, folder)) })));
}

/** Files that browsers show although they are not by the book. */
export async function lenientPictures(): Promise<readonly UnusualPhoto[]> {
  const [gif, jpeg, avif, png, webp] = await Promise.all([
    halves(red, blue, 96, 64).gif().toBuffer(),
    halves(red, blue, 96, 64).jpeg().toBuffer(),
    halves(red, blue, 96, 64).avif().toBuffer(),
    halves(red, blue, 96, 64).png().toBuffer(),
    halves(red, blue, 96, 64).webp().toBuffer(),
  ]);
  const behind = (bytes: Buffer) => Buffer.concat([bytes, Buffer.from('and a few words more')]);
  const branded = (brand: string) => Buffer.concat([avif.subarray(0, 8), Buffer.from(brand), avif.subarray(12)]);
  const frame = jpeg.indexOf(Uint8Array.of(0xff, 0xc0));
  const stray = Buffer.concat([jpeg.subarray(0, frame), Uint8Array.of(1, 2, 3), jpeg.subarray(frame)]);
  const files = {
    'without-last-byte.gif': gif.subarray(0, -1),
    'behind.gif': behind(gif),
    'stray.jpg': stray,
    'behind.jpg': behind(jpeg),
    'mif1.avif': branded('mif1'),
    'miaf.avif': branded('miaf'),
    'behind.avif': behind(avif),
    'behind.png': behind(png),
    'without-last-byte.png': png.subarray(0, -1),
    'behind.webp': behind(webp),
  };
  return Object.entries(files).map(([name, bytes]) => ({
    name,
    bytes: Uint8Array.from(bytes),
    size: [96, 64] as const,
    ends: blue,
  }));
}

/** Two frames, red and then blue. */
async function animation(): Promise<Uint8Array> {
  const frames = [red, blue].map((background) => ({
    create: { width: 32, height: 32, channels: 3 as const, background },
  }));
  const [first, second] = await Promise.all(frames.map((frame) => sharp(frame).png().toBuffer()));
  return sharp([first ?? '', second ?? ''], { join: { animated: true } })
    .gif({ delay: [100, 100] })
    .toBuffer();
}

/** A picture that lets the background through. */
export async function transparent(): Promise<TestFile> {
  const background = { ...blue, alpha: 0 };
  const image = sharp({ create: { width: 64, height: 64, channels: 4, background } });
  return { name: 'glass.png', bytes: await image.png().toBuffer() };
}

/** Files that are refused, with a part of the sentence that says why. */
export async function badPictures(): Promise<readonly (TestFile & { readonly says: RegExp })[]> {
  const text = (content: string) => new TextEncoder().encode(content);
  const png = (await photo('whole.png', red, blue)).bytes;
  const jpeg = await halves(red, blue, 96, 64).jpeg().toBuffer();
  const damaged = png.slice();
  damaged.fill(0xff, 60, 100);
  return [
    { name: 'notes.png', bytes: text('Shopping list: milk, bread'), says: /notes\.png is not a picture/ },
    {
      name: 'drawing.svg',
      bytes: text('<svg xmlns="http://www.w3.org/2000/svg"/>'),
      says: /drawing\.svg is not a picture/,
    },
    { name: 'empty.png', bytes: new Uint8Array(0), says: /empty\.png is damaged: the file is empty\./ },
    {
      name: 'cut.png',
      bytes: png.slice(0, png.length - 20),
      says: /cut\.png is damaged: no picture can be made of what it holds\./,
    },
    {
      name: 'cut.jpg',
      bytes: jpeg.subarray(0, jpeg.length >> 1),
      says: /cut\.jpg is damaged: no picture can be made of what it holds\./,
    },
    {
      name: 'scratched.png',
      bytes: damaged,
      says: /scratched\.png is damaged: no picture can be made of what it holds\./,
    },
    { name: 'huge.png', bytes: emptyPng(16_000, 16_000), says: /16000 × 16000; at most 64 million/ },
    { name: 'wide.png', bytes: emptyPng(20_000, 10), says: /20000 × 10; at most 64 million pixels and 16384 a side/ },
    { name: 'thread.png', bytes: (await photo('', red, blue, 402, 2)).bytes, says: /402 × 2.* 200 times/ },
  ];
}

/** A PNG whose header promises a size that its pixels would not keep: whoever decodes it first has lost. */
export function emptyPng(width: number, height: number): Uint8Array {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  return pngOf(header, deflateSync(Buffer.alloc(16)));
}

export function pngOf(header: Uint8Array, pixels: Uint8Array): Uint8Array {
  const chunks = [chunk('IHDR', header), chunk('IDAT', pixels), chunk('IEND', new Uint8Array(0))];
  return Buffer.concat([pngSignature, ...chunks]);
}

/** A picture of about 300 KB that cannot be made smaller; other words give another one. */
export function noise(words: string): Promise<Uint8Array> {
  const [width, height] = [320, 320];
  const data = new Uint8Array(width * height * 3);
  let state = [...words].reduce((sum, letter) => Math.imul(sum, 31) + letter.charCodeAt(0), 7) >>> 0;
  for (let at = 0; at < data.length; at++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    data[at] = state >>> 24;
  }
  return sharp(data, { raw: { width, height, channels: 3 } })
    .png()
    .toBuffer();
}
