/** Another picture from the same embeddings with another seed: the language model does not run. */
import { fail, failureOf } from '../../model/failure.ts';
import type { Recipe } from '../../model/recipe/recipe.ts';
import { isFrom } from '../../session/bundle-identity.ts';
import { repaint } from '../../session/turn.ts';
import type { Repainting } from '../../session/turn-events.ts';
import { unlessStopped } from '../../session/unless-stopped.ts';
import { planOfRecipe, variationOf } from '../../session/variation.ts';
import type { JobId, Opened } from '../../workers/protocol.ts';
import { randomSeed } from '../settings/fields.ts';
import { changeResult, changeTurn, chatOfTurn, findResult } from '../state/chats.ts';
import type { VariationSubject } from '../state/queue.ts';
import type { AppState } from '../state/state.ts';
import type { PaintedFrom, Result, StoredEmbeddings, TurnId } from '../storage/records.ts';
import type { Action, App } from './app.ts';
import { follow } from './follow.ts';
import { modelFailed, openedModel } from './open-model.ts';
import { keepPainting } from './paint-result.ts';
import { readEmbeddings, sourcesOf } from './sources.ts';

/** Why another picture cannot be painted from a result's embeddings, as far as that is known; null where it can. */
export function whyNotVaried(
  state: AppState,
  id: string,
): 'not-kept' | 'other-model' | 'no-decoder' | 'seeds-alike' | null {
  const recipe = findResult(state, id)?.result.from?.recipe;
  if (recipe === undefined) return 'not-kept';
  if (state.model.phase !== 'ready') return null;
  const { bundle } = state.model.opened;
  if (!isFrom(bundle, recipe.bundle.sha256)) return 'other-model';
  if (!bundle.decoders.includes(recipe.decoder)) return 'no-decoder';
  return bundle.seedsDiffer ? null : 'seeds-alike';
}

export const vary: Action<[result: string]> = {
  when: (state, id) => whyNotVaried(state, id) === null,
  perform(app, varied) {
    if (!vary.when(app.store.getState(), varied)) return;
    const found = findResult(app.store.getState(), varied);
    const from = found?.result.from;
    if (found === undefined || from === undefined || from === null) return;
    const seed = randomSeed();
    const again = { ...from, recipe: variationOf(from.recipe, seed) };
    const id = crypto.randomUUID();
    const result: Result = { ...found.result, id, seed, state: 'queued', image: null, from: again, rest: undefined };
    changeTurn(app.store, found.turn.id, (turn) => ({
      ...turn,
      failure: null,
      results: [...turn.results, result],
    }));
    const subject: VariationSubject = { kind: 'variation', turn: found.turn.id, result: id };
    app.jobs.add(subject, {
      run: ({ turn }, signal) => paintAgain(app, turn, result, again, signal),
      leave: ({ turn }) => changeResult(app.store, turn, id, { state: 'stopped' }),
    });
  },
};

async function paintAgain(
  app: App,
  turn: TurnId,
  result: Result,
  from: PaintedFrom,
  signal: AbortSignal,
): Promise<void> {
  const { store, live, session, storage } = app;
  const change = (patch: Partial<Result>) => changeResult(store, turn, result.id, patch);
  try {
    live.set({ turn, result: result.id, text: '', preview: null });
    store.setState({ activity: { stage: 'waiting' }, outcome: null });
    change({ state: 'working' });
    const opened = await unlessStopped(openedModel(app), signal, 'loading');
    requireModel(opened, from.recipe);
    const sources = sourcesOf(storage, chatOfTurn(store.getState(), turn)?.turns ?? []);
    const work = await repaintingOf(app, from);
    for await (const event of repaint({ session, opened, sources }, work, signal)) {
      follow(app, event);
      if (event.type !== 'painted') continue;
      const kept = await keepPainting(app, event, signal);
      change({ ...kept, from: { ...from, recipe: event.recipe } });
      store.setState({ outcome: kept.state === 'stopped' ? 'stopped' : 'done' });
    }
  } catch (error) {
    const failure = failureOf(error);
    modelFailed(app, failure);
    const stopped = failure.code === 'STOPPED';
    change({ state: stopped ? 'stopped' : 'failed' });
    if (!stopped) changeTurn(store, turn, (old) => ({ ...old, failure }));
    store.setState({ outcome: stopped ? 'stopped' : 'failed' });
  } finally {
    live.set(null);
    store.setState({ activity: null });
  }
}

/** Embeddings mean something only to the model that imagined them, and the recipe names it. */
function requireModel({ bundle }: Opened, { bundle: wanted }: Recipe): void {
  if (!isFrom(bundle, wanted.sha256)) fail('MODEL_OTHER', { wanted: wanted.id, open: bundle.name });
}

async function repaintingOf({ storage, store }: App, { reference, target, recipe }: PaintedFrom): Promise<Repainting> {
  const embeddings = async (stored: StoredEmbeddings) =>
    (await readEmbeddings(storage, stored)) ?? fail('EMBEDDINGS_GONE', { wanted: 'variation' });
  return {
    job: crypto.randomUUID() as JobId,
    drawing: {
      target: await embeddings(target),
      reference: reference && { image: reference.image, embeddings: await embeddings(reference.embeddings) },
      decoder: recipe.decoder,
    },
    plan: planOfRecipe(recipe),
    recipe,
    recipes: store.getState().recipes,
  };
}
