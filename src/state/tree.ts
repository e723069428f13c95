/** A chat's turns as a tree: each follows its parent, and those that follow the same one are versions of each other. */
import type { ChatId, ChatRecord, Chosen, TurnId, TurnRecord } from '../storage/records.ts';
import { madeOnce } from './made-once.ts';

/** What follows each turn, oldest first; a turn whose parent is not there begins the chat. */
type Following = ReadonlyMap<TurnId | null, readonly TurnRecord[]>;

const followingIn = madeOnce((turns: readonly TurnRecord[]): Following => {
  const ids = new Set(turns.map(({ id }) => id));
  const made = new Map<TurnId | null, TurnRecord[]>();
  for (const turn of turns) {
    const parent = turn.parent !== null && ids.has(turn.parent) ? turn.parent : null;
    const versions = made.get(parent);
    if (versions === undefined) made.set(parent, [turn]);
    else versions.push(turn);
  }
  return made;
});

const knownIn = madeOnce(
  (turns: readonly TurnRecord[]): ReadonlyMap<TurnId, TurnRecord> => new Map(turns.map((turn) => [turn.id, turn])),
);

/** Asked of every turn on the screen at every change: nothing is looked through for it. */
export function turnWith(turns: readonly TurnRecord[], id: TurnId): TurnRecord | undefined {
  return knownIn(turns).get(id);
}

/** Where the choice among the versions of a turn is kept. */
export function choiceKey(chat: ChatId, { parent }: Pick<TurnRecord, 'parent'>): TurnId | ChatId {
  return parent ?? chat;
}

/** From the first turn to the newest, at each turn the version that was chosen, else the newest. */
export function shownPath({ id: chat, turns }: ChatRecord, chosen: Chosen): readonly TurnRecord[] {
  const following = followingIn(turns);
  const path: TurnRecord[] = [];
  const passed = new Set<TurnId>();
  let parent: TurnId | null = null;
  for (;;) {
    const versions: readonly TurnRecord[] = following.get(parent) ?? [];
    const choice: TurnId | undefined = chosen[choiceKey(chat, { parent })];
    const next: TurnRecord | undefined = versions.find(({ id }) => id === choice) ?? versions.at(-1);
    // A ring that damaged records could make is no path.
    if (next === undefined || passed.has(next.id)) return path;
    passed.add(next.id);
    path.push(next);
    parent = next.id;
  }
}

/** From the first turn to this one; empty where it is not there. */
export function pathTo(turns: readonly TurnRecord[], id: TurnId): readonly TurnRecord[] {
  const known = knownIn(turns);
  const path = new Set<TurnRecord>();
  for (let turn = known.get(id); turn !== undefined && !path.has(turn); ) {
    path.add(turn);
    turn = turn.parent === null ? undefined : known.get(turn.parent);
  }
  return [...path].reverse();
}

/** The turn and those that stand beside it, oldest first. */
export function versionsOf(turns: readonly TurnRecord[], id: TurnId): readonly TurnRecord[] {
  const turn = turnWith(turns, id);
  if (turn === undefined) return [];
  const following = followingIn(turns);
  return following.get(turn.parent) ?? following.get(null) ?? [];
}

/** What follows a turn at once, oldest first. */
export function followersOf(turns: readonly TurnRecord[], id: TurnId): readonly TurnRecord[] {
  return followingIn(turns).get(id) ?? [];
}

/** The turn and all that follows it, in every version, parents first. */
export function branchFrom(turns: readonly TurnRecord[], id: TurnId): readonly TurnRecord[] {
  const following = followingIn(turns);
  const branch = new Set(turns.filter((turn) => turn.id === id));
  // A set goes on through what is added meanwhile.
  for (const turn of branch) for (const next of following.get(turn.id) ?? []) branch.add(next);
  return [...branch];
}

/** What is chosen from then on: a version that comes from another tab does not take the shown one's place. */
export function stayingAtShown(
  chats: readonly ChatRecord[],
  chosen: Chosen,
  { chat: id, turn, place }: { readonly chat: ChatId; readonly turn: TurnRecord; readonly place: 'behind' | 'beside' },
): Chosen {
  const chat = chats.find((candidate) => candidate.id === id);
  if (chat === undefined || place === 'behind' || chat.turns.some((known) => known.id === turn.id)) return chosen;
  const shown = shownPath(chat, chosen).find(({ parent }) => parent === turn.parent);
  return shown === undefined ? chosen : { ...chosen, [choiceKey(id, turn)]: shown.id };
}
