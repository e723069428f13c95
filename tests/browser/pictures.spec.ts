/** Files that a person brings: every kind that can be read, and a sentence for each that cannot. */
import { decodePicture } from '../../cli/draw/pictures.ts';
import {
  badPictures,
  blue,
  type Colour,
  heicPictures,
  lenientPictures,
  photo,
  red,
  transparent,
  turnedPhotos,
  unusualPhotos,
} from '../helpers/photos.ts';
import { pictureWorkerUrl, readInPage } from '../helpers/picture-worker.ts';
import { readSaved } from '../helpers/saved-picture.ts';
import { expect, test } from './test.ts';

test('refuses each bad file with its reason and keeps the words', async ({ user, page }) => {
  await user.open('/?device=wasm');
  await user.type('what is this?');
  for (const bad of await badPictures()) {
    await user.drop(bad);
    await expect(user.alerts.last(), bad.name).toHaveText(bad.says);
    await expect(user.alerts, bad.name).toHaveCount(1);
    await user.button('Dismiss').click();
    await expect(user.alerts).toHaveCount(0);
  }
  await expect(page.getByRole('img', { name: /^Picture: / })).toHaveCount(0);
  await expect(user.message).toHaveValue('what is this?');
  await expect(user.sendButton).toBeEnabled();
});

test('reads rare kinds upright and on white', async ({ user, page }) => {
  await user.open('/?device=wasm');
  await user.openSettings();
  await user.number('Steps').fill('1');
  await user.field('Seed').fill('5');
  await user.settings.getByRole('checkbox', { name: 'Lock seed', exact: true }).check();

  for (const { name, bytes, size, ends } of [...(await unusualPhotos()), ...(await lenientPictures())]) {
    await user.drop({ name, bytes });
    const thumbnail = page.getByRole('img', { name: `Picture: ${name}`, exact: true });
    await expect(thumbnail).toBeVisible();
    const { shown, first, last } = await thumbnail.evaluate(corners);
    expect(shown, name).toEqual(size);
    expect(isNear(first, red), `${name}: ${first}`).toBe(true);
    expect(isNear(last, ends), `${name}: ${last}`).toBe(true);
    await user.button(`Remove ${name}`).click();
  }
  await expect(user.alerts).toHaveCount(0);

  // What the model sees shows in its edit: a picture held upright gives an upright one.
  const upright = (await unusualPhotos()).find(({ name }) => name === 'upright.jpg');
  if (upright === undefined) throw new Error('no upright picture');
  await edit(upright, 'make it night');
  const { recipe } = await readSaved((await user.save()).bytes);
  expect(recipe.images).toMatchObject([{ width: 64, height: 96 }]);
  expect(recipe.size).toEqual({ width: 64, height: 80 });

  // What lets the background through is seen on white: nothing else gives the same edit.
  const white = { r: 255, g: 255, b: 255 };
  const edits: string[] = [];
  for (const file of [
    await transparent(),
    await photo('white.png', white, white, 64, 64),
    await photo('blue.png', blue, blue, 64, 64),
  ]) {
    await edit(file, 'make it night');
    edits.push(await user.pixels());
  }
  expect(edits[0]).toBe(edits[1]);
  expect(edits[0]).not.toBe(edits[2]);

  // Of an animation the first frame is seen.
  const still = (await unusualPhotos()).find(({ name }) => name === 'moving.gif');
  if (still === undefined) throw new Error('no animation');
  const frames: string[] = [];
  for (const file of [still, await photo('red.png', red, red, 32, 32)]) {
    await edit(file, 'make it night');
    frames.push(await user.pixels());
  }
  expect(frames[0]).toBe(frames[1]);

  async function edit(file: { readonly name: string; readonly bytes: Uint8Array }, words: string): Promise<void> {
    await user.button('New chat').click();
    await user.drop(file);
    await user.ask(words);
    await expect(user.picture).toHaveAttribute('data-state', 'done');
  }
});

test('reads HEIC, with a library that is fetched for the first of them', async ({ user, page }) => {
  const fetched: string[] = [];
  page.on('request', (request) => /libheif/.test(request.url()) && fetched.push(request.url()));
  page.context().on('request', (request) => /libheif/.test(request.url()) && fetched.push(request.url()));
  await user.open('/?device=wasm');
  await user.ask('hello');
  await user.drop(await photo('plain.png', red, blue));
  await expect(page.getByRole('img', { name: 'Picture: plain.png' })).toBeVisible();
  expect(fetched).toEqual([]);
  await user.button('Remove plain.png').click();

  for (const { name, bytes } of await heicPictures()) {
    await user.drop({ name, bytes });
    const thumbnail = page.getByRole('img', { name: `Picture: ${name}`, exact: true });
    await expect(thumbnail).toBeVisible();
    expect((await thumbnail.evaluate(corners)).shown, name).toEqual([96, 64]);
    await user.button(`Remove ${name}`).click();
  }
  await expect(user.alerts).toHaveCount(0);
  expect(fetched.some((url) => url.endsWith('.wasm'))).toBe(true);

  // It is seen and edited as any other, and stays in the conversation.
  const [plain] = await heicPictures();
  if (plain === undefined) throw new Error('no HEIC');
  await user.drop(plain);
  await user.ask('make it night');
  await expect(user.picture).toHaveAttribute('data-state', 'done');
  await user.reload();
  await expect(user.questions.getByRole('img')).toBeVisible();
});

test.describe('in the worker that reads files', () => {
  // To start it as the page does, and ask it what the page would.
  test.use({ bypassCSP: true });

  test('a picture held in any way is upright', async ({ user, page }) => {
    await user.open('/?device=wasm');
    const worker = await pictureWorkerUrl(user);
    for (const { file, upright } of await turnedPhotos()) {
      const read = await readInPage(page, worker, file);
      expect(read, file.name).toEqual(await decodePicture(upright.name, upright.bytes));
      await user.drop(file);
      const thumbnail = page.getByRole('img', { name: `Picture: ${file.name}` });
      await expect(thumbnail).toBeVisible();
      const seen = await thumbnail.evaluate(corners);
      await user.button(`Remove ${file.name}`).click();
      await user.drop(upright);
      const whole = page.getByRole('img', { name: 'Picture: upright.png' });
      await expect(whole).toBeVisible();
      const meant = await whole.evaluate(corners);
      await user.button('Remove upright.png').click();
      expect(seen.shown, file.name).toEqual(meant.shown);
      for (const [of, [red = 0, green = 0, blue = 0]] of [
        [seen.first, meant.first],
        [seen.last, meant.last],
      ] as const) {
        expect(isNear(of, { r: red, g: green, b: blue }), `${file.name}: ${of}`).toBe(true);
      }
    }
  });
});

/** A picture's size as it is shown, and the colours of its first and its last corner. */
function corners(image: HTMLImageElement) {
  const { naturalWidth: width, naturalHeight: height } = image;
  const context = new OffscreenCanvas(width, height).getContext('2d');
  context?.drawImage(image, 0, 0);
  const colourAt = (left: number, top: number) => [...(context?.getImageData(left, top, 1, 1).data ?? [])];
  return { shown: [width, height], first: colourAt(2, 2), last: colourAt(width - 3, height - 3) };
}

/** Lossy formats and the narrower colours of print change a colour a little. */
function isNear([red = 0, green = 0, blue = 0]: readonly number[], { r, g, b }: Colour): boolean {
  return Math.max(Math.abs(red - r), Math.abs(green - g), Math.abs(blue - b)) < 60;
}
