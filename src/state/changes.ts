/** Chats as changes: what differs between two states of them, and a change of another tab put into them. */
import type { Change } from '../../workers/storage/protocol.ts';
import type { ChatId, ChatRecord, Result, TurnId, TurnRecord } from '../storage/records.ts';

/**
 * The changes that lead from one state of all chats to a later one. Chats without turns are not kept.
 *
 * @param beside new turns that are to stand beside others; any other goes behind what another tab has said meanwhile
 */
export function changesBetween(
  before: readonly ChatRecord[],
  after: readonly ChatRecord[],
  beside: ReadonlySet<TurnId>,
): readonly Change[] {
  const old = new Map(before.map((chat) => [chat.id, chat]));
  const changes: Change[] = [];
  for (const chat of after) {
    const known = old.get(chat.id);
    const wasKept = known !== undefined && known.turns.length > 0;
    if (chat !== known && (wasKept || chat.turns.length > 0)) changes.push(...chatChanges(known, chat, beside));
  }
  const left = new Set(after.map(({ id }) => id));
  for (const { id, turns } of before)
    if (turns.length > 0 && !left.has(id)) changes.push({ kind: 'chat-deletion', chat: id });
  return changes;
}

function chatChanges(
  before: ChatRecord | undefined,
  { id: chat, title, turns }: ChatRecord,
  beside: ReadonlySet<TurnId>,
): readonly Change[] {
  const old = new Map(before?.turns.map((turn) => [turn.id, turn]));
  const changes: Change[] = title === (before?.title ?? '') ? [] : [{ kind: 'title', chat, title }];
  for (const turn of turns) {
    const known = old.get(turn.id);
    const place = known === undefined && beside.has(turn.id) ? 'beside' : 'behind';
    if (turn !== known) changes.push(...turnChanges(chat, known, turn, place));
    old.delete(turn.id);
  }
  for (const { id, parent } of old.values()) changes.push({ kind: 'turn-deletion', chat, id, parent });
  return changes;
}

