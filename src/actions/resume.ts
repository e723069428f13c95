/** An interrupted drawing goes on from the last step of it that was kept. */
import { isFrom } from '../../session/bundle-identity.ts';
import { changeResult, changeTurn, findResult } from '../state/chats.ts';
import type { ResumptionSubject } from '../state/queue.ts';
import type { AppState, AppStore } from '../state/state.ts';
import type { ModelTurn, PaintedFrom, ReachedStep, Result, TurnId } from '../storage/records.ts';
import type { Action } from './app.ts';
import { paintAgain } from './paint-again.ts';
import { placeChanged } from './same-place.ts';

interface Interrupted extends Result {
  readonly from: PaintedFrom;
  readonly reached: ReachedStep;
}

/** One that was stopped or failed, and of which enough was kept to go on. */
export function isInterrupted(result: Result): result is Interrupted {
  const { state, from, reached } = result;
  return (state === 'stopped' || state === 'failed') && from !== null && reached !== undefined;
}

/** Why an interrupted drawing cannot go on here, as far as that is known; null where it can. */
export function whyNotResumed(
  { model }: AppState,
  { from: { recipe }, reached }: Interrupted,
): 'other-model' | 'other-device' | 'other-version' | null {
  if (model.phase !== 'ready') return null;
  const { bundle, device } = model.opened;
  if (!isFrom(bundle, recipe.bundle.sha256) || !bundle.decoders.includes(recipe.decoder)) return 'other-model';
  const changed = placeChanged(device, reached);
  return changed && `other-${changed}`;
}

export const resume: Action<[result: string]> = {
  when(state, id) {
    const result = findResult(state, id)?.result;
    return result !== undefined && isInterrupted(result) && whyNotResumed(state, result) === null;
  },
  perform(app, id) {
    const { store, jobs } = app;
    const found = findResult(store.getState(), id);
    if (found === undefined || !isInterrupted(found.result) || !resume.when(store.getState(), id)) return;
    const { from, reached } = found.result;
    const subject: ResumptionSubject = { kind: 'resumption', turn: found.turn.id, result: id };
    changeResult(store, subject.turn, id, { state: 'queued' });
    // An answer that was interrupted with its picture is one that works again.
    changeTurn(store, subject.turn, (turn) => ({
      ...turn,
      failure: null,
      state: turn.state === 'done' ? 'done' : 'working',
    }));
    jobs.add(subject, {
      async run({ turn, result }, signal) {
        await paintAgain(app, { turn, result, from, reached }, signal);
        endTurn(store, turn);
      },
      leave({ turn, result }) {
        changeResult(store, turn, result, { state: 'stopped' });
        endTurn(store, turn);
      },
    });
  },
};

/** The answer is whole when its pictures are. */
function endTurn(store: AppStore, id: TurnId): void {
  const endOf = ({ results, failure }: ModelTurn) =>
    results.every(({ state }) => state === 'done') ? 'done' : failure === null ? 'stopped' : 'failed';
  changeTurn(store, id, (turn) => (turn.state === 'working' ? { ...turn, state: endOf(turn) } : turn));
}
