/** Pictures whose files say in some way what their colours mean. */
import sharp, { type JpegOptions, type Sharp } from 'sharp';
import { chunk } from '../../model/recipe/png-chunks.ts';
import type { TestFile } from './user.ts';

const width = 128;
const height = 96;

/** Every mixture of red and green, blue in waves; with alpha it fades in. */
function waves(channels: 3 | 4): Sharp {
  const data = new Uint8Array(width * height * channels);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const blue = Math.round(127.5 + 127.5 * Math.sin((x + y) / 20));
      const pixel = [x * 2, Math.round(y * 2.6), blue, Math.min(255, (x + y) * 2)];
      data.set(pixel.slice(0, channels), (y * width + x) * channels);
    }
  }
  return sharp(data, { raw: { width, height, channels } });
}

function numbers(...values: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(values.length * 4);
  for (const [index, value] of values.entries()) new DataView(bytes.buffer).setUint32(index * 4, value);
  return bytes;
}

/** Behind a PNG's header, in front of its pixels. */
function withChunks(png: Uint8Array, ...chunks: readonly Uint8Array[]): Uint8Array {
  const headerEnd = 33;
  return Buffer.concat([png.subarray(0, headerEnd), ...chunks, png.subarray(headerEnd)]);
}

const linear = chunk('gAMA', numbers(100_000));
const mac = chunk('gAMA', numbers(55_555));
const usual = chunk('gAMA', numbers(45_455));
const displayP3 = chunk('cHRM', numbers(31_270, 32_900, 68_000, 32_000, 26_500, 69_000, 15_000, 6_000));

export async function colouredPictures(): Promise<readonly TestFile[]> {
  const colour = () => waves(3);
  const png = await colour().png().toBuffer();
  const grey = await colour().greyscale().png().toBuffer();
  const glass = await waves(4).png().toBuffer();
  const wide = () => colour().withIccProfile('p3');
  const files: Readonly<Record<string, Uint8Array | Promise<Uint8Array>>> = {
    'plain.png': png,
    'grey.png': grey,
    'grey-glass.png': waves(4).toColourspace('b-w').png().toBuffer(),
    '16-bit-grey.png': colour().toColourspace('grey16').png().toBuffer(),
    'palette.png': colour().png({ palette: true }).toBuffer(),
    'palette-glass.png': waves(4).png({ palette: true }).toBuffer(),
    'four-colours.png': colour().png({ palette: true, colours: 4 }).toBuffer(),
    'interlaced.png': colour().png({ progressive: true }).toBuffer(),
    'interlaced-glass.png': waves(4).png({ progressive: true }).toBuffer(),
    'see-through-colour.png': withChunks(png, chunk('tRNS', Uint8Array.of(0, 0, 0, 0, 0, 128))),
    '16-bit.png': colour().toColourspace('rgb16').png().toBuffer(),
    'glass.png': glass,
    'linear.png': withChunks(png, linear),
    'linear-grey.png': withChunks(grey, linear),
    'linear-glass.png': withChunks(glass, linear),
    'mac.png': withChunks(png, mac),
    'usual-gamma.png': withChunks(png, usual),
    'gamma-and-srgb.png': withChunks(png, linear, chunk('sRGB', Uint8Array.of(0))),
    'gamma-and-primaries.png': withChunks(png, usual, displayP3),
    'primaries-alone.png': withChunks(png, displayP3),
    'coded-p3.png': withChunks(png, chunk('cICP', Uint8Array.of(12, 13, 0, 1))),
    'profile.png': wide().png().toBuffer(),
    '16-bit-profile.png': colour().toColourspace('rgb16').withIccProfile('p3').png().toBuffer(),
    'plain.jpg': colour().jpeg().toBuffer(),
    'sharp-colours.jpg': colour().jpeg({ chromaSubsampling: '4:4:4' }).toBuffer(),
    'progressive.jpg': colour().jpeg({ progressive: true }).toBuffer(),
    'grey.jpg': colour().greyscale().jpeg().toBuffer(),
    'profile.jpg': wide().jpeg().toBuffer(),
    'print.jpg': colour().toColourspace('cmyk').jpeg().toBuffer(),
    'print-profile.jpg': colour().toColourspace('cmyk').withIccProfile('cmyk').jpeg({ quality: 95 }).toBuffer(),
    'plain.webp': colour().webp().toBuffer(),
    'lossless.webp': colour().webp({ lossless: true }).toBuffer(),
    'glass.webp': waves(4).webp().toBuffer(),
    'lossless-glass.webp': waves(4).webp({ lossless: true }).toBuffer(),
    'moving.webp': moving(),
    'profile.webp': wide().webp().toBuffer(),
    'plain.gif': colour().gif().toBuffer(),
    'glass.gif': waves(4).gif().toBuffer(),
    'plain.avif': colour().avif().toBuffer(),
    'soft-colours.avif': colour().avif({ chromaSubsampling: '4:2:0' }).toBuffer(),
    '10-bit.avif': colour().avif({ bitdepth: 10 }).toBuffer(),
    // What lies between clear and opaque, Chromium's decoder takes as alpha of limited range, whatever the file says.
    'cut-out.avif': cutOut().avif().toBuffer(),
    'grey.avif': colour().greyscale().avif().toBuffer(),
    'profile.avif': wide().avif().toBuffer(),
  };
  return Promise.all(Object.entries(files).map(async ([name, bytes]) => ({ name, bytes: await bytes })));
}