function turnChanges(
  chat: ChatId,
  before: TurnRecord | undefined,
  turn: TurnRecord,
  place: 'behind' | 'beside',
): readonly Change[] {
  if (turn.from === 'unreadable') return [];
  const { id, parent } = turn;
  const own = ownOf(turn);
  const changes: Change[] = [];
  if (before === undefined || !areEqual(ownOf(before), own)) {
    changes.push({ kind: 'turn', chat, id, parent, place, turn: own });
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

/** Without its place and its results, which are changed apart. */
function ownOf(turn: TurnRecord): object {
  const { parent: _, ...own } = turn;
  if (own.from !== 'model') return own;
  const { results: __, ...words } = own;
  return words;
}

function areEqual(left: object, right: object): boolean {
  const [one, other] = [Object.entries(left), new Map<string, unknown>(Object.entries(right))];
  return one.length === other.size && one.every(([key, value]) => other.get(key) === value);
}

/** A change of another tab, as the gate lets it through. */
export type ChatChange =
  | {
      readonly kind: 'turn';
      readonly chat: ChatId;
      readonly place: 'behind' | 'beside';
      readonly turn: TurnRecord;
    }
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
  // Nothing is left of a chat in which nothing is said.
  if (change.kind === 'turn-deletion' && turns.length === 0) return chats.filter((chat) => chat !== found);
  const isNews = change.kind !== 'place';
  const next = { ...old, title, turns, changed: isNews ? Math.max(old.changed, changed) : old.changed };
  return found === undefined ? [...chats, next] : chats.map((chat) => (chat === found ? next : chat));
}

/** A change and when it was made, in milliseconds since 1970. */
export interface DatedChange {
  readonly change: ChatChange;
  readonly at: number;
}

type AddingChange = Extract<ChatChange, { kind: 'turn' | 'result' }>;

/**
 * Changes as they can be made in one pass: turns and results that come to the same chat one after the other, as an import brings them
 * by the thousand, are one run; any other change is alone.
 */
export function runsOf(changes: readonly DatedChange[]): readonly (readonly DatedChange[])[] {
  const runs: DatedChange[][] = [];
  for (const dated of changes) {
    const run = runs.at(-1);
    if (run !== undefined && goesOn(run, dated)) run.push(dated);
    else runs.push([dated]);
  }
  return runs;
}

function goesOn(run: readonly DatedChange[], { change }: DatedChange): boolean {
  const last = run.at(-1)?.change;
  return last !== undefined && isAdding(last) && isAdding(change) && last.chat === change.chat;
}

/** One that stands beside others may change what is shown, and is looked at alone. */
function isAdding(change: ChatChange): change is AddingChange {
  return change.kind === 'result' || (change.kind === 'turn' && change.place === 'behind');
}

/** The chats with a run in them (runsOf). */
export function withRun(chats: readonly ChatRecord[], run: readonly DatedChange[]): readonly ChatRecord[] {
  const adding = run.flatMap(({ change }) => (isAdding(change) ? [change] : []));
  const [first] = adding;
  const known = chats.find(({ id }) => id === first?.chat);
  if (adding.length < run.length || first === undefined || (known === undefined && first.kind === 'result'))
    return run.reduce((now, { change, at }) => withChange(now, change, at), chats);
  const old = known ?? { id: first.chat, title: '', changed: 0, turns: [] };
  const turns = new Map(old.turns.map((turn) => [turn.id, turn]));
  for (const change of adding) {
    const turn = turns.get(change.kind === 'turn' ? change.turn.id : change.turn);
    if (change.kind === 'turn') turns.set(change.turn.id, withResultsOf(change.turn, turn));
    else if (turn?.from === 'model') turns.set(turn.id, turnWithResult(turn, change));
  }
  const changed = run.reduce((latest, { at }) => Math.max(latest, at), old.changed);
  const next = { ...old, turns: [...turns.values()], changed };
  return known === undefined ? [...chats, next] : chats.map((chat) => (chat === known ? next : chat));
}

/** A turn as it comes, with the results that are known of it: they are changed apart. */
function withResultsOf(turn: TurnRecord, known: TurnRecord | undefined): TurnRecord {
  return turn.from === 'model' ? { ...turn, results: resultsOf(known ?? turn) } : turn;
}

type TurnsChange = Exclude<ChatChange, { kind: 'chat-deletion' | 'title' }>;

function turnsWithChange(turns: readonly TurnRecord[], change: TurnsChange): readonly TurnRecord[] {
  switch (change.kind) {
    case 'turn': {
      const known = turns.find(({ id }) => id === change.turn.id);
      const turn = withResultsOf(change.turn, known);
      return known === undefined ? [...turns, turn] : turns.map((old) => (old === known ? turn : old));
    }
    case 'place':
      return turns.map((turn) => (turn.id === change.turn ? { ...turn, parent: change.parent } : turn));
    case 'turn-deletion': {
      const deleted = turns.find(({ id }) => id === change.turn);
      if (deleted === undefined) return turns;
      // What another tab said behind it follows what was before it.
      const { parent } = deleted;
      return turns
        .filter((turn) => turn !== deleted)
        .map((turn) => (turn.parent === deleted.id ? { ...turn, parent } : turn));
    }
    case 'result':
    case 'result-deletion':
      return turns.map((turn) =>
        turn.id === change.turn && turn.from === 'model' ? turnWithResult(turn, change) : turn,
      );
  }
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

/**
 * Changes with each chat's deletion as it is known to concern: who deleted it did not know of turns that were not written yet, and
 * these stay.
 *
 * @param written what the log had when the chat was deleted
 * @param title the log has lost it, and a page that still has the chat writes it anew
 */
export function sparingNew(
  changes: readonly DatedChange[],
  written: readonly ChatRecord[],
  chats: readonly ChatRecord[],
  title: 'kept' | 'gone',
): readonly DatedChange[] {
  return changes.flatMap((dated) => {
    if (dated.change.kind !== 'chat-deletion') return [dated];
    const { chat } = dated.change;
    const known = new Set(written.find(({ id }) => id === chat)?.turns.map(({ id }) => id));
    const turns = chats.find(({ id }) => id === chat)?.turns ?? [];
    if (turns.every(({ id }) => known.has(id))) return [dated];
    const parts = turns.flatMap(({ id }): ChatChange[] =>
      known.has(id) ? [{ kind: 'turn-deletion', chat, turn: id }] : [],
    );
    if (title === 'gone') parts.push({ kind: 'title', chat, title: '' });
    return parts.map((change) => ({ change, at: dated.at }));
  });
}
