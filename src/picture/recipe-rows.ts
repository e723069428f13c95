import { enlargementOf } from '../../model/recipe/enlargement.ts';
import { seedOfWords } from '../../session/variation.ts';
import type { PageWords } from '../../words/words.ts';
import { isRestKept } from '../state/rest.ts';
import type { PaintedFrom, Result } from '../storage/records.ts';

/** What is told of: a result, or as much of one as a picture's file says. */
export type Described = Pick<
  Result,
  'prompt' | 'seed' | 'width' | 'height' | 'model' | 'rest' | 'image' | 'secondsPerStep'
> & {
  readonly from: Pick<PaintedFrom, 'recipe'> | null;
};

type Row = readonly [name: string, value: string];

/** What a person may want to know of how a picture was made; rows that say nothing are left out. */
export function recipeRows(result: Described, page: PageWords): readonly Row[] {
  const { prompt, seed, width, height, model, from, secondsPerStep } = result;
  const { recipe: words, settings, form: forms } = page;
  const recipe = from?.recipe;
  const wordsSeed = recipe === undefined ? null : seedOfWords(recipe);
  const rows: (Row | null)[] = [
    prompt === '' ? null : [words.prompt, prompt],
    [words.model, model],
    recipe === undefined || recipe.form === 'plain' ? null : [words.form, forms.taken[recipe.form]],
    [words.seed, seed],
    wordsSeed === null ? null : [words.wordsSeed, wordsSeed],
    [words.size, `${width} × ${height}`],
  ];
  if (recipe !== undefined) {
    const enlargement = enlargementOf(recipe);
    rows.push(
      [words.steps, String(recipe.steps)],
      [words.decoder, settings.decoders[recipe.decoder]],
      [words.guidance, String(recipe.guidance)],
      [words.cfg, String(recipe.cfg)],
      recipe.cfg_range === undefined ? null : [words.cfgRange, words.fromTo(...recipe.cfg_range)],
      recipe.step_cache === undefined ? null : [words.stepCache, String(recipe.step_cache)],
      recipe.negative === '' ? null : [words.negative, recipe.negative],
      recipe.start === null ? null : [words.strength, String(recipe.strength)],
      recipe.mask === undefined ? null : [words.changed, words.areaAlone],
      enlargement === null ? null : [words.enlarged, words.enlargedBy[enlargement.by](enlargement.factor)],
      isRestKept(result) ? [words.rest, words.restKept] : null,
      [words.device, `${words.devices[recipe.device.kind]} (${recipe.device.activations})`],
    );
  }
  if (secondsPerStep !== undefined) rows.push([page.speed.speed, page.speed.step(secondsPerStep)]);
  return rows.filter((row) => row !== null);
}
