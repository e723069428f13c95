/** A question put to the model: its turn, the answer's, and the job that fills it. */
import type { Form, Seed } from '../../workers/protocol.ts';
import { parseSeedField, randomSeed } from '../settings/fields.ts';
import { appendTurns, chatOfTurn, dropTurns } from '../state/chats.ts';
import type { AppState, AppStore } from '../state/state.ts';
import { type ChatId, type ModelTurn, newTurnId, type PersonTurn, type TurnId } from '../storage/records.ts';
import type { Action, App } from './app.ts';
import { answerTurn, endTurn } from './run-turn.ts';

export function ask(app: App, chat: ChatId, question: PersonTurn): void {
  const answer: ModelTurn = {
    id: newTurnId(),
    from: 'model',
    state: 'queued',
    text: '',
    form: null,
    results: [],
    failure: null,
    turnsLeftOut: 0,
  };
  appendTurns(app.store, chat, [question, answer]);
  const seed = takeSeed(app.store);
  app.jobs.add(answer.id, (signal) =>
    signal.aborted ? Promise.resolve(endTurn(app, answer.id, signal.reason)) : answerTurn(app, answer.id, seed, signal),
  );
}

/**
 * Asks once more, in the form that was chosen. A last answer that came to no picture is taken anew in its place; any other
 * stays as it is, and the question is asked again at the end.
 */
export const askAgain: Action<[answer: TurnId, form: Form | 'auto']> = {
  when: (state, id) => askedBefore(state, id) !== undefined,
  perform(app, id, form) {
    const asked = askedBefore(app.store.getState(), id);
    if (asked === undefined) return;
    const { chat, question, answer } = asked;
    const isLast = chat.turns.at(-1)?.id === id;
    if (isLast && answer.results.every(({ image }) => image === null)) {
      dropTurns(app.store, chat.id, new Set([question.id, id]));
    }
    ask(app, chat.id, { ...question, id: newTurnId(), form });
  },
};

/** An answer that has ended, and what was asked. */
function askedBefore(state: AppState, id: TurnId) {
  const chat = chatOfTurn(state, id);
  const index = chat?.turns.findIndex((turn) => turn.id === id) ?? -1;
  const [question, answer] = chat?.turns.slice(Math.max(0, index - 1), index + 1) ?? [];
  if (chat === undefined || question?.from !== 'person' || answer?.from !== 'model') return undefined;
  return state.jobs.includes(id) ? undefined : { chat, question, answer };
}

/** A seed that is not locked serves one picture; locking an empty field keeps the seed that was drawn. */
function takeSeed(store: AppStore): Seed {
  const { good, drafts } = store.getState();
  const seed = typeof good.seed === 'string' ? parseSeedField(good.seed) : null;
  const used = seed ?? randomSeed();
  const locked = good.lockSeed === true;
  if (locked ? seed === null : drafts.seed === good.seed) {
    const kept = locked ? used : '';
    store.setState({ drafts: { ...drafts, seed: kept }, good: { ...good, seed: kept } });
  }
  return used;
}
