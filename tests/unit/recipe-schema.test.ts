import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { failureOf } from '../../model/failure.ts';
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

describe('a recipe that cannot be followed', () => {
  it.each([
    [{ format: 'other' }, 'format'],
    [{ version: 2 }, 'version'],
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
