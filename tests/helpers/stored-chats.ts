/** What a log holds, as a person sees it, and changes to put into it. */

import type { StorageFolder } from '../../workers/storage/files.ts';
import { StorageLog } from '../../workers/storage/log.ts';
import type { Change, StoredChat, StoredTurn } from '../../workers/storage/protocol.ts';

export function turnChange(chat: string, id: string, parent: string | null, text = id): Change {
  return { kind: 'turn', chat, id, parent, place: 'behind', turn: { id, from: 'person', text } };
}

/** Each chat's turns from the first to the newest, by their words; what cannot be read as "?". */
export function wordsOf(chats: readonly StoredChat[]): Readonly<Record<string, readonly string[]>> {
  const entries = chats.map(({ id, turns }) => [
    id,
    newestPath(turns).map((turn) => (turn.state === 'read' ? (turn.turn as { text: string }).text : '?')),
  ]);
  return Object.fromEntries(entries);
}

function newestPath(turns: readonly StoredTurn[]): readonly StoredTurn[] {
  const path: StoredTurn[] = [];
  const after = (id: string | null) => turns.findLast(({ parent }) => parent === id);
  for (let next = after(null); next !== undefined; next = after(next.id)) path.push(next);
  return path;
}

/** Opens, reads and closes. */
export async function readBack(folder: StorageFolder) {
  const log = await StorageLog.open(folder, 'ended');
  const { contents } = log;
  log.close();
  return contents;
}
