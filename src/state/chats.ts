/** Changes of the stored conversations, as functions from state to state. */
import type { ChatId, ChatRecord, ModelTurn, Result, TurnId, TurnRecord } from '../storage/records.ts';
import { madeOnce } from './made-once.ts';
import { type AppState, type AppStore, emptyChat } from './state.ts';
import { choiceKey, shownPath, turnWith } from './tree.ts';

/** In characters as a person counts them. */
const titleLength = 60;
/** A reader of characters need not see a whole novel for its first sixty. */
const titleUnits = 2000;

/** The beginning of a text; no emoji, flag or letter with its marks is cut. */
export function titleOf(text: string): string {
  const characters = new Intl.Segmenter(undefined, { granularity: 'grapheme' }).segment(text.slice(0, titleUnits));
  let end = 0;
  let count = 0;
  for (const { index, segment } of characters) {
    if (count === titleLength || index + segment.length >= titleUnits) break;
    end = index + segment.length;
    count += 1;
  }
  return text.slice(0, end);
}

export function currentChat({ chats, current }: AppState): ChatRecord | undefined {
  return chats.find(({ id }) => id === current);
}

const none: readonly TurnRecord[] = [];
const shown = new WeakMap<ChatRecord, { readonly chosen: AppState['chosen']; readonly path: readonly TurnRecord[] }>();

/** The turns of the current chat that are on the screen, which are also those that the model sees; the same object until they change. */
export function shownTurns(state: AppState): readonly TurnRecord[] {
  const chat = currentChat(state);
  if (chat === undefined) return none;
  const known = shown.get(chat);
  if (known?.chosen === state.chosen) return known.path;
  const path = shownPath(chat, state.chosen);
  shown.set(chat, { chosen: state.chosen, path });
  return path;
}

/** The open chat, or the empty one where it is there no more. */
export function openAmong(chats: readonly ChatRecord[], current: ChatId): Pick<AppState, 'chats' | 'current'> {
  if (chats.some(({ id }) => id === current)) return { chats, current };
  const empty = chats.find(({ turns }) => turns.length === 0) ?? emptyChat();
  return { chats: chats.includes(empty) ? chats : [...chats, empty], current: empty.id };
}

/** The chat that holds a turn: work goes on in its own chat when another one is shown. */
export function chatOfTurn({ chats }: AppState, turn: TurnId): ChatRecord | undefined {
  return chats.find(({ turns }) => turnWith(turns, turn) !== undefined);
}

/** Turns by the results that they have. */
const paintersIn = madeOnce((turns: readonly TurnRecord[]): ReadonlyMap<string, ModelTurn> => {
  const painters = new Map<string, ModelTurn>();
  for (const turn of turns) {
    if (turn.from === 'model') for (const { id } of turn.results) painters.set(id, turn);
  }
  return painters;
});

export function findResult({ chats }: AppState, id: string): { turn: ModelTurn; result: Result } | undefined {
  for (const { turns } of chats) {
    const turn = paintersIn(turns).get(id);
    const result = turn?.results.find((candidate) => candidate.id === id);
    if (turn !== undefined && result !== undefined) return { turn, result };
  }
  return undefined;
}

export function appendTurns(store: AppStore, id: ChatId, turns: readonly TurnRecord[]): void {
  changeChat(store, id, (chat) => {
    const [first] = turns;
    const title = chat.title || (first?.from === 'person' ? titleOf(first.text) : '');
    return { ...chat, title, turns: [...chat.turns, ...turns] };
  });
}

/** Adds turns of which the first stands beside those that follow its parent already, and shows it. */
export function appendVersion(store: AppStore, id: ChatId, turns: readonly TurnRecord[]): void {
  const [first] = turns;
  if (first === undefined) return;
  // Before the turns themselves: with them they are written.
  store.setState(({ beside, chosen }) => ({
    beside: new Set([...beside, first.id]),
    chosen: { ...chosen, [choiceKey(id, first)]: first.id },
  }));
  appendTurns(store, id, turns);
}

export function dropTurns(store: AppStore, id: ChatId, dropped: ReadonlySet<TurnId>): void {
  changeChat(store, id, (chat) => ({ ...chat, turns: chat.turns.filter((turn) => !dropped.has(turn.id)) }));
}

/** A turn that comes back as it was changes nothing: nothing is shown or written anew. */
export function changeTurn(store: AppStore, id: TurnId, change: (turn: ModelTurn) => ModelTurn): void {
  const chat = chatOfTurn(store.getState(), id);
  const turn = chat === undefined ? undefined : turnWith(chat.turns, id);
  if (chat === undefined || turn?.from !== 'model') return;
  const changed = change(turn);
  if (changed === turn) return;
  changeChat(store, chat.id, (old) => ({
    ...old,
    turns: old.turns.map((other) => (other === turn ? changed : other)),
  }));
}

export function changeResult(store: AppStore, turn: TurnId, id: string, patch: Partial<Result>): void {
  changeTurn(store, turn, (old) => ({
    ...old,
    results: old.results.map((result) => (result.id === id ? { ...result, ...patch } : result)),
  }));
}

function changeChat(store: AppStore, id: ChatId, change: (chat: ChatRecord) => ChatRecord): void {
  store.setState(({ chats }) => ({
    chats: chats.map((chat) => (chat.id === id ? { ...change(chat), changed: Date.now() } : chat)),
  }));
}
