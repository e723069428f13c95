import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { failureOf } from '../../model/failure.ts';
import { compositeOf } from '../../model/recipe/composite.ts';
import { readEmbeddings, writeEmbeddings } from '../../model/recipe/embedding-values.ts';
import { parseRecipe, readRecipe, recipeText } from '../../model/recipe/recipe.ts';
import { exampleRecipe } from '../helpers/recipes.ts';
import { failureFrom } from '../helpers/sources.ts';

it('comes back from its text as it was', () => {
  expect(parseRecipe(recipeText(exampleRecipe()))).toEqual(exampleRecipe());
});

it('is the same text however its keys are ordered', () => {
  const shuffled = Object.fromEntries(Object.entries(exampleRecipe()).reverse());
  expect(recipeText(readRecipe(shuffled))).toBe(recipeText(exampleRecipe()));
});

it('takes words as typed, whatever they are', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (words) => {
      const recipe = { ...exampleRecipe(), messages: [{ from: 'person' as const, text: words, images: [] }] };
      expect(parseRecipe(recipeText(recipe))).toEqual(recipe);
    }),
  );
});

it('of version 1 is read as what it is today', () => {
  const stored = readFileSync(new URL('../fixtures/recipes/version-1.json', import.meta.url), 'utf8');
  expect(JSON.parse(stored).version).toBe(1);
  expect(parseRecipe(stored)).toEqual(exampleRecipe());
  // What version 1 did not name was passed over, and a region it did.
  const region = { left: 0, top: 8, width: 16, height: 16 };
  expect(readRecipe({ ...JSON.parse(stored), region, mood: 'merry' })).toEqual({ ...exampleRecipe(), region });
});

it('keeps the values of embeddings to the last bit', () => {
  const data = Float32Array.of(0.1, -0, 1e-45, 3.4e38, Math.PI, 2);
  const embeddings = { data, hidden: 3, grid: [1, 2, 4] as const };
  const recipe = { ...exampleRecipe(), embedding_values: writeEmbeddings(embeddings) };
  const read = readEmbeddings(parseRecipe(recipeText(recipe)));
  expect(read).toEqual(embeddings);
  expect(new Uint8Array(read?.data.buffer ?? new ArrayBuffer(0))).toEqual(new Uint8Array(data.buffer));
  expect(readEmbeddings(exampleRecipe())).toBeNull();
});

it.each([{ float32: 'AAAA' }, { float32: '' }])('refuses values that are no rows: %j', async (change) => {
  const values = { ...writeEmbeddings({ data: new Float32Array(4), hidden: 2, grid: [1, 2, 4] }), ...change };
  const failure = await failureFrom(() => readEmbeddings({ ...exampleRecipe(), embedding_values: values }));
  expect(failure).toMatchObject({ code: 'RECIPE_INVALID', data: { key: 'embedding_values.float32' } });
});

it('takes what later pictures may be made with', () => {
  const later = {
    cfg_range: [0, 0.5] as [number, number],
    region: { left: 0, top: 0, width: 8, height: 8 },
    mask: 'e'.repeat(64),
    composite: true,
    enlarge: { width: 64, height: 64 },
  };
  expect(readRecipe({ ...exampleRecipe(), ...later })).toMatchObject(later);
});

const composite = {
  picture: 'c'.repeat(64),
  shift: [-1, 2] as [number, number],
  smoothing: 2,
  threshold: 6,
  feather: 16,
};

it('says how the rest of an edit was kept, and what older ones said of it stays readable', () => {
  const kept = { ...exampleRecipe(), composite };
  expect(parseRecipe(recipeText(kept))).toEqual(kept);
  expect(compositeOf(parseRecipe(recipeText(kept)))).toEqual(composite);
  for (const older of [true, false]) {
    const recipe = { ...exampleRecipe(), composite: older };
    expect(parseRecipe(recipeText(recipe))).toEqual(recipe);
    expect(compositeOf(recipe)).toBeNull();
  }
  expect(compositeOf(exampleRecipe())).toBeNull();
});

describe('a recipe that cannot be followed', () => {
  it.each([
    [{ format: 'other' }, 'format'],
    [{ version: 3 }, 'version'],
    [{ seed: 'banana' }, 'seed'],
    [{ seed: '-1' }, 'seed'],
    [{ seed: '18446744073709551616' }, 'seed'],
    [{ seed: 42 }, 'seed'],
    [{ steps: 0 }, 'steps'],
    [{ cfg: 31 }, 'cfg'],
    [{ size: { width: 5000, height: 64 } }, 'size.width'],
    [{ strength: -0.1 }, 'strength'],
    [{ bundle: { id: 'nano', sha256: 'A'.repeat(64) } }, 'bundle.sha256'],
    [{ messages: [] }, 'messages'],
    [{ messages: [{ from: 'robot', text: '' }] }, 'messages.0.from'],
    [{ negative: 'x'.repeat(300_000) }, 'negative'],
    [{ mood: 'merry' }, 'mood'],
    [{ size: { width: 64, height: 64, depth: 1 } }, 'size.depth'],
    [{ schedule: 'flow-match' }, 'schedule'],
    [{ sampling: { temperature: 0, topP: 1, maxTokens: 1, seed: 'banana' } }, 'sampling.seed'],
    [{ cfg_range: [0, 2] }, 'cfg_range.1'],
    [{ cfg_range: [0.8, 0.2] }, 'cfg_range'],
    [{ mask: true }, 'mask'],
    [{ composite: { ...composite, picture: 'mine.png' } }, 'composite.picture'],
    [{ composite: { ...composite, shift: [1] } }, 'composite'],
    [{ composite: 'yes' }, 'composite'],
  ])('is refused by its key: %#', async (change, key) => {
    const failure = await failureFrom(() => readRecipe({ ...exampleRecipe(), ...change }));
    expect(failure).toMatchObject({ code: 'RECIPE_INVALID', data: { key } });
  });

  it.each(['', '{', 'null', '[]', '"recipe"'])('is refused as text: %j', async (text) => {
    expect((await failureFrom(() => parseRecipe(text))).code).toBe('RECIPE_INVALID');
  });

  it('never does anything but fail plainly', () => {
    const keys = fc.constantFrom(...Object.keys(exampleRecipe()));
    fc.assert(
      fc.property(fc.dictionary(keys, fc.jsonValue()), (damage) => {
        try {
          readRecipe({ ...exampleRecipe(), ...damage });
        } catch (thrown) {
          expect(failureOf(thrown).code).toBe('RECIPE_INVALID');
        }
      }),
    );
  });
});
