/** Another picture from the same embeddings with another seed: the language model does not run. */
import { fail, failureOf } from '../../model/failure.ts';
import type { Recipe } from '../../model/recipe/recipe.ts';
import type { JobId, Opened, PaintRequest } from '../../workers/protocol.ts';
import { randomSeed } from '../settings/fields.ts';
import { changeResult, changeTurn, findResult } from '../state/chats.ts';
import type { PaintedFrom, Result, TurnId } from '../storage/records.ts';
import type { Action, App } from './app.ts';
import { follow } from './follow.ts';
import { openedModel } from './open-model.ts';
import { keepPainting } from './paint-result.ts';
import { picturePixels, readEmbeddings } from './request.ts';

export const vary: Action<[result: string]> = {
  when: (state, id) => findResult(state, id)?.result.from != null,
  perform(app, varied) {
    const found = findResult(app.store.getState(), varied);
    const from = found?.result.from;
    if (found === undefined || from === undefined || from === null) return;
    const seed = randomSeed();
    const again = { ...from, recipe: { ...from.recipe, seed } };
    const id = crypto.randomUUID();
    const result: Result = { ...found.result, id, seed, state: 'queued', image: null, from: again };
    changeTurn(app.store, found.turn.id, (turn) => ({
      ...turn,
      failure: null,
      results: [...turn.results, result],
    }));
    app.jobs.add(found.turn.id, (signal) => paintAgain(app, found.turn.id, result, again, signal));
  },
};

async function paintAgain(
  app: App,
  turn: TurnId,
  result: Result,
  from: PaintedFrom,
  signal: AbortSignal,
): Promise<void> {
  const { store, live, session } = app;
  const job = crypto.randomUUID() as JobId;
  const unfollow = follow(app, job, () => undefined);
  const change = (patch: Partial<Result>) => changeResult(store, turn, result.id, patch);
  try {
    signal.throwIfAborted();
    live.set({ turn, result: result.id, text: '', preview: null });
    store.setState({ activity: { stage: 'waiting' }, outcome: null });
    change({ state: 'working' });
    requireModel(await openedModel(app), from.recipe);
    const painting = await session.paint(await requestOf(app, job, result, from), signal);
    const kept = await keepPainting(app, painting, from.recipe);
    change(kept);
    store.setState({ outcome: painting.end === 'stopped' ? 'stopped' : 'done' });
  } catch (error) {
    const failure = failureOf(error);
    const stopped = failure.code === 'STOPPED';
    change({ state: stopped ? 'stopped' : 'failed' });
    if (!stopped) changeTurn(store, turn, (old) => ({ ...old, failure }));
    store.setState({ outcome: stopped ? 'stopped' : 'failed' });
  } finally {
    unfollow();
    live.set(null);
    store.setState({ activity: null });
  }
}

/** Embeddings mean something only to the model that imagined them, and the recipe names it. */
function requireModel({ bundle }: Opened, { bundle: wanted }: Recipe): void {
  if (bundle.sha256 !== wanted.sha256) fail('MODEL_OTHER', { wanted: wanted.id, open: bundle.name });
}

async function requestOf({ storage }: App, job: JobId, { seed }: Result, from: PaintedFrom): Promise<PaintRequest> {
  const { target, reference, recipe } = from;
  const { steps, guidance, cfg, negative, decoder, strength } = recipe;
  const drawing = {
    target: await readEmbeddings(storage, target),
    reference:
      reference === null
        ? null
        : { image: reference.image, embeddings: await readEmbeddings(storage, reference.embeddings) },
    decoder,
  };
  const start =
    reference !== null && recipe.start !== null
      ? { pixels: await picturePixels(storage, reference.image), strength }
      : null;
  return { ...recipe.size, steps, guidance, cfg, negative, job, seed, drawing, start };
}
