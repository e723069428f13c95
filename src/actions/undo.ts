/** Undo and Redo for what a person did to conversations. */
import { withChange } from '../state/changes.ts';
import { openAmong } from '../state/chats.ts';
import type { AppState, AppStore } from '../state/state.ts';
import type { Move, Step } from '../state/steps.ts';
import { messageOfOpened } from '../state/unsent.ts';
import type { Action, App } from './app.ts';

/** What lies further back is done for good. */
const mostSteps = 50;

/** Does it, so that it can be undone. */
export function take({ store }: App, step: Step): void {
  store.setState((state) => ({ ...moved(state, step.again), ...recorded(state, step) }));
}

/** It was done already. */
export function recordStep(store: AppStore, step: Step): void {
  store.setState((state) => recorded(state, step));
}

function recorded({ done }: AppState, step: Step): Partial<AppState> {
  return { done: [...done, step].slice(-mostSteps), undone: [], told: step.deed, outcome: null };
}

export const undo: Action = {
  when: ({ done }) => done.length > 0,
  perform({ store }) {
    const { done, undone } = store.getState();
    const step = done.at(-1);
    if (step === undefined) return;
    const steps = { done: done.slice(0, -1), undone: [...undone, step] };
    store.setState((state) => ({ ...moved(state, step.back, step.again), ...steps, told: 'undone', outcome: null }));
  },
};

export const redo: Action = {
  when: ({ undone }) => undone.length > 0,
  perform({ store }) {
    const { done, undone } = store.getState();
    const step = undone.at(-1);
    if (step === undefined) return;
    const steps = { done: [...done, step], undone: undone.slice(0, -1) };
    store.setState((state) => ({ ...moved(state, step.again, step.back), ...steps, told: step.deed, outcome: null }));
  },
};

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
    ...(open.current === state.current ? {} : messageOfOpened(state, open.current)),
    ...open,
    chosen: { ...state.chosen, ...move.chosen },
    beside: new Set([...state.beside, ...turns]),
  };
}
