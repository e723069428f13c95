import fc from 'fast-check';
import { zlibSync } from 'fflate';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { concatenate } from '../../model/bytes.ts';
import { encodeUtf8 } from '../../model/checkpoint/utf8.ts';
import { failureOf } from '../../model/failure.ts';
import { readPngRecipe, replaceRecipe, writePng } from '../../model/recipe/png.ts';
import { chunk, pngSignature } from '../../model/recipe/png-chunks.ts';
import { recipeText } from '../../model/recipe/recipe.ts';
import { exampleRecipe } from '../helpers/recipes.ts';
import { failureFrom } from '../helpers/sources.ts';

const image = fc
  .tuple(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 12 }), fc.boolean())
  .chain(([width, height, opaque]) =>
    fc
      .uint8Array({ minLength: width * height * 4, maxLength: width * height * 4 })
      .map((bytes) => ({ width, height, data: bytes.map((byte, at) => (opaque && at % 4 === 3 ? 255 : byte)) })),
  );

function gradient(side: number) {
  const data = new Uint8ClampedArray(side * side * 4);
  for (let at = 0; at < data.length; at += 1)
    data[at] = at % 4 === 3 ? 255 : ((at >> 2) % side) + Math.floor(at / side / 4);
  return { width: side, height: side, data };
}

describe('a written PNG', () => {
  it('holds the same pixels for any other reader', async () => {
    await fc.assert(
      fc.asyncProperty(image, async (picture) => {
        const { data, info } = await sharp(writePng(picture, exampleRecipe()))
          .ensureAlpha()
          .raw()
          .toBuffer({ resolveWithObject: true });
        expect([info.width, info.height]).toEqual([picture.width, picture.height]);
        expect([...data]).toEqual([...picture.data]);
      }),
      { numRuns: 40 },
    );
  });

  it('gives its recipe back, and is the same bytes each time', () => {
    const bytes = writePng(gradient(32), exampleRecipe());
    expect(readPngRecipe('cat.png', bytes)).toEqual(exampleRecipe());
    expect(writePng(gradient(32), exampleRecipe())).toEqual(bytes);
  });

  it('filters a smooth picture to less than a tenth', () => {
    expect(writePng(gradient(128), null).length).toBeLessThan((128 * 128 * 3) / 10);
  });

  it('is marked as made by a model, with and without its recipe', async () => {
    for (const recipe of [exampleRecipe(), null]) {
      const { xmp } = await sharp(writePng(gradient(16), recipe)).metadata();
      expect(xmp?.toString()).toContain('digitalsourcetype/trainedAlgorithmicMedia<');
    }
  });

  it('says nothing of its making where the recipe is left out', async () => {
    const bytes = writePng(gradient(16), null);
    expect(Buffer.from(bytes).includes('nexus-gen')).toBe(false);
    const failure = await failureFrom(() => readPngRecipe('cat.png', bytes));
    expect(failure).toEqual({ code: 'RECIPE_MISSING', data: { file: 'cat.png' } });
  });

  it('with another recipe is the file it would have been with that one from the start', async () => {
    const other = { ...exampleRecipe(), seed: '7' };
    const files = [exampleRecipe(), other, null].map((recipe) => writePng(gradient(16), recipe));
    for (const file of files) {
      expect(replaceRecipe('cat.png', file, other)).toEqual(files[1]);
      expect(replaceRecipe('cat.png', file, null)).toEqual(files[2]);
    }
    const cut = files[0]?.subarray(0, -20) ?? new Uint8Array();
    expect((await failureFrom(() => replaceRecipe('cat.png', cut, null))).code).toBe('PNG_DAMAGED');
  });

  it.each([
    { width: 0, height: 4, data: new Uint8Array(0) },
    { width: 2, height: 2, data: new Uint8Array(12) },
  ])('needs its pixels: %#', async (picture) => {
    expect((await failureFrom(() => writePng(picture, null))).code).toBe('PICTURE_EMPTY');
  });
});

/** A PNG of text chunks alone, as another program may write them. */
function pngWith(...chunks: Uint8Array[]): Uint8Array {
  return concatenate([pngSignature, ...chunks, chunk('IEND', new Uint8Array(0))]);
}

