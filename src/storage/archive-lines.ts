/** Conversations as the records of an archive (docs/archive.md). */
import type { ArchiveRecord } from '../../workers/storage/protocol.ts';
import type { ChatRecord, TurnId, TurnRecord } from './records.ts';
import { stoppedTurn } from './stopped-turn.ts';

/** A chat and its turns, each behind the one that it follows. What cannot be read is left out: what follows it follows what was before. */
export function chatLines({ id: chat, title, changed, turns }: ChatRecord): readonly ArchiveRecord[] {
  const parents = new Map(turns.map((turn) => [turn.id, turn]));
  const lines = turns.flatMap((turn): readonly ArchiveRecord[] => {
    if (turn.from === 'unreadable') return [];
    const parent = readableParent(turn, parents);
    return [{ kind: 'turn', chat, id: turn.id, parent, ...parted(withoutReached(stoppedTurn(turn))) }];
  });
  return [{ kind: 'chat', id: chat, title, changed }, ...lines];
}

/** How far a drawing came is of use on this device alone. */
function withoutReached(turn: TurnRecord): TurnRecord {
  if (turn.from !== 'model') return turn;
  return { ...turn, results: turn.results.map(({ reached: _, ...result }) => result) };
}

function readableParent({ parent }: TurnRecord, turns: ReadonlyMap<TurnId, TurnRecord>): TurnId | null {
  const passed = new Set<TurnId>();
  let turn = parent === null ? undefined : turns.get(parent);
  while (turn?.from === 'unreadable' && !passed.has(turn.id)) {
    passed.add(turn.id);
    turn = turn.parent === null ? undefined : turns.get(turn.parent);
  }
  return turn === undefined || turn.from === 'unreadable' ? null : turn.id;
}

/** Without its place; its results apart, as the log has them too. */
export function parted({ parent: _, ...turn }: TurnRecord): {
  readonly turn: unknown;
  readonly results: readonly unknown[];
} {
  if (turn.from !== 'model') return { turn, results: [] };
  const { results, ...words } = turn;
  return { turn: words, results };
}

/** Pictures that turns show, without those that they only name. */
export function picturesOf(turns: readonly TurnRecord[]): readonly string[] {
  return turns.flatMap((turn) => {
    if (turn.from === 'person') return [...turn.pictures.map(({ id }) => id), ...(turn.area ? [turn.area.mask] : [])];
    return turn.from === 'model' ? turn.results.flatMap(({ image }) => image ?? []) : [];
  });
}
