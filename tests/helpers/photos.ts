/** Picture files as people have them, good and bad. */
import { deflateSync } from 'node:zlib';
import sharp, { type Sharp } from 'sharp';
import { crc32 } from '../../model/checkpoint/crc32.ts';
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

function halves(left: Colour, right: Colour, width: number, height: number): Sharp {
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
    { name: 'empty.png', bytes: new Uint8Array(0), says: /empty\.png is damaged/ },
    { name: 'cut.png', bytes: png.slice(0, png.length - 20), says: /cut\.png is damaged/ },
    { name: 'cut.jpg', bytes: jpeg.subarray(0, jpeg.length >> 1), says: /cut\.jpg is damaged/ },
    { name: 'scratched.png', bytes: damaged, says: /scratched\.png is damaged/ },
    { name: 'huge.png', bytes: emptyPng(16_000, 16_000), says: /16000 × 16000; at most 64 million/ },
    { name: 'wide.png', bytes: emptyPng(20_000, 10), says: /20000 × 10; at most 64 million pixels and 16384 a side/ },
    { name: 'thread.png', bytes: (await photo('', red, blue, 402, 2)).bytes, says: /402 × 2.* 200 times/ },
  ];
}

/** A PNG whose header promises a size that its pixels would not keep: whoever decodes it first has lost. */
function emptyPng(width: number, height: number): Uint8Array {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const signature = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');
  const pixels = deflateSync(Buffer.alloc(16));
  return Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', pixels), chunk('IEND', Buffer.alloc(0))]);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(body) >>> 0);
  return Buffer.concat([length, body, sum]);
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
