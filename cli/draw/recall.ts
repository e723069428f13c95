/**
 * The pictures that a recipe needs, as the model knew them then. One that was drawn earlier in the conversation is known by
 * the embeddings it was painted from: its own recipe is asked again, without painting.
 */
import { fail } from '../../model/failure.ts';
import { readPngRecipe } from '../../model/recipe/png.ts';
import type { Recipe } from '../../model/recipe/recipe.ts';
import { picturesOfPlan, planTurn } from '../../model/text/turn-plan.ts';
import { isFrom, requireModel } from '../../session/bundle-identity.ts';
import { contentsOf } from '../../session/contents.ts';
import { newJobId } from '../../session/job-id.ts';
import { missing, repetitionOf, requireSchedule, samplingOfRecipe, turnsOfRecipe } from '../../session/repetition.ts';
import { requestOf } from '../../session/turn.ts';
import type { ImageId, Seed, TurnRequest } from '../../workers/protocol.ts';
import type { Studio } from './answer.ts';
import { neverStopped } from './model.ts';
import type { Settings } from './options.ts';
import type { Picture } from './pictures.ts';

/**
 * @param decoder that is to draw; the editing one is shown pixels
 * @throws RECIPE_PICTURE_MISSING for a picture that is not in the album, MODEL_OTHER for a recipe whose embeddings another model
 * imagined
 */
export async function recall(
  studio: Studio,
  recipe: Recipe,
  decoder: Settings['decoder'] = recipe.decoder,
): Promise<void> {
  requireSchedule(recipe, studio.model.opened.bundle);
  const { model, album } = studio;
  const request = requestOfRecipe(recipe, studio);
  const lacking = await model.session.lacking(request, neverStopped);
  const needed = request.imagined === null ? picturesOfPlan(request.plan) : lacking;
  const pictures = needed.flatMap((id) => album.find(id) ?? []);
  const absent = needed.filter((id) => album.find(id) === undefined);
  const [first] = absent;
  if (first !== undefined && (decoder !== 'generation' || request.imagined !== null)) missing(recipe, first);
  if (request.imagined !== null) return;
  for (const picture of pictures) {
    if (request.plan.drawn.includes(picture.id) && lacking.includes(picture.id)) await recallDrawn(studio, picture);
  }
  // These may have been drawn in view of the others.
  for (const id of absent) await imagineAgain(studio, recipe, id);
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

/**
 * A picture that was not given and whose own turn is in the recipe: its words are put to the model again, which gives the embeddings
 * that it stands as in the conversation. Its pixels they do not give, without its own seed; where these are needed it is missing.
 * One whose embeddings are at hand already is left as it is.
 */
async function imagineAgain(studio: Studio, recipe: Recipe, id: ImageId): Promise<void> {
  const { model, album } = studio;
  if ((await album.picture(id)) !== null) return;
  const { bundle } = model.opened;
  const at = recipe.messages.findIndex((turn) => turn.from === 'model' && turn.drawn === id);
  if (at < 1 || recipe.start === id || !isFrom(bundle, recipe.bundle.sha256)) return missing(recipe, id);
  const { language, prefill, seed } = recipe;
  const turns = turnsOfRecipe(recipe).slice(0, at);
  const plan = planTurn({ turns, task: 'auto', form: 'auto', language, reference: null }, bundle);
  for (const earlier of picturesOfPlan(plan)) await imagineAgain(studio, recipe, earlier);
  const request: TurnRequest = {
    job: newJobId(),
    plan,
    imagined: null,
    decoder: 'generation',
    prefill,
    sampling: samplingOfRecipe(recipe),
    seed: seed as Seed,
  };
  const { found } = await contentsOf(album, await model.session.lacking(request, neverStopped), bundle);
  const { drawing, text } = await model.session.speak(request, found, neverStopped);
  if (drawing === null || text !== recipe.messages[at]?.text) return missing(recipe, id);
  const size = recipe.images.find(({ sha256 }) => sha256 === id) ?? bundle.defaults;
  album.setImagined(id, size, drawing.target, bundle.identity.language);
}

function requestOfRecipe(recipe: Recipe, { model }: Studio): TurnRequest {
  const { bundle } = model.opened;
  const asked = repetitionOf(recipe);
  if (asked.imagined !== null) requireModel(bundle, recipe);
  return requestOf(asked, planTurn(asked, bundle));
}
