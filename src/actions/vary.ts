/** Another picture from the same embeddings with another seed: the language model does not run. */
import type { Recipe } from '../../model/recipe/recipe.ts';
import { isFrom } from '../../session/bundle-identity.ts';
import { draftSteps } from '../../session/draft-steps.ts';
import { variationOf } from '../../session/variation.ts';
import type { Seed } from '../../workers/protocol.ts';
import { randomSeed } from '../settings/fields.ts';
import { changeResult, changeTurn, chatOfTurn, findResult } from '../state/chats.ts';
import type { VariationSubject } from '../state/queue.ts';
import type { AppState } from '../state/state.ts';
import { turnWith } from '../state/tree.ts';
import type { PaintedFrom, Result, TurnId } from '../storage/records.ts';
import type { Action, App } from './app.ts';
import { paintAgain } from './paint-again.ts';
import { recordStep } from './undo.ts';

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

/** As many as a person has chosen, whole or as drafts. */
export const vary: Action<[result: string]> = {
  when: (state, id) => whyNotVaried(state, id) === null,
  perform(app, id) {
    const state = app.store.getState();
    const whole = wholeRecipe(state, id);
    if (whole === undefined || !vary.when(state, id)) return;
    const { count, kind } = state.variations;
    const steps = kind === 'draft' ? stepsOfDraft(state, id) : null;
    const varied = Array.from({ length: count }, () => {
      const recipe = variationOf(whole, randomSeed());
      return steps === null ? { recipe } : { recipe: { ...recipe, steps }, fullSteps: whole.steps };
    });
    paintFrom(app, id, varied);
  },
};

/** Paints a draft's picture with all its steps: the same as if it had been painted so from the start. */
export const finish: Action<[result: string]> = {
  when: (state, id) => {
    const why = whyNotVaried(state, id);
    // Its seed stays.
    return isUnfinishedDraft(state, id) && (why === null || why === 'seeds-alike');
  },
  perform(app, id) {
    const state = app.store.getState();
    const recipe = wholeRecipe(state, id);
    if (recipe !== undefined && finish.when(state, id)) paintFrom(app, id, [{ recipe }]);
  },
};

/** Finishes every draft of an answer that has several and is not finished yet. */
export const finishAll: Action<[turn: TurnId]> = {
  when: (state, turn) => draftsToFinish(state, turn).length > 1,
  perform(app, turn) {
    for (const id of draftsToFinish(app.store.getState(), turn)) finish.perform(app, id);
  },
};

function draftsToFinish(state: AppState, turn: TurnId): readonly string[] {
  const chat = chatOfTurn(state, turn);
  const answer = chat && turnWith(chat.turns, turn);
  const results = answer?.from === 'model' ? answer.results : [];
  return results.filter(({ id }) => finish.when(state, id)).map(({ id }) => id);
}

/** Whether a result is a draft whose picture of all steps is neither beside it nor on its way there. */
export function isUnfinishedDraft(state: AppState, id: string): boolean {
  const found = findResult(state, id);
  return found?.result.fullSteps !== undefined && !isFinished(found.result, found.turn.results);
}

/** Whether the picture of all its steps stands beside a draft, or is on its way there. */
function isFinished({ from, fullSteps }: Result, results: readonly Result[]): boolean {
  return results.some(
    (other) =>
      other.from?.recipe.steps === fullSteps &&
      other.from?.recipe.seed === from?.recipe.seed &&
      other.from?.target.blob === from?.target.blob &&
      other.state !== 'stopped' &&
      other.state !== 'failed',
  );
}

/** A result's recipe, of a draft with all the steps that it is to have. */
function wholeRecipe(state: AppState, id: string): Recipe | undefined {
  const result = findResult(state, id)?.result;
  const recipe = result?.from?.recipe;
  return recipe && { ...recipe, steps: result?.fullSteps ?? recipe.steps };
}

/** The steps of a draft of a result; null where it would be no shorter. */
export function stepsOfDraft(state: AppState, id: string): number | null {
  const recipe = wholeRecipe(state, id);
  if (recipe === undefined) return null;
  return draftSteps(state.model.phase === 'ready' ? state.model.opened.bundle.schedules : null, recipe);
}

type Painted = Pick<PaintedFrom, 'recipe'> & Pick<Result, 'fullSteps'>;

/** Adds results beside the one whose embeddings they are painted from. */
function paintFrom(app: App, id: string, painted: readonly Painted[]): void {
  const { store, jobs } = app;
  const found = findResult(store.getState(), id);
  const from = found?.result.from;
  if (found === undefined || from == null) return;
  const { prompt, width, height, model } = found.result;
  const results = painted.map(({ recipe, fullSteps }): Result & { readonly from: PaintedFrom } => {
    const own = { id: crypto.randomUUID(), seed: recipe.seed as Seed, from: { ...from, recipe }, fullSteps };
    return { ...own, state: 'queued', prompt, width, height, model, image: null };
  });
  changeTurn(store, found.turn.id, (turn) => ({ ...turn, failure: null, results: [...turn.results, ...results] }));
  const chat = chatOfTurn(store.getState(), found.turn.id)?.id;
  if (chat === undefined) return;
  recordStep(store, { deed: 'variations', chat, turn: found.turn.id, results: results.map(({ id: added }) => added) });
  for (const result of results) {
    const subject: VariationSubject = { kind: 'variation', turn: found.turn.id, result: result.id };
    jobs.add(subject, {
      run: ({ turn }, signal) => paintAgain(app, { turn, result: result.id, from: result.from, reached: null }, signal),
      leave: ({ turn }) => changeResult(store, turn, result.id, { state: 'stopped' }),
    });
  }
}
