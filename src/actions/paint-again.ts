/** A result is painted from embeddings that were imagined before: from noise, or from where it was interrupted. */
import { fail } from '../../model/failure.ts';
import { requireModel } from '../../session/bundle-identity.ts';
import { newJobId } from '../../session/job-id.ts';
import { repaint } from '../../session/turn.ts';
import type { Repainting } from '../../session/turn-events.ts';
import { unlessStopped } from '../../session/unless-stopped.ts';
import { planOfRecipe } from '../../session/variation.ts';
import type { SamplerState } from '../../workers/protocol.ts';
import { changeResult, changeTurn, chatOfTurn } from '../state/chats.ts';
import { begunWork } from '../state/live.ts';
import { noTempo, secondsPerStep } from '../state/tempo.ts';
import type { PaintedFrom, ReachedStep, Result, StoredEmbeddings, TurnId } from '../storage/records.ts';
import type { Storage } from '../storage/storage.ts';
import type { App } from './app.ts';
import { atWork } from './at-work.ts';
import { follow } from './follow.ts';
import { ReachedKeeper } from './keep-reached.ts';
import { openedModel } from './open-model.ts';
import { keepPainting } from './paint-result.ts';
import { requireSamePlace } from './same-place.ts';
import { readEmbeddings, sourcesOf } from './sources.ts';

interface PaintedAgain {
  readonly turn: TurnId;
  readonly result: string;
  readonly from: PaintedFrom;
  /** Null where it is painted from its beginning. */
  readonly reached: ReachedStep | null;
}

export async function paintAgain(
  app: App,
  { turn, result, from, reached }: PaintedAgain,
  signal: AbortSignal,
): Promise<void> {
  const { store, live, session, storage } = app;
  const change = (patch: Partial<Result>) => changeResult(store, turn, result, patch);
  const keeper = new ReachedKeeper(app, turn, result);
  live.set(begunWork(turn, result));
  const work = async () => {
    change({ state: 'working' });
    // No words are read for it, and until its first step it is on its way there.
    store.setState({ activity: { stage: 'drawing' } });
    const opened = await unlessStopped(openedModel(app), signal, 'loading');
    requireModel(opened.bundle, from.recipe);
    if (reached !== null) requireSamePlace(opened.device, reached);
    const sources = sourcesOf(storage, chatOfTurn(store.getState(), turn)?.turns ?? []);
    const resume = reached === null ? undefined : await readReached(storage, reached);
    const repainting = { ...(await repaintingOf(app, from)), resume };
    for await (const event of repaint({ session, opened, sources }, repainting, signal)) {
      follow(app, event);
      if (event.type === 'reached') keeper.take(event.state);
      if (event.type !== 'painted') continue;
      const tempo = live.get()?.tempo ?? noTempo;
      const kept = await keepPainting(app, event, signal, keeper);
      change({ ...kept, secondsPerStep: secondsPerStep(tempo), from: { ...from, recipe: event.recipe } });
      store.setState({ outcome: kept.state === 'stopped' ? 'stopped' : 'done' });
    }
  };
  await atWork(app, work, (outcome, failure) => {
    change({ state: outcome, ...(failure.code === 'LATENTS_GONE' ? { reached: undefined } : {}) });
    if (outcome === 'failed') changeTurn(store, turn, (old) => ({ ...old, failure }));
  });
}

async function repaintingOf({ storage, store }: App, { reference, target, recipe }: PaintedFrom): Promise<Repainting> {
  const embeddings = async (stored: StoredEmbeddings) =>
    (await readEmbeddings(storage, stored)) ?? fail('EMBEDDINGS_GONE', { wanted: 'variation' });
  return {
    job: newJobId(),
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

/** @throws LATENTS_GONE */
async function readReached(storage: Storage, { step, latents }: ReachedStep): Promise<SamplerState> {
  const blob = await storage.blob(latents);
  if (blob === null || blob.size % Float32Array.BYTES_PER_ELEMENT !== 0) return fail('LATENTS_GONE', {});
  return { step, latents: new Float32Array(await blob.arrayBuffer()) };
}
