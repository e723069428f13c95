/** A large PNG, cut across, is the same picture; one that cannot be cut, or is damaged, is told. */
import { deflateSync } from 'node:zlib';
import sharp, { type PngOptions, type Sharp } from 'sharp';
import { describe, expect, test } from 'vitest';
import { chunk } from '../../model/recipe/png-chunks.ts';
import { bandedPng } from '../../workers/picture/png-bands.ts';
import { pngFile } from '../../workers/picture/png-file.ts';
import { failureFrom } from '../helpers/sources.ts';

/** Three bands. */
const [width, height] = [901, 2500];

function waves(channels: 1 | 2 | 3 | 4): Sharp {
  const data = new Uint8Array(width * height * channels);
  for (let at = 0; at < data.length; at += 1) data[at] = 128 + 100 * Math.sin(at / 700) + ((at * 7919) % 23);
  return sharp(data, { raw: { width, height, channels } });
}

const png = (image: Sharp, options: PngOptions = {}) => image.png({ adaptiveFiltering: true, ...options }).toBuffer();

async function bandsOf(bytes: Uint8Array): Promise<Uint8Array[]> {
  const banded = await bandedPng(new Blob([Uint8Array.from(bytes)]), 'a.png');
  if (banded === null) throw new Error('not cut');
  expect(banded.size).toEqual({ width, height });
  const bands: Uint8Array[] = [];
  for await (const band of banded.bands) bands.push(band);
  return bands;
}

const rawOf = async (bytes: Uint8Array) => sharp(bytes).raw({ depth: 'ushort' }).toBuffer();

/** Of the given depth, which the image library does not write: each row with the next filter. */
function packed(bits: number, colourType: number, between: readonly Uint8Array[]): Uint8Array {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([bits, colourType, 0, 0, 0], 8);
  const line = 1 + Math.ceil((width * bits) / 8);
  const rows = new Uint8Array(line * height);
  for (let at = 0; at < rows.length; at += 1) rows[at] = at % line === 0 ? (at / line) % 5 : (at * 31) >> 7;
  return pngFile(header, between, rows, 1);
}

const sixteenColours = chunk(
  'PLTE',
  Uint8Array.from({ length: 48 }, (_, at) => at * 5),
);

describe('a PNG cut into bands is the same picture', () => {
  test.each<[string, () => Promise<Uint8Array> | Uint8Array]>([
    ['grey', () => png(waves(1).toColourspace('b-w'))],
    ['grey with alpha', () => png(waves(2).toColourspace('b-w'))],
    ['RGB', () => png(waves(3))],
    ['RGBA', () => png(waves(4))],
    ['16 bits', () => png(waves(3).toColourspace('rgb16'))],
    ['16 bits with alpha', () => png(waves(4).toColourspace('rgb16'))],
    ['a palette', () => png(waves(3), { palette: true })],
    ['grey of 1 bit', () => packed(1, 0, [])],
    ['grey of 2 bits', () => packed(2, 0, [])],
    ['grey of 4 bits', () => packed(4, 0, [])],
    ['a palette of 4 bits', () => packed(4, 3, [sixteenColours])],
    ['a palette with transparency', () => packed(4, 3, [sixteenColours, chunk('tRNS', Uint8Array.of(0, 128))])],
    ['a transparent grey', () => packed(4, 0, [chunk('tRNS', Uint8Array.of(0, 3))])],
  ])('%s', async (_, make) => {
    const whole = await make();
    const bands = await bandsOf(whole);
    expect(bands).toHaveLength(3);
    const { channels, depth } = await sharp(whole).metadata();
    for (const band of bands) expect(await sharp(band).metadata()).toMatchObject({ width, channels, depth });
    expect(Buffer.concat(await Promise.all(bands.map(rawOf))).equals(await rawOf(whole))).toBe(true);
  });

  test('with what it says of its colours, and without what turns it', async () => {
    const [gamma, profile] = [chunk('gAMA', Uint8Array.of(0, 1, 0x86, 0xa0)), chunk('iCCP', new Uint8Array(9))];
    const exif = chunk(
      'eXIf',
      Uint8Array.from([0x4d, 0x4d, 0, 42, 0, 0, 0, 8, 0, 1, 1, 0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0]),
    );
    const file = packed(1, 0, [gamma, chunk('tEXt', new Uint8Array(5000)), exif, profile]);
    expect(await bandedPng(new Blob([Uint8Array.from(file)]), 'a.png')).toMatchObject({ orientation: 6 });
    for (const band of await bandsOf(file)) {
      const text = Buffer.from(band).toString('latin1');
      expect([text.includes('gAMA'), text.includes('iCCP')]).toEqual([true, true]);
      expect([text.includes('eXIf'), text.includes('tEXt')]).toEqual([false, false]);
    }
  });
});

test('one that is interlaced or animated is not cut', async () => {
  const interlaced = await png(waves(3), { progressive: true });
  const animated = packed(1, 0, [chunk('acTL', new Uint8Array(8))]);
  for (const bytes of [interlaced, animated]) {
    expect(await bandedPng(new Blob([Uint8Array.from(bytes)]), 'a.png')).toBeNull();
  }
});

describe('a damaged PNG is told', () => {
  test('where it ends early', async () => {
    const whole = await png(waves(3));
    const failure = await failureFrom(() => bandsOf(whole.subarray(0, whole.length / 2)));
    expect(failure.code).toBe('PICTURE_DAMAGED');
  });

  test('where its rows are too few', async () => {
    const header = Buffer.from(packed(1, 0, [])).subarray(16, 29);
    const failure = await failureFrom(() => bandsOf(pngFile(header, [], new Uint8Array(1000), 1)));
    expect(failure).toEqual({ code: 'PICTURE_DAMAGED', data: { file: 'a.png', problem: 'truncated' } });
  });

  test('where its data or a filter cannot be', async () => {
    const scratched = Buffer.from(await png(waves(3)));
    scratched.fill(0xff, 5000, 5100);
    const header = Buffer.from(packed(1, 0, [])).subarray(16, 29);
    const filters = pngFile(header, [], new Uint8Array(height * 114).fill(9), 1);
    for (const bytes of [scratched, filters]) {
      const failure = await failureFrom(() => bandsOf(bytes));
      expect(failure).toEqual({ code: 'PICTURE_DAMAGED', data: { file: 'a.png', problem: 'undecodable' } });
    }
  });
});

test('a file that grows a thousandfold is never held whole', async () => {
  const [side, line] = [8000, 1001];
  const header = Buffer.alloc(13);
  header.writeUInt32BE(side, 0);
  header.writeUInt32BE(side, 4);
  header.set([1, 0, 0, 0, 0], 8);
  const data = deflateSync(Buffer.alloc(line * side), { level: 9 });
  const start = pngFile(header, [], new Uint8Array(0), 0);
  const file = Buffer.concat([start.subarray(0, 33), chunk('IDAT', data), chunk('IEND', new Uint8Array(0))]);
  const banded = await bandedPng(new Blob([file]), 'a.png');
  let [bands, largest] = [0, 0];
  for await (const band of banded?.bands ?? []) {
    bands += 1;
    largest = Math.max(largest, band.length);
  }
  expect(bands).toBe(64);
  expect(largest).toBeLessThan(200_000);
});
