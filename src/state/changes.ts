/** Chats as changes: what differs between two states of them, and a change of another tab put into them. */
import type { Change } from '../../workers/storage/protocol.ts';
import type { ChatId, ChatRecord, Result, TurnId, TurnRecord } from '../storage/records.ts';

/** The changes that lead from one state of all chats to a later one. Chats without turns are not kept. */
export function changesBetween(before: readonly ChatRecord[], after: readonly ChatRecord[]): readonly Change[] {
  const old = new Map(before.map((chat) => [chat.id, chat]));
  const changes: Change[] = [];
  for (const chat of after) {
    const known = old.get(chat.id);
    const wasKept = known !== undefined && known.turns.length > 0;
    if (chat !== known && (wasKept || chat.turns.length > 0)) changes.push(...chatChanges(known, chat));
  }
  const left = new Set(after.map(({ id }) => id));
  for (const { id, turns } of before)
    if (turns.length > 0 && !left.has(id)) changes.push({ kind: 'chat-deletion', chat: id });
  return changes;
}

function chatChanges(before: ChatRecord | undefined, { id: chat, title, turns }: ChatRecord): readonly Change[] {
  const old = new Map(before?.turns.map((turn) => [turn.id, turn]));
  const changes: Change[] = title === (before?.title ?? '') ? [] : [{ kind: 'title', chat, title }];
  let parent: TurnId | null = null;
  for (const turn of turns) {
    const known = old.get(turn.id);
    if (turn !== known) changes.push(...turnChanges(chat, parent, known, turn));
    old.delete(turn.id);
    parent = turn.id;
  }
  for (const id of old.keys()) changes.push({ kind: 'turn-deletion', chat, id, parent: null });
  return changes;
}

function turnChanges(
  chat: ChatId,
  parent: TurnId | null,
  before: TurnRecord | undefined,
  turn: TurnRecord,
): readonly Change[] {
  if (turn.from === 'unreadable') return [];
  const { id } = turn;
  const own = withoutResults(turn);
  const changes: Change[] = [];
  if (before === undefined || !areEqual(withoutResults(before), own)) {
    changes.push({ kind: 'turn', chat, id, parent, place: 'behind', turn: own });
  }
  const old = new Map(resultsOf(before).map((result) => [result.id, result]));
  for (const result of resultsOf(turn)) {
    if (old.get(result.id) !== result) changes.push({ kind: 'result', chat, turn: id, id: result.id, result });
    old.delete(result.id);
  }
  for (const result of old.keys()) changes.push({ kind: 'result-deletion', chat, turn: id, id: result });
  return changes;
}

function resultsOf(turn: TurnRecord | undefined): readonly Result[] {
  return turn?.from === 'model' ? turn.results : [];
}

function withoutResults(turn: TurnRecord): object {
  if (turn.from !== 'model') return turn;
  const { results: _, ...own } = turn;
  return own;
}

function areEqual(left: object, right: object): boolean {
  const [one, other] = [Object.entries(left), new Map<string, unknown>(Object.entries(right))];
  return one.length === other.size && one.every(([key, value]) => other.get(key) === value);
}

/** A change of another tab, as the gate lets it through. */
export type ChatChange =
  | { readonly kind: 'turn'; readonly chat: ChatId; readonly parent: TurnId | null; readonly turn: TurnRecord }
  /** A turn of this tab was given another place. */
  | { readonly kind: 'place'; readonly chat: ChatId; readonly parent: TurnId | null; readonly turn: TurnId }
  | { readonly kind: 'result'; readonly chat: ChatId; readonly turn: TurnId; readonly result: Result }
  | { readonly kind: 'title'; readonly chat: ChatId; readonly title: string }
  | { readonly kind: 'turn-deletion'; readonly chat: ChatId; readonly turn: TurnId }
  | { readonly kind: 'result-deletion'; readonly chat: ChatId; readonly turn: TurnId; readonly result: string }
  | { readonly kind: 'chat-deletion'; readonly chat: ChatId };

/** The chats with a change in them; what did not change stays the same object. */
export function withChange(chats: readonly ChatRecord[], change: ChatChange, changed: number): readonly ChatRecord[] {
  if (change.kind === 'chat-deletion') return chats.filter(({ id }) => id !== change.chat);
  const found = chats.find(({ id }) => id === change.chat);
  if (found === undefined && change.kind !== 'turn' && change.kind !== 'title') return chats;
  const old = found ?? { id: change.chat, title: '', changed, turns: [] };
  const title = change.kind === 'title' ? change.title : old.title;
  const turns = change.kind === 'title' ? old.turns : turnsWithChange(old.turns, change);
  const isNews = change.kind !== 'place';
  const next = { ...old, title, turns, changed: isNews ? Math.max(old.changed, changed) : old.changed };
  return found === undefined ? [...chats, next] : chats.map((chat) => (chat === found ? next : chat));
}

type TurnsChange = Exclude<ChatChange, { kind: 'chat-deletion' | 'title' }>;

function turnsWithChange(turns: readonly TurnRecord[], change: TurnsChange): readonly TurnRecord[] {
  switch (change.kind) {
    case 'turn': {
      const known = turns.find(({ id }) => id === change.turn.id);
      const turn = change.turn.from === 'model' ? { ...change.turn, results: resultsOf(known) } : change.turn;
      return placed(turns, turn, change.parent);
    }
    case 'place': {
      const known = turns.find(({ id }) => id === change.turn);
      return known === undefined ? turns : placed(turns, known, change.parent);
    }
    case 'turn-deletion':
      return turns.filter(({ id }) => id !== change.turn);
    case 'result':
    case 'result-deletion':
      return turns.map((turn) =>
        turn.id === change.turn && turn.from === 'model' ? turnWithResult(turn, change) : turn,
      );
  }
}

/** Behind its parent; where that is not there, a known turn stays where it is and a new one goes to the end. */
function placed(turns: readonly TurnRecord[], turn: TurnRecord, parent: TurnId | null): readonly TurnRecord[] {
  const at = turns.findIndex(({ id }) => id === turn.id);
  const before = turns[at - 1]?.id ?? null;
  const isParentThere = parent === null || turns.some(({ id }) => id === parent);
  if (at >= 0 && (before === parent || !isParentThere)) return turns.with(at, turn);
  const others = turns.filter(({ id }) => id !== turn.id);
  const to = isParentThere ? others.findIndex(({ id }) => id === parent) + 1 : others.length;
  return others.toSpliced(to, 0, turn);
}

function turnWithResult(
  turn: Extract<TurnRecord, { from: 'model' }>,
  change: Extract<ChatChange, { kind: 'result' | 'result-deletion' }>,
): TurnRecord {
  const { results } = turn;
  if (change.kind === 'result-deletion') return { ...turn, results: results.filter(({ id }) => id !== change.result) };
  const { result } = change;
  const isKnown = results.some(({ id }) => id === result.id);
  return {
    ...turn,
    results: isKnown ? results.map((old) => (old.id === result.id ? result : old)) : [...results, result],
  };
}
