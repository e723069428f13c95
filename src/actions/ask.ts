/** A question put to the model: its turn, the answer's, and the job that fills it. */
import { isBlank } from '../../model/text/blank.ts';
import type { Form, ImageId, Seed } from '../../workers/protocol.ts';
import { parseSeedField, randomSeed } from '../settings/fields.ts';
import { appendTurns, appendVersion, chatOfTurn, dropTurns } from '../state/chats.ts';
import { goodIn } from '../state/own-settings.ts';
import { type AnswerSubject, isQueued } from '../state/queue.ts';
import type { AppState, AppStore } from '../state/state.ts';
import { showing } from '../state/steps.ts';
import { followersOf, shownPath, turnWith } from '../state/tree.ts';
import {
  type ChatId,
  type ChatRecord,
  type ModelTurn,
  newTurnId,
  type PersonTurn,
  type TurnId,
} from '../storage/records.ts';
import type { Action, App } from './app.ts';
import { answerTurn, endTurn } from './run-turn.ts';
import { recordStep } from './undo.ts';

/** @param question stands at the end of the shown path, or beside another of its parent */
export function ask(app: App, chat: ChatId, question: PersonTurn, place: 'at the end' | 'beside' = 'at the end'): void {
  const turns = [question, newAnswer(question.id)] as const;
  if (place === 'beside') appendVersion(app.store, chat, turns);
  else {
    appendTurns(app.store, chat, turns);
    recordStep(app.store, { deed: 'send', chat, question: question.id });
  }
  answer(app, turns[1].id, takeSeed(app.store, chat));
}

function newAnswer(question: TurnId): ModelTurn {
  return {
    id: newTurnId(),
    parent: question,
    from: 'model',
    state: 'queued',
    text: '',
    form: null,
    results: [],
    failure: null,
    turnsLeftOut: 0,
  };
}

function answer(app: App, id: TurnId, seed: Seed): void {
  const subject: AnswerSubject = { kind: 'answer', turn: id };
  app.jobs.add(subject, {
    run: ({ turn }, signal) => answerTurn(app, turn, seed, signal),
    leave: ({ turn }, reason) => endTurn(app, turn, reason),
  });
}

/** A further version of the answer, and its id. */
export function answerAnew(app: App, { chat, question }: Asked, seed: Seed): TurnId {
  const version = newAnswer(question.id);
  appendVersion(app.store, chat.id, [version]);
  answer(app, version.id, seed);
  return version.id;
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
    const { chat, question, answer: before } = asked;
    const last = shownPath(chat, app.store.getState().chosen).at(-1);
    if (last?.id !== id || before.results.some(({ image }) => image !== null))
      return ask(app, chat.id, { ...question, id: newTurnId(), parent: last?.id ?? null, form });
    const isOnly = followersOf(chat.turns, question.id).length === 1;
    if (form === question.form) answerAnew(app, asked, takeSeed(app.store, chat.id));
    else askInForm(app, chat.id, question, form, isOnly ? 'instead' : 'beside');
    dropTurns(app.store, chat.id, new Set(form !== question.form && isOnly ? [question.id, id] : [id]));
  },
};

/** The same message in another form, in the place of the one that was, or as a further version of it. */
function askInForm(
  app: App,
  chat: ChatId,
  question: PersonTurn,
  form: Form | 'auto',
  place: 'instead' | 'beside',
): void {
  const { store } = app;
  const version = { ...question, id: newTurnId(), form };
  ask(app, chat, version, 'beside');
  if (place === 'instead') recordStep(store, { deed: 'send', chat, question: version.id });
  else recordStep(store, showing(chat, question.parent, question.id, version.id));
}

/** Nothing to ask is neither words nor a picture. A picture without words asks what it shows; one that is to be changed does not say how. */
export function isAskable(text: string, pictures: number, reference: ImageId | null): boolean {
  return !isBlank(text) || (pictures > 0 && reference === null);
}

/** As it is asked: blank characters alone are nothing. */
export function asAsked(text: string): string {
  return isBlank(text) ? '' : text.trim();
}

export interface Asked {
  readonly chat: ChatRecord;
  readonly question: PersonTurn;
}

/** What was asked: of an answer that has ended, or of a message that nothing follows. */
export function questionOf(state: AppState, id: TurnId): Asked | undefined {
  return isQueued(state, id) ? undefined : askedBy(state, id);
}

/** What was asked: of an answer, or of a message that nothing follows. */
export function askedBy(state: AppState, id: TurnId): Asked | undefined {
  const chat = chatOfTurn(state, id);
  if (chat === undefined) return undefined;
  const turnOf = (sought: TurnId | null) => (sought === null ? undefined : turnWith(chat.turns, sought));
  const turn = turnOf(id);
  const question = turn?.from === 'model' ? turnOf(turn.parent) : turn;
  if (question?.from !== 'person') return undefined;
  return question !== turn || followersOf(chat.turns, id).length === 0 ? { chat, question } : undefined;
}

/** An answer that has ended, and what was asked. */
function askedBefore(state: AppState, id: TurnId): (Asked & { readonly answer: ModelTurn }) | undefined {
  const asked = questionOf(state, id);
  const found = asked?.chat.turns.find((turn) => turn.id === id);
  return asked === undefined || found?.from !== 'model' ? undefined : { ...asked, answer: found };
}

/** A seed that is not locked serves one picture; locking an empty field keeps the seed that was drawn. */
function takeSeed(store: AppStore, chat: ChatId): Seed {
  const state = store.getState();
  const good = goodIn(state, chat);
  const seed = typeof good.seed === 'string' ? parseSeedField(good.seed) : null;
  const used = seed ?? randomSeed();
  const locked = good.lockSeed === true;
  // Where the seed was written, or where it is locked.
  const own = state.own[chat];
  const isOwn = own !== undefined && ('seed' in own.good || 'lockSeed' in own.good);
  const { drafts, good: written } = isOwn ? own : state;
  if (locked ? seed === null : drafts.seed === written.seed) {
    const kept = locked ? used : '';
    const fields = { drafts: { ...drafts, seed: kept }, good: { ...written, seed: kept } };
    store.setState(isOwn ? { own: { ...state.own, [chat]: fields } } : fields);
  }
  return used;
}
