/** An edit of a selected area is repeated from its recipe, the picture and the mask: the same bytes, the rest as it was. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Sharp } from 'sharp';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { openSink } from '../../cli/bundle-sink.ts';
import { decodePicture, imageId } from '../../cli/draw/pictures.ts';
import { main } from '../../cli/nexus.ts';
import { resize } from '../../model/image/resize.ts';
import { readPngRecipe } from '../../model/recipe/png.ts';
import { type Recipe, recipeText } from '../../model/recipe/recipe.ts';
import { writeDrawingBundle } from '../helpers/drawing-bundle.ts';
import { blue, halves, photo, red } from '../helpers/photos.ts';
import { watchTerminal } from '../helpers/terminal.ts';

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

const work = mkdtempSync(join(tmpdir(), 'nexus-area-'));
const at = (name: string) => join(work, name);
const bytes = (name: string) => new Uint8Array(readFileSync(at(name)));
const terminal = watchTerminal();
const nexus = (...argv: string[]) => main([...argv, '--bundle', at('bundle'), '--threads', '1', '--quiet']);

const white = { r: 255, g: 255, b: 255 };
const black = { r: 0, g: 0, b: 0 };

/** The recipe of the whole edit, asking for a part of it alone. */
function recipeWith(mask: string, changes: Partial<Recipe> = {}): Recipe {
  const recipe = readPngRecipe('painted.png', bytes('painted.png'));
  const [edited] = recipe.images;
  if (edited === undefined) throw new Error('an edit names its picture');
  const named = { sha256: imageId(bytes(mask)), width: 96, height: 64 };
  return { ...recipe, images: [edited, named], reference: edited.sha256, mask: named.sha256, ...changes };
}

beforeAll(async () => {
  await writeDrawingBundle(await openSink(at('bundle')));
  writeFileSync(at('photo.png'), (await photo('photo.png', red, blue)).bytes);
  const save = async (name: string, image: Sharp) => writeFileSync(at(name), await image.png().toBuffer());
  await save('left.png', halves(white, black, 96, 64));
  await save('all.png', halves(white, white, 96, 64));
  await save('none.png', halves(black, black, 96, 64));
  await save('upright.png', halves(white, black, 64, 96));
  await nexus('edit', at('photo.png'), 'make it night', '--seed', '7', '--steps', '2', '-o', at('painted.png'));
  for (const name of ['left', 'all', 'none', 'upright'])
    writeFileSync(at(`${name}.json`), recipeText(recipeWith(`${name}.png`)));
});
afterAll(() => rmSync(work, { recursive: true, force: true }));

const repeat = (recipe: string, mask: string, out: string) =>
  nexus('edit', at('photo.png'), at(mask), '--recipe', at(recipe), '-o', at(out));

test('the rest is the picture’s own to the bit, the area is painted, and its own file gives it again', async () => {
  expect(await repeat('left.json', 'left.png', 'part.png')).toBe(0);
  expect(await repeat('part.png', 'left.png', 'again.png')).toBe(0);
  expect(bytes('again.png')).toEqual(bytes('part.png'));
  const part = await decodePicture('part.png', bytes('part.png'));
  const own = resize(await decodePicture('photo.png', bytes('photo.png')), part, 'bicubic');
  const isInside = (byte: number) => Math.floor(byte / 3) % part.width < part.width / 2;
  expect(part.data.filter((_, byte) => !isInside(byte))).toEqual(own.data.filter((_, byte) => !isInside(byte)));
  const changed = part.data.filter((value, byte) => isInside(byte) && value !== own.data[byte]);
  expect(changed.length).toBeGreaterThan(part.data.length / 4);
});

test('a mask of all of it paints the same pixels as none', async () => {
  expect(await repeat('all.json', 'all.png', 'whole.png')).toBe(0);
  const [whole, painted] = [await decodePicture('', bytes('whole.png')), await decodePicture('', bytes('painted.png'))];
  expect(whole).toEqual(painted);
});

test.each([
  ['without the mask it says which picture is missing', 'left.json', [], /mask of the area/],
  ['an empty mask is refused', 'none.json', ['none.png'], /Nothing is selected/],
  ['a mask of another shape is refused', 'upright.json', ['upright.png'], /selected on another picture/],
  ['another mask than its own is refused', 'left.json', ['all.png'], /not one of the pictures/],
] as const)('%s', async (_, recipe, masks, said) => {
  const files = ['photo.png', ...masks].map(at);
  expect(await nexus('edit', ...files, '--recipe', at(recipe), '-o', at('refused.png'))).toBe(1);
  expect(terminal.stderr).toMatch(said);
  expect(() => bytes('refused.png')).toThrow('ENOENT');
});

test('a recipe that does not say which picture its mask lies on is refused', async () => {
  writeFileSync(at('lost.json'), recipeText(recipeWith('left.png', { reference: null })));
  expect(await repeat('lost.json', 'left.png', 'refused.png')).toBe(1);
  expect(terminal.stderr).toContain('reference');
});
