import { readFile } from 'node:fs/promises';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { decodePicture } from '../../cli/draw/pictures.ts';
import { sentenceLine } from '../../cli/say.ts';
import { failureOf } from '../../model/failure.ts';
import { turnUpright } from '../../model/image/orientation.ts';
import { profiledPng } from '../../workers/picture/profiled-png.ts';
import { hostilePictures } from '../helpers/hostile-pictures.ts';
import { lenientPictures } from '../helpers/photos.ts';
import { failureFrom } from '../helpers/sources.ts';

/** Left half red, right half blue. */
function twoColours(channels: 3 | 4 = 3, alpha = 255) {
  const colours = [
    [255, 0, 0, alpha],
    [0, 0, 255, alpha],
  ];
  const data = Buffer.from(
    Array.from({ length: 8 * 4 }, (_, at) => (colours[at % 8 < 4 ? 0 : 1] ?? []).slice(0, channels)).flat(),
  );
  return sharp(data, { raw: { width: 8, height: 4, channels } });
}

const at = (picture: { data: Uint8Array; width: number }, x: number, y: number) => [
  ...picture.data.slice((y * picture.width + x) * 3, (y * picture.width + x) * 3 + 3),
];

describe('a picture file', () => {
  test.each(['png', 'webp', 'gif'] as const)('%s is read', async (format) => {
    const options = format === 'webp' ? { lossless: true } : {};
    const picture = await decodePicture('a', await twoColours().toFormat(format, options).toBuffer());
    expect([picture.width, picture.height]).toEqual([8, 4]);
    expect(at(picture, 0, 0)).toEqual([255, 0, 0]);
    expect(at(picture, 7, 3)).toEqual([0, 0, 255]);
  });

  test('a rotated JPEG stands upright', async () => {
    const bytes = await twoColours().jpeg({ quality: 100 }).withMetadata({ orientation: 6 }).toBuffer();
    const picture = await decodePicture('a.jpg', bytes);
    expect([picture.width, picture.height]).toEqual([4, 8]);
    expect(at(picture, 2, 0)[0]).toBeGreaterThan(200);
    expect(at(picture, 2, 7)[2]).toBeGreaterThan(200);
  });

  test('transparency becomes white', async () => {
    const picture = await decodePicture('a.png', await twoColours(4, 0).png().toBuffer());
    expect(at(picture, 0, 0)).toEqual([255, 255, 255]);
  });

  test('16 bits, CMYK and grey become 8-bit RGB', async () => {
    const deep = await twoColours().toColourspace('rgb16').png().toBuffer();
    expect(at(await decodePicture('a.png', deep), 0, 0)).toEqual([255, 0, 0]);
    const cmyk = await twoColours().toColourspace('cmyk').jpeg({ quality: 100 }).toBuffer();
    const printed = await decodePicture('a.jpg', cmyk);
    expect(printed.data.length).toBe(8 * 4 * 3);
    expect(at(printed, 0, 0)[0]).toBeGreaterThan(180);
    const grey = await twoColours().greyscale().png().toBuffer();
    expect(new Set(at(await decodePicture('a.png', grey), 0, 0)).size).toBe(1);
  });

  test.each([
    ['no picture', Buffer.from('hello'), 'PICTURE_FORMAT'],
    ['an empty file', Buffer.alloc(0), 'PICTURE_DAMAGED'],
    ['an SVG', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'), 'PICTURE_FORMAT'],
  ])('%s is refused', async (_, bytes, code) => {
    expect((await failureFrom(() => decodePicture('a', bytes))).code).toBe(code);
  });

  test('a cut file is refused', async () => {
    const noise = Buffer.from(Array.from({ length: 64 * 64 * 3 }, (_, at) => (at * 7919) % 251));
    const bytes = await sharp(noise, { raw: { width: 64, height: 64, channels: 3 } })
      .png()
      .toBuffer();
    const failure = await failureFrom(() => decodePicture('a.png', bytes.subarray(0, bytes.length / 2)));
    expect(failure.code).toBe('PICTURE_DAMAGED');
  });

  test('too many pixels are refused from the header', async () => {
    const create = { width: 16_400, height: 8, channels: 3 as const, background: '#000' };
    const bytes = await sharp({ create }).png().toBuffer();
    expect((await failureFrom(() => decodePicture('a.png', bytes))).code).toBe('PICTURE_TOO_LARGE');
  });
});

test('files that are not quite by the book are read', async () => {
  for (const { name, bytes, size } of await lenientPictures()) {
    const picture = await decodePicture(name, bytes);
    expect([picture.width, picture.height], name).toEqual(size);
    expect(at(picture, 2, 2)[0], name).toBeGreaterThan(180);
    expect(at(picture, 93, 61)[2], name).toBeGreaterThan(180);
  }
});

test('each damaged or odd file is read or refused as the page does', async () => {
  const outcomes: Record<string, string> = {};
  const files = await hostilePictures();
  for (const { name, bytes } of files) {
    const outcome = await decodePicture(name, bytes).then(
      () => 'read',
      (error) => failureOf(error).code,
    );
    outcomes[name] = outcome;
  }
  expect(outcomes).toEqual(Object.fromEntries(files.map(({ name, outcome }) => [name, outcome])));
});

test('formats that the page alone reads are refused by name, and told to be so', async () => {
  const bmp = Buffer.alloc(64);
  bmp.write('BM');
  bmp.writeUInt32LE(40, 14);
  bmp.writeInt32LE(2, 18);
  bmp.writeInt32LE(2, 22);
  const ico = Buffer.alloc(64);
  ico.writeUInt8(1, 2);
  const tiff = await sharp({ create: { width: 2, height: 2, channels: 3, background: 'red' } })
    .tiff()
    .toBuffer();
  for (const [kind, bytes] of Object.entries({ bmp, ico, tiff })) {
    const failure = await failureFrom(() => decodePicture(`a.${kind}`, bytes));
    expect(failure).toEqual({ code: 'PICTURE_PAGE_ONLY', data: { file: `a.${kind}`, kind } });
    expect(sentenceLine(failure)).toContain(`a ${kind.toUpperCase()} picture, which the terminal does not read`);
  }
});

describe('HEIC', () => {
  const fixture = (name: string) => readFile(new URL(`../fixtures/pictures/${name}.heic`, import.meta.url));
  const isNear = (colour: readonly number[], wanted: readonly number[]) =>
    colour.every((value, channel) => Math.abs(value - (wanted[channel] ?? 0)) < 12);

  test('is read', async () => {
    const picture = await decodePicture('a.heic', await fixture('plain'));
    expect([picture.width, picture.height]).toEqual([96, 64]);
    expect(isNear(at(picture, 4, 4), [32, 192, 64])).toBe(true);
    expect(isNear(at(picture, 40, 50), [220, 30, 40])).toBe(true);
    expect(isNear(at(picture, 90, 50), [30, 60, 220])).toBe(true);
  });

  test('stands upright, however the camera was held', async () => {
    const file = await fixture('turned');
    const held = async (quarters: number) => {
      const copy = Buffer.from(file);
      // The property `irot`: quarter turns to the left.
      copy[copy.indexOf('irot') + 4] = quarters;
      return decodePicture('a.heic', copy);
    };
    const stored = await held(0);
    expect(await held(1)).toEqual(turnUpright(stored, 8));
    expect(await held(2)).toEqual(turnUpright(stored, 3));
    expect(await held(3)).toEqual(turnUpright(stored, 6));
  });

  test("follows its profile, Apple's wide colours", async () => {
    const wide = await decodePicture('a.heic', await fixture('display-p3'));
    const plain = await decodePicture('a.heic', await fixture('plain'));
    const { data, width, height } = plain;
    const png = sharp(data, { raw: { width, height, channels: 3 } });
    // The same numbers, said to be of these colours.
    const { icc } = await sharp(await png.clone().withIccProfile('p3').png().toBuffer()).metadata();
    if (icc === undefined) throw new Error('no profile');
    const meant = await decodePicture('a.png', profiledPng(plain, icc));
    for (const [x, y] of [
      [4, 4],
      [40, 50],
      [90, 50],
    ] as const) {
      expect(isNear(at(wide, x, y), at(meant, x, y)), `${at(wide, x, y)}`).toBe(true);
      expect(at(wide, x, y)).not.toEqual(at(plain, x, y));
    }
  });

  test('lies on white where it lets through', async () => {
    const picture = await decodePicture('a.heic', await fixture('glass'));
    expect(isNear(at(picture, 40, 50), [237, 142, 147])).toBe(true);
  });

  test('that ends early, or holds nothing, is damaged', async () => {
    const file = await fixture('plain');
    for (const bytes of [file.subarray(0, file.length - 40), file.subarray(0, 200), file.subarray(0, 24)]) {
      expect((await failureFrom(() => decodePicture('a.heic', bytes))).code).toBe('PICTURE_DAMAGED');
    }
    expect(await decodePicture('a.heic', file)).toHaveProperty('width', 96);
  });

  test('above the limits is refused before it is decoded', async () => {
    const file = Buffer.from(await fixture('plain'));
    file.writeUInt32BE(20_000, file.indexOf('ispe') + 8);
    expect((await failureFrom(() => decodePicture('a.heic', file))).code).toBe('PICTURE_TOO_LARGE');
  });
});
