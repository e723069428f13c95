/**
 * The pictures that a recipe needs, as the model knew them then. One that was drawn earlier in the conversation is known by
 * the embeddings it was painted from: its own recipe is asked again, without painting.
 */
import { randomUUID } from 'node:crypto';
import { fail } from '../../model/failure.ts';
import { readEmbeddings } from '../../model/recipe/embedding-values.ts';
import { readPngRecipe } from '../../model/recipe/png.ts';
import type { Recipe } from '../../model/recipe/recipe.ts';
import { picturesOfPlan, planTurn } from '../../model/text/turn-plan.ts';
import { isFrom } from '../../session/bundle-identity.ts';
import { contentsOf } from '../../session/contents.ts';
import { scheduleOf } from '../../session/recipe.ts';
import type { ImageId, JobId, Seed, TurnRequest } from '../../workers/protocol.ts';
import type { Studio } from './answer.ts';
import { neverStopped } from './model.ts';
import type { Picture } from './pictures.ts';
import { missing, samplingOfRecipe, turnsOfRecipe } from './repeat.ts';

/**
 * @throws RECIPE_PICTURE_MISSING for a picture that is not in the album, MODEL_OTHER for a recipe whose embeddings another model
 * imagined
 */
export async function recall(studio: Studio, recipe: Recipe): Promise<void> {
  requireSchedule(recipe, studio);
  const { model, album } = studio;
  const request = requestOfRecipe(recipe, studio);
  const lacking = await model.session.lacking(request, neverStopped);
  const needed = request.imagined === null ? picturesOfPlan(request.plan) : lacking;
  const pictures = needed.map((id) => album.find(id) ?? missing(recipe, id));
  if (request.imagined !== null) return;
  for (const picture of pictures) {
    if (request.plan.drawn.includes(picture.id) && lacking.includes(picture.id)) await recallDrawn(studio, picture);
  }
}

function requireSchedule({ schedule }: Recipe, { model }: Studio): void {
  const [expected, actual] = [scheduleOf(model.opened.bundle), schedule].map((each) => JSON.stringify(each));
  if (expected !== actual) fail('RECIPE_INVALID', { key: 'schedule', expected: `${expected}`, actual: `${actual}` });
}

async function recallDrawn(studio: Studio, { id, file, bytes }: Picture): Promise<void> {
  const { model, album } = studio;
  const recipe = readPngRecipe(file, bytes);
  await recall(studio, recipe);
  const request = requestOfRecipe(recipe, studio);
  const { bundle } = model.opened;
  const { found } = await contentsOf(album, await model.session.lacking(request, neverStopped), bundle);
  const { drawing } = await model.session.speak(request, found, neverStopped);
  if (drawing === null) return fail('RECIPE_DIFFERS', { file });
  album.setDrawn(id, drawing.target, bundle.identity.language);
}

function requestOfRecipe(recipe: Recipe, { model }: Studio): TurnRequest {
  const { bundle } = model.opened;
  const { task, form, decoder, language, prefill, seed } = recipe;
  const reference = recipe.reference as ImageId | null;
  const imagined = readEmbeddings(recipe);
  if (imagined !== null && !isFrom(bundle, recipe.bundle.sha256)) {
    fail('MODEL_OTHER', { wanted: recipe.bundle.id, open: bundle.name });
  }
  return {
    job: randomUUID() as JobId,
    plan: planTurn({ turns: turnsOfRecipe(recipe), task, form, language, reference }, bundle),
    imagined,
    decoder,
    prefill,
    sampling: samplingOfRecipe(recipe),
    seed: seed as Seed,
  };
}
