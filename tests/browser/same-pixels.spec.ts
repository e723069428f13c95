/** Page and terminal read the same pixels from a file. */
import { decodePicture } from '../../cli/draw/pictures.ts';
import type { RgbImage } from '../../model/image/pixels.ts';
import { colouredPictures, heldPictures, largePictures } from '../helpers/colours.ts';
import { heicPictures, lenientPictures, unusualPhotos } from '../helpers/photos.ts';
import { pictureWorkerUrl, readInPage } from '../helpers/picture-worker.ts';
import type { TestFile } from '../helpers/user.ts';
import { expect, test } from './test.ts';

// To start the page's own worker and ask it what the page would.
test.use({ bypassCSP: true });

/** Of 255, over all numbers of a picture. */
const meanDifference = 2;

const tables: Readonly<Record<string, () => Promise<readonly TestFile[]>>> = {
  'whatever its colours mean': colouredPictures,
  'of rarer kinds': unusualPhotos,
  'that is not by the book': lenientPictures,
  'held in any way': heldPictures,
  'of a phone, HEIC': heicPictures,
  'above the pixels that are read': largePictures,
};

for (const [kind, files] of Object.entries(tables)) {
  test(`a picture ${kind}`, async ({ user, page }) => {
    await user.open('/?device=wasm');
    const worker = await pictureWorkerUrl(user);
    const differences: [string, number][] = [];
    for (const file of await files()) {
      const read = await readInPage(page, worker, file);
      if (!('data' in read) || 'code' in read) throw new Error(`${file.name}: ${JSON.stringify(read)}`);
      const terminal = await decodePicture(file.name, file.bytes);
      expect([read.width, read.height], file.name).toEqual([terminal.width, terminal.height]);
      differences.push([file.name, difference(read, terminal)]);
    }
    expect(differences.filter(([, mean]) => mean > meanDifference)).toEqual([]);
  });
}

function difference(left: RgbImage, right: RgbImage): number {
  let sum = 0;
  for (const [at, value] of left.data.entries()) sum += Math.abs(value - (right.data[at] ?? 0));
  return sum / left.data.length;
}
