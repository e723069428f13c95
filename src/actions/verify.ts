/** A picture's file drawn again as its recipe says, and compared with it. Loaded apart: recipes bring their schemas. */
import { fail } from '../../model/failure.ts';
import { peakSignalToNoise } from '../../model/image/likeness.ts';
import { enlargementOf } from '../../model/recipe/enlargement.ts';
import { findPngRecipe } from '../../model/recipe/png.ts';
import type { Recipe } from '../../model/recipe/recipe.ts';
import { repetitionOf, requireRepeatable } from '../../session/repetition.ts';
import { runTurn } from '../../session/turn.ts';
import { unlessStopped } from '../../session/unless-stopped.ts';
import type { Painting } from '../../workers/protocol.ts';
import { enlargePainting } from '../engine/enlarge.ts';
import { readPixels } from '../engine/picture-files.ts';
import { findResult } from '../state/chats.ts';
import { fileNameOf } from '../state/file-names.ts';
import type { VerificationSubject } from '../state/queue.ts';
import type { Verification } from '../state/recipe-owner.ts';
import type { AppState } from '../state/state.ts';
import type { Action, App } from './app.ts';
import { atWork } from './at-work.ts';
import { follow } from './follow.ts';
import { openedModel } from './open-model.ts';
import { savedFile } from './saved-file.ts';
import { sourcesOf } from './sources.ts';

/** A picture's file, by its content and its name. */
export type PictureFile = Omit<VerificationSubject, 'kind'>;

type DrawnPixels = Pick<Painting, 'width' | 'height' | 'data'>;

/** Nothing is said in the conversation, and nothing of what is drawn is kept. */
export const verify: Action<[file: PictureFile, recipe: Recipe]> = {
  when: isFree,
  perform: (app, file, recipe) => begin(app, file, async () => recipe),
};

/** A result of the page's own, as the file that Save gives of it. */
export const verifyResult: Action<[result: string]> = {
  when(state, id) {
    const file = fileOfResult(state, id);
    return file !== null && isFree(state, file);
  },
  perform(app, id) {
    const file = fileOfResult(app.store.getState(), id);
    if (file !== null) begin(app, file, () => recipeOfResult(app, id, file));
  },
};

function isFree({ jobs }: AppState, { image }: PictureFile): boolean {
  return !jobs.some(({ subject }) => subject.kind === 'verification' && subject.image === image);
}

function fileOfResult(state: AppState, id: string): PictureFile | null {
  const result = findResult(state, id)?.result;
  if (result?.state !== 'done' || result.image === null || result.from === null) return null;
  return { image: result.image, name: fileNameOf(state, result) };
}

/** @throws PICTURE_GONE, PNG_DAMAGED, EMBEDDINGS_GONE */
async function recipeOfResult(app: App, id: string, { image, name }: PictureFile): Promise<Recipe> {
  const result = findResult(app.store.getState(), id)?.result;
  const stored = await app.storage.blob(image);
  if (result === undefined || stored === null) return fail('PICTURE_GONE', {});
  const { file } = await savedFile(app, result, stored, 'picture');
  const recipe = findPngRecipe(name, new Uint8Array(await file.arrayBuffer()));
  return recipe ?? fail('EMBEDDINGS_GONE', { wanted: 'variation' });
}

function begin(app: App, file: PictureFile, recipe: () => Promise<Recipe>): void {
  if (!isFree(app.store.getState(), file)) return;
  const subject: VerificationSubject = { kind: 'verification', ...file };
  tell(app, file, { state: 'working' });
  app.jobs.add(subject, {
    run: (_, signal) => compare(app, file, recipe, signal),
    leave: () => tell(app, file, { state: 'stopped' }),
  });
}

function tell({ store }: App, { image }: PictureFile, verification: Verification): void {
  store.setState(({ verifications }) => ({ verifications: { ...verifications, [image]: verification } }));
}

async function compare(app: App, file: PictureFile, recipe: () => Promise<Recipe>, signal: AbortSignal): Promise<void> {
  const { store, storage } = app;
  const work = async () => {
    const blob = (await storage.blob(file.image)) ?? fail('PICTURE_GONE', {});
    const [pixels, painting] = [await readPixels(blob, file.name), await drawAgain(app, file, await recipe(), signal)];
    tell(app, file, { state: 'compared', decibels: peakSignalToNoise(pixels, painting) });
    store.setState({ outcome: 'done' });
  };
  await atWork(app, work, (outcome, failure) =>
    tell(app, file, outcome === 'stopped' ? { state: outcome } : { state: outcome, failure }),
  );
}

/** @throws as requireRepeatable; RECIPE_DIFFERS where the model answers in words; STOPPED */
async function drawAgain(app: App, { name }: PictureFile, recipe: Recipe, signal: AbortSignal): Promise<DrawnPixels> {
  const { session, store, storage } = app;
  const opened = await unlessStopped(openedModel(app), signal, 'loading');
  const sources = sourcesOf(
    storage,
    store.getState().chats.flatMap(({ turns }) => turns),
  );
  await requireRepeatable(recipe, opened.bundle, sources);
  const turn = repetitionOf(recipe);
  for await (const event of runTurn({ session, opened, sources }, turn, signal)) {
    follow(app, event);
    if (event.type === 'painted' && event.painting.end === 'finished')
      return asSaved(app, event.painting, recipe, signal);
    if (event.type === 'ended' && event.reply.end !== 'stopped' && !signal.aborted)
      return fail('RECIPE_DIFFERS', { file: name });
  }
  return fail('STOPPED', { stage: 'drawing' });
}

/** The painting as its file has it: enlarged where the recipe says so. */
async function asSaved(app: App, painting: Painting, recipe: Recipe, signal: AbortSignal): Promise<DrawnPixels> {
  const enlargement = enlargementOf(recipe);
  if (enlargement === null) return painting;
  const { device } = app.store.getState();
  return enlargePainting(painting, enlargement, { device, signal, tell: () => undefined });
}
