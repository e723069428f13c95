/** Another picture from the same embeddings. */
import type { Recipe } from '../model/recipe/recipe.ts';
import type { ImageId, Seed } from '../workers/protocol.ts';
import type { PaintingPlan } from './painting-plan.ts';
import type { SelectedArea } from './selected-area.ts';

/** The recipe of a variation: another seed for the noise, the words as they were. */
export function variationOf(recipe: Recipe, seed: Seed): Recipe {
  const { sampling } = recipe;
  return { ...recipe, seed, sampling: { ...sampling, seed: sampling.seed ?? recipe.seed } };
}

/** The seed that a recipe's words were drawn with, where it is another than its picture's; null where a message has both. */
export function seedOfWords({ seed, sampling }: Recipe): string | null {
  const { temperature, seed: own = seed } = sampling;
  return temperature > 0 && own !== seed ? own : null;
}

/** How a recipe's picture is painted. */
export function planOfRecipe({ cfg_range, step_cache, ...recipe }: Recipe): PaintingPlan {
  const { size, steps, guidance, cfg, negative, seed, start, strength } = recipe;
  const area = areaOf(recipe);
  return {
    ...size,
    steps,
    guidance,
    cfg,
    negative,
    ...(cfg_range === undefined ? {} : { cfgRange: cfg_range }),
    ...(step_cache === undefined ? {} : { stepCache: step_cache }),
    seed: seed as Seed,
    start: start === null ? null : { image: start as ImageId, strength },
    ...(area === null ? {} : { area }),
  };
}

/** Where alone a recipe's picture was to change; null where everywhere. */
export function areaOf({ mask, reference }: Pick<Recipe, 'mask' | 'reference'>): SelectedArea | null {
  return mask === undefined || reference === null ? null : { of: reference as ImageId, mask: mask as ImageId };
}