/** Clear on the left, opaque on the right. */
function cutOut(): Sharp {
  const alpha = Uint8Array.from({ length: width * height }, (_, at) => (at % width < width / 2 ? 0 : 255));
  return waves(3).joinChannel(Buffer.from(alpha), { raw: { width, height, channels: 1 } });
}

/** An animation: of the pictures here and their negatives the first is seen. */
async function moving(): Promise<Uint8Array> {
  const frames = await Promise.all([waves(3).png().toBuffer(), waves(3).negate().png().toBuffer()]);
  return sharp(frames, { join: { animated: true } })
    .webp({ delay: [100, 100] })
    .toBuffer();
}

/** In each of EXIF's orientations. */
export async function heldPictures(): Promise<readonly TestFile[]> {
  const orientations = [1, 2, 3, 4, 5, 6, 7, 8];
  const formats = ['jpeg', 'png', 'webp'] as const;
  return Promise.all(
    formats.flatMap((format) =>
      orientations.map(async (orientation) => ({
        name: `held-${orientation}.${format}`,
        bytes: await waves(3).withMetadata({ orientation }).toFormat(format).toBuffer(),
      })),
    ),
  );
}

/** Above the pixels that are read, so that they are brought down while they are decoded. */
export async function largePictures(): Promise<readonly TestFile[]> {
  const jpeg = (options: JpegOptions = {}) => large(3).jpeg(options).toBuffer();
  const held = (orientation: number) => large(3).withMetadata({ orientation });
  const png = await large(3).png().toBuffer();
  const files: Readonly<Record<string, Uint8Array | Promise<Uint8Array>>> = {
    'large.jpg': jpeg(),
    'large-progressive.jpg': jpeg({ progressive: true }),
    'large-sharp-colours.jpg': jpeg({ chromaSubsampling: '4:4:4' }),
    'large-grey.jpg': large(3).greyscale().jpeg().toBuffer(),
    'large-profile.jpg': large(3).withIccProfile('p3').jpeg().toBuffer(),
    'large-print.jpg': large(3).toColourspace('cmyk').jpeg().toBuffer(),
    'large.png': png,
    'large-linear.png': withChunks(png, linear),
    'large-profile.png': large(3).withIccProfile('p3').png().toBuffer(),
    'large-glass.png': large(4).png().toBuffer(),
    'large-16-bit.png': large(4).toColourspace('rgb16').png().toBuffer(),
    'large-interlaced.png': large(3).png({ progressive: true }).toBuffer(),
    'large-held.png': held(7).png().toBuffer(),
  };
  for (const orientation of [2, 3, 6, 7]) {
    Object.assign(files, { [`large-held-${orientation}.jpg`]: held(orientation).jpeg().toBuffer() });
  }
  return Promise.all(Object.entries(files).map(async ([name, bytes]) => ({ name, bytes: await bytes })));
}

/** Fine structure on broad areas, as in a photograph. */
function large(channels: 3 | 4): Sharp {
  const [wide, high] = [3000, 2000];
  const data = new Uint8Array(wide * high * channels);
  for (let at = 0; at < data.length; at += 1) {
    const x = Math.floor(at / channels) % wide;
    data[at] = 128 + 90 * Math.sin(x / 150 + at / (wide * 300 * channels)) + ((at * 7919) % 31);
  }
  return sharp(data, { raw: { width: wide, height: high, channels } });
}
