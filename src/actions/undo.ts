/** Undo and Redo for what a person did to conversations. */
import { withChange } from '../state/changes.ts';
import { currentChat, openAmong } from '../state/chats.ts';
import { type AppState, type AppStore, emptyMessage } from '../state/state.ts';
import { type Changing, type Move, type Step, type TakenBack, takenBack } from '../state/steps.ts';
import { isEmpty, messageOf, messageOfOpened } from '../state/unsent.ts';
import type { Action, App } from './app.ts';
import { asWritten, isAsWritten } from './give-back.ts';

/** What lies further back is done for good. */
const mostSteps = 50;

/** Does it, so that it can be undone. */
export function take({ store }: App, step: Changing): void {
  store.setState((state) => ({ ...moved(state, step.again), ...recorded(state, step) }));
}

/** It was done already. Who goes on has done with what was taken back. */
export function recordStep(store: AppStore, step: Step): void {
  store.setState((state) => recorded(state, step));
}

function recorded({ done }: AppState, step: Step): Partial<AppState> {
  // What works now is told of by itself.
  const told = 'back' in step ? step.deed : null;
  return { done: [...done, step].slice(-mostSteps), undone: [], told, outcome: null };
}

/** What is at work is ended by Stop, and can be taken back from then on. */
export const undo: Action = {
  when(state) {
    const latest = latestDone(state);
    return latest !== null && !isAtWork(state, latest.back);
  },
  perform({ store }) {
    const state = store.getState();
    const latest = latestDone(state);
    if (latest === null || isAtWork(state, latest.back)) return;
    const done = state.done.slice(0, state.done.lastIndexOf(latest.step));
    const steps = { done, undone: [...state.undone, latest], told: 'undone', outcome: null } as const;
    const free = withoutTakenBack(state);
    store.setState({ ...moved(free, latest.back, latest.again), ...steps });
    if (latest.message !== null) store.setState((now) => written(free, now));
    store.setState(wordsOfTakenBack);
  },
};

export const redo: Action = {
  when: ({ undone }) => undone.length > 0,
  perform({ store }) {
    const state = store.getState();
    const { done, undone } = state;
    const taken = undone.at(-1);
    if (taken === undefined) return;
    const { step, back, again, message } = taken;
    const told = 'back' in step ? step.deed : 'redone';
    const steps = { done: [...done, step], undone: undone.slice(0, -1), told, outcome: null } as const;
    const free = withoutTakenBack(state);
    store.setState(moved(free, again, back));
    if (message !== null) store.setState((now) => written(free, now));
    // They may lie in a chat that was left meanwhile.
    store.setState((now) => ({ ...(isTakenBack(now) ? emptyMessage : {}), ...steps }));
    store.setState(wordsOfTakenBack);
  },
};

/** The latest step of which something is left. */
function latestDone({ done, chats, undone }: AppState): TakenBack | null {
  for (const step of done.toReversed()) {
    const taken = takenBack(step, chats, undone);
    if (taken !== null) return taken;
  }
  return null;
}

function isAtWork({ jobs }: AppState, { changes }: Move): boolean {
  const gone = new Set<string>(
    changes.flatMap((change) =>
      change.kind === 'turn-deletion' ? change.turn : change.kind === 'result-deletion' ? change.result : [],
    ),
  );
  return jobs.some(
    ({ subject }) => ('turn' in subject && gone.has(subject.turn)) || ('result' in subject && gone.has(subject.result)),
  );
}

/** Whether the message holds what Undo put there, and nothing else: no word of it is lost with it. */
export function isTakenBack(state: AppState): boolean {
  const message = state.undone.at(-1)?.message;
  return message != null && isAsWritten(messageOf(state), message);
}

function withoutTakenBack(state: AppState): AppState {
  return isTakenBack(state) ? { ...state, ...emptyMessage } : state;
}

/** What was last taken back lies in the message again, where that is free and belongs to its chat. */
function wordsOfTakenBack(state: AppState): Partial<AppState> {
  const taken = state.undone.at(-1);
  if (taken?.message == null || !isEmpty(messageOf(state))) return {};
  const chat = state.chats.find(({ id }) => id === taken.back.open);
  // Where nothing is left of its chat a new one is shown, which becomes that one.
  const isHere = chat === undefined ? currentChat(state)?.turns.length === 0 : chat.id === state.current;
  return isHere ? asWritten(taken.message) : {};
}

/** What is being written goes along where its chat is begun anew, or is there again. */
function written(before: AppState, now: AppState): Partial<AppState> {
  const { [before.current]: left, ...unsent } = now.unsent;
  const isGone = currentChat({ ...now, current: before.current }) === undefined;
  const isBack = currentChat({ ...before, current: now.current }) === undefined;
  const isFollowed = (isGone || (isBack && currentChat(before)?.turns.length === 0)) && isEmpty(messageOf(now));
  return left !== undefined && isFollowed ? { ...left, unsent } : {};
}

/** @param from what the move takes back: a title that is another by now was given elsewhere, and stays */
function moved(state: AppState, move: Move, from?: Move): Partial<AppState> {
  const titles = new Map(
    from?.changes.flatMap((change) => (change.kind === 'title' ? [[change.chat, change.title]] : [])),
  );
  const stands = (chat: string, title: string) =>
    state.chats.every(({ id, title: now }) => id !== chat || now === title);
  const changes = move.changes.filter((change) => {
    const title = change.kind === 'title' ? titles.get(change.chat) : undefined;
    return title === undefined || stands(change.chat, title);
  });
  const chats = changes.reduce((now, change) => withChange(now, change, 0), state.chats);
  const turns = changes.flatMap((change) => (change.kind === 'turn' ? change.turn.id : []));
  const open = openAmong(chats, move.open ?? state.current);
  return {
    ...messageOf(state),
    ...(open.current === state.current ? {} : messageOfOpened(state, open.current)),
    ...open,
    // Over the conversation nothing would be seen of it.
    panel: state.panel === 'gallery' && move.open !== null ? null : state.panel,
    chosen: { ...state.chosen, ...move.chosen },
    beside: new Set([...state.beside, ...turns]),
  };
}
