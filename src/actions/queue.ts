/** What a person does with what waits: in another order, later, or not at all. */
import { withChange } from '../state/changes.ts';
import { changeTurn, chatOfTurn, openAmong } from '../state/chats.ts';
import { type Queued, type QueuedId, turnOf, waitingIn } from '../state/queue.ts';
import type { AppState, AppStore } from '../state/state.ts';
import { followersOf, pathTo } from '../state/tree.ts';
import type { ChatId, ModelTurn, PersonTurn, TurnId } from '../storage/records.ts';
import type { Action, App } from './app.ts';
import { type Asked, askedBy } from './ask.ts';
import { giveBack } from './give-back.ts';

/** What works is finished; what waits goes on waiting. */
export const pauseQueue: Action = {
  when: (state) => !state.paused && waitingIn(state).length > 0,
  perform: ({ jobs }) => jobs.pause(),
};

export const resumeQueue: Action = {
  when: ({ paused }) => paused,
  perform: ({ jobs }) => jobs.resume(),
};

/** Puts what waits before or behind its neighbour, in the conversation too where the one follows the other there. */
export const moveInQueue: Action<[id: QueuedId, step: -1 | 1]> = {
  when: (state, id, step) => exchangeOf(state, id, step) !== null,
  perform({ store, jobs }, id, step) {
    const exchange = exchangeOf(store.getState(), id, step);
    if (exchange === null) return;
    const { first, second, questions } = exchange;
    if (questions !== null) exchangeWords(store, questions);
    jobs.exchange([first, second], questions === null ? 'places' : 'work');
  },
};

interface Exchange {
  readonly first: QueuedId;
  readonly second: QueuedId;
  /** Two messages of one path, which exchange what they say; null where the one that is first does not lie before the other. */
  readonly questions: readonly [PersonTurn, PersonTurn] | null;
}

/** Null where there is no neighbour, or where it is what the other one goes on from. */
function exchangeOf(state: AppState, id: QueuedId, step: -1 | 1): Exchange | null {
  const waiting = waitingIn(state);
  const at = waiting.findIndex((job) => job.id === id);
  const [first, second] = [waiting[Math.min(at, at + step)], waiting[Math.max(at, at + step)]];
  if (at === -1 || first === undefined || second === undefined) return null;
  const places = { first: first.id, second: second.id, questions: null };
  const { subject: before } = first;
  const { subject: behind } = second;
  const turn = turnOf(behind);
  if (before.kind !== 'answer' || turn === null) return places;
  const turns = chatOfTurn(state, turn)?.turns ?? [];
  if (!pathTo(turns, turn).some(({ id }) => id === before.turn)) return places;
  const [one, other] = [before.turn, turn].map((id) => askedBy(state, id));
  const areAlone = [one, other].every((asked) => asked !== undefined && isOnlyAnswer(asked));
  if (one === undefined || other === undefined || !areAlone || behind.kind !== 'answer') return null;
  return { ...places, questions: [one.question, other.question] };
}

function isOnlyAnswer({ chat, question }: Asked): boolean {
  return followersOf(chat.turns, question.id).length === 1;
}

/** Each stays where it is, and says what the other said: what was written once keeps its place in the log. */
function exchangeWords(store: AppStore, [one, other]: readonly [PersonTurn, PersonTurn]): void {
  const said = ({ id, parent }: PersonTurn, question: PersonTurn): PersonTurn => ({ ...question, id, parent });
  const exchanged = new Map<TurnId, PersonTurn>([
    [one.id, said(one, other)],
    [other.id, said(other, one)],
  ]);
  store.setState(({ chats }) => ({
    chats: chats.map((chat) =>
      chat.turns.some(({ id }) => id === one.id)
        ? { ...chat, turns: chat.turns.map((turn) => exchanged.get(turn.id) ?? turn) }
        : chat,
    ),
  }));
}

/**
 * Takes one from the queue. A message that waits lies in the composer again where that is free; else it stays in the conversation,
 * stopped, and can be asked again. What works is stopped.
 */
export const cancelQueued: Action<[id: QueuedId]> = {
  when: ({ jobs }, id) => jobs.some((job) => job.id === id && job.state !== 'stopping'),
  perform(app, id) {
    const job = app.store.getState().jobs.find((candidate) => candidate.id === id);
    if (job === undefined) return;
    app.jobs.stopOne(id);
    if (job.state === 'waiting') takeBack(app, job);
  },
};

/** Words that waited to be polished are in the message still. */
function takeBack(app: App, { subject }: Queued): void {
  if (subject.kind === 'answer') takeAnswerBack(app, subject.turn);
  if (subject.kind !== 'variation') return;
  const others = (old: ModelTurn) => old.results.filter(({ id }) => id !== subject.result);
  changeTurn(app.store, subject.turn, (old) => ({ ...old, results: others(old) }));
}

function takeAnswerBack(app: App, turn: TurnId): void {
  const asked = askedBy(app.store.getState(), turn);
  if (asked === undefined) return;
  const { chat, question } = asked;
  if (!isOnlyAnswer(asked)) {
    // Another version of an answer holds nothing of the person's.
    if (followersOf(chat.turns, turn).length === 0) forget(app.store, chat.id, [turn]);
  } else if (giveBack(app, chat.id, question)) {
    forget(app.store, chat.id, [turn, question.id]);
    app.store.setState({ told: 'given back' });
  } else app.store.setState({ told: 'left stopped' });
}

/** What follows the turns follows what was before them. */
function forget(store: AppStore, chat: ChatId, turns: readonly TurnId[]): void {
  store.setState((state) => {
    const deletions = turns.map((turn) => ({ kind: 'turn-deletion', chat, turn }) as const);
    const chats = deletions.reduce((now, change) => withChange(now, change, Date.now()), state.chats);
    return openAmong(chats, state.current);
  });
}
