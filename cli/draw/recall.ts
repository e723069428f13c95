/**
 * The pictures that a recipe needs, as the model knew them then. One that was drawn earlier in the conversation is known by
 * the embeddings it was painted from: its own recipe is asked again, without painting.
 */
import { randomUUID } from 'node:crypto';
import { fail } from '../../model/failure.ts';
import { readPngRecipe } from '../../model/recipe/png.ts';
import type { Recipe } from '../../model/recipe/recipe.ts';
import { picturesOfPlan, planTurn } from '../../model/text/turn-plan.ts';
import type { ImageId, JobId, Seed, TurnRequest } from '../../workers/protocol.ts';
import type { Studio } from './answer.ts';
import { neverStopped } from './model.ts';
import type { Picture } from './pictures.ts';
import { missing, turnsOfRecipe } from './repeat.ts';

/** @throws RECIPE_PICTURE_MISSING for one that is not in the album */
export async function recall(studio: Studio, recipe: Recipe): Promise<void> {
  const { model, album } = studio;
  const request = requestOfRecipe(recipe);
  const needed = picturesOfPlan(planTurn(request, model.opened.bundle));
  const pictures = needed.map((id) => album.find(id) ?? missing(recipe, id));
  const drawn = new Set(request.turns.map((turn) => (turn.from === 'model' ? turn.drawn : null)));
  const lacking = await model.session.lacking(request, neverStopped);
  for (const picture of pictures) {
    if (drawn.has(picture.id) && lacking.includes(picture.id)) await recallDrawn(studio, picture);
  }
}

async function recallDrawn(studio: Studio, { id, file, bytes }: Picture): Promise<void> {
  const { model, album } = studio;
  const recipe = readPngRecipe(file, bytes);
  await recall(studio, recipe);
  const request = requestOfRecipe(recipe);
  const { session } = model;
  const contents = album.contents(await session.lacking(request, neverStopped));
  const { drawing } = await session.speak(request, contents, neverStopped);
  if (drawing === null) return fail('RECIPE_DIFFERS', { file });
  album.setDrawn(id, drawing.target);
}

function requestOfRecipe(recipe: Recipe): TurnRequest {
  const { task, form, decoder, language, prefill, sampling, seed, reference } = recipe;
  return {
    job: randomUUID() as JobId,
    turns: turnsOfRecipe(recipe),
    task,
    form,
    decoder,
    language,
    prefill,
    sampling,
    seed: seed as Seed,
    reference: reference as ImageId | null,
  };
}
