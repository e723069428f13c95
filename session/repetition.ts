/** A recipe as the turn that draws its picture again. */
import { type FailureData, fail } from '../model/failure.ts';
import { compositeOf } from '../model/recipe/composite.ts';
import { readEmbeddings } from '../model/recipe/embedding-values.ts';
import { enlargementOf } from '../model/recipe/enlargement.ts';
import type { Recipe } from '../model/recipe/recipe.ts';
import { picturesOfPlan, planTurn } from '../model/text/turn-plan.ts';
import type { BundleSummary, ImageId, Sampling, Seed, Turn } from '../workers/protocol.ts';
import { isFrom, requireModel } from './bundle-identity.ts';
import { newJobId } from './job-id.ts';
import { scheduleOf } from './recipe.ts';
import type { Sources } from './sources.ts';
import type { AskedTurn } from './turn-events.ts';
import { areaOf } from './variation.ts';

export function repetitionOf(recipe: Recipe): AskedTurn {
  const { task, form, language, prefill, decoder, size, steps, guidance, cfg, negative, strength, start } = recipe;
  return {
    job: newJobId(),
    turns: turnsOfRecipe(recipe),
    task,
    form,
    language,
    reference: recipe.reference as ImageId | null,
    imagined: readEmbeddings(recipe),
    decoder,
    prefill,
    sampling: samplingOfRecipe(recipe),
    seed: recipe.seed as Seed,
    painting: {
      size,
      steps,
      guidance,
      cfg,
      cfgRange: recipe.cfg_range ?? null,
      stepCache: recipe.step_cache ?? null,
      negative,
      start: start as ImageId | null,
      strength: start === null ? null : strength,
      composite: compositeOf(recipe),
      area: areaOf(recipe),
    },
    recipes: 'none',
    wanted: 'pictures',
  };
}

/**
 * Whether the open bundle draws the recipe's very picture, and all is at hand that it was made from.
 *
 * @throws MODEL_OTHER, RECIPE_INVALID, RECIPE_PICTURE_MISSING
 */
export async function requireRepeatable(recipe: Recipe, bundle: BundleSummary, sources: Sources): Promise<void> {
  requireDrawable(recipe);
  requireModel(bundle, recipe);
  requireSchedule(recipe, bundle);
  const asked = repetitionOf(recipe);
  const plan = planTurn(asked, bundle);
  const told = asked.imagined === null ? picturesOfPlan(plan) : [];
  const shown = recipe.decoder === 'editing' || recipe.mask !== undefined ? plan.reference : null;
  const kept = compositeOf(recipe)?.picture ?? null;
  const others = [shown, recipe.start, recipe.mask ?? null, kept] as readonly (ImageId | null)[];
  for (const image of new Set([...told, ...others])) {
    if (image === null) continue;
    const content = await sources.picture(image);
    // One that was drawn is known to the model by what it was drawn from.
    const isRecalled = !(told.includes(image) && plan.drawn.includes(image));
    if (content === null || !(isRecalled || isFrom(bundle, content.drawnFrom?.bundle ?? ''))) missing(recipe, image);
  }
}

/** What a recipe may ask for and cannot be drawn here yet is refused: the picture would be another one. Throws RECIPE_INVALID. */
export function requireDrawable(recipe: Recipe): void {
  for (const key of ['region', 'composite', 'enlarge'] as const) {
    const value = recipe[key];
    if (value === undefined || value === false || (key === 'composite' && value !== true)) continue;
    if (key === 'enlarge' && enlargementOf(recipe) !== null) continue;
    fail('RECIPE_INVALID', { key, expected: 'nothing', actual: JSON.stringify(value) });
  }
  if (recipe.mask !== undefined && recipe.reference === null) {
    fail('RECIPE_INVALID', { key: 'reference', expected: 'the picture that the mask lies on', actual: 'null' });
  }
}

/** Throws RECIPE_INVALID where the steps would be others than the recipe's. */
export function requireSchedule({ schedule }: Recipe, bundle: BundleSummary): void {
  const [expected, actual] = [scheduleOf(bundle), schedule].map((each) => JSON.stringify(each));
  if (expected !== actual) fail('RECIPE_INVALID', { key: 'schedule', expected: `${expected}`, actual: `${actual}` });
}

/** With the seed of the words, where it is not the picture's. */
export function samplingOfRecipe({ sampling: { seed, ...sampling } }: Recipe): Sampling {
  return seed === undefined ? sampling : { ...sampling, seed: seed as Seed };
}

export function turnsOfRecipe({ messages }: Recipe): readonly Turn[] {
  return messages as readonly Turn[];
}

/** Throws RECIPE_PICTURE_MISSING with what the recipe says of a picture. */
export function missing({ images, messages, mask }: Recipe, id: ImageId): never {
  const { width, height } = images.find(({ sha256 }) => sha256 === id) ?? { width: 0, height: 0 };
  return fail('RECIPE_PICTURE_MISSING', {
    sha256: id,
    width,
    height,
    ...(id === mask ? { came: 'mask', words: '' } : originOf(messages, id)),
  });
}

/** The words of a person tell them which picture is meant; a long message is known by its beginning. */
const quotedLength = 60;

function originOf(
  messages: Recipe['messages'],
  id: ImageId,
): Pick<FailureData['RECIPE_PICTURE_MISSING'], 'came' | 'words'> {
  // A picture that was drawn may be shown again by the turn that edits it: how it came first is what it is.
  const at = messages.findIndex((turn) => (turn.from === 'person' ? turn.images.includes(id) : turn.drawn === id));
  const turn = messages[at];
  if (turn === undefined) return { came: 'beside', words: '' };
  const asked = turn.from === 'person' ? turn : messages[at - 1];
  const words = (asked?.text ?? '').replaceAll(/\s+/g, ' ').trim();
  const quoted = [...words].length > quotedLength ? `${[...words].slice(0, quotedLength).join('')}…` : words;
  return { came: turn.from === 'person' ? 'brought' : 'drawn', words: quoted };
}