function recipeChunk(flags: readonly number[], text: Uint8Array, fields = '\0\0'): Uint8Array {
  return chunk(
    'iTXt',
    concatenate([encodeUtf8('nexus-gen-recipe\0'), Uint8Array.from(flags), encodeUtf8(fields), text]),
  );
}

describe('a PNG from elsewhere', () => {
  const words = encodeUtf8(recipeText(exampleRecipe()));

  it('may have its recipe compressed, titled, and behind other texts', () => {
    const other = chunk('iTXt', encodeUtf8('Comment\0\0\0\0\0hello'));
    const bytes = pngWith(other, recipeChunk([1, 0], zlibSync(words), 'en\0Recipe\0'));
    expect(readPngRecipe('cat.png', bytes)).toEqual(exampleRecipe());
  });

  it.each<[string, Uint8Array, string]>([
    ['is empty', new Uint8Array(0), 'signature'],
    ['is another format', encodeUtf8('GIF89a and so on'), 'signature'],
    ['ends after its signature', pngSignature, 'truncated'],
    ['ends inside a chunk', pngWith(recipeChunk([0, 0], words)).subarray(0, 60), 'truncated'],
    ['has a chunk longer than the file', concatenate([pngSignature, new Uint8Array(12).fill(255)]), 'truncated'],
    ['has an unknown compression', pngWith(recipeChunk([1, 7], zlibSync(words))), 'text'],
    ['has broken compression', pngWith(recipeChunk([1, 0], Uint8Array.of(1, 2, 3))), 'text'],
    ['has compression that does not end', pngWith(recipeChunk([1, 0], zlibSync(words).subarray(0, -20))), 'text'],
    ['has a text of bytes that are no text', pngWith(recipeChunk([0, 0], Uint8Array.of(0xff, 0xfe))), 'text'],
    ['has no end of its title', pngWith(chunk('iTXt', encodeUtf8('nexus-gen-recipe\0\0\0en'))), 'text'],
    ['has a text above the limit', pngWith(recipeChunk([0, 0], new Uint8Array(2 ** 22 + 1).fill(0x20))), 'limit'],
    ['grows without end', pngWith(recipeChunk([1, 0], zlibSync(new Uint8Array(2 ** 28)))), 'limit'],
  ])('that %s is refused', async (_, bytes, problem) => {
    const failure = await failureFrom(() => readPngRecipe('cat.png', bytes));
    expect(failure).toEqual({ code: 'PNG_DAMAGED', data: { file: 'cat.png', problem } });
  });

  it('whose recipe was changed on the way is refused', async () => {
    const bytes = pngWith(recipeChunk([0, 0], words));
    bytes[100] = (bytes[100] ?? 0) ^ 1;
    expect((await failureFrom(() => readPngRecipe('cat.png', bytes))).data).toMatchObject({ problem: 'checksum' });
  });

  it('whose recipe is no recipe is refused', async () => {
    const bytes = pngWith(recipeChunk([0, 0], encodeUtf8('{"format":"nexus-gen-recipe"}')));
    expect((await failureFrom(() => readPngRecipe('cat.png', bytes))).code).toBe('RECIPE_INVALID');
  });

  it('never brings anything but a recipe or a plain failure', () => {
    const bytes = writePng(gradient(8), exampleRecipe());
    const damage = fc.array(fc.tuple(fc.nat({ max: bytes.length - 1 }), fc.nat({ max: 255 })), { maxLength: 6 });
    const codes = new Set(['PNG_DAMAGED', 'RECIPE_INVALID', 'RECIPE_MISSING']);
    fc.assert(
      fc.property(damage, fc.nat({ max: bytes.length }), fc.boolean(), (changes, length, cut) => {
        const broken = bytes.slice(0, cut ? length : bytes.length);
        for (const [at, value] of changes) if (at < broken.length) broken[at] = value;
        try {
          readPngRecipe('cat.png', broken);
        } catch (thrown) {
          expect(codes).toContain(failureOf(thrown).code);
        }
      }),
      { numRuns: 500 },
    );
  });
});
