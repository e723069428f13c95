/**
 * Chats of the versions before the log, which lay in IndexedDB. They are read at each start until a start finds nothing new in
 * them; then the database goes. A tab of such a version may still be open and writing.
 */
import type { StorageContents } from './contents.ts';
import type { StorageLog } from './log.ts';
import type { Change } from './protocol.ts';

const databaseName = 'nexus-gen';
/** The tab in whose name they are written. */
const oldTab = 'before-the-log';
/** A database that does not answer is left for the next start. */
const timeoutMs = 2000;

export interface OldDatabase {
  readonly chats: readonly unknown[];
  readonly values: readonly (readonly [key: string, value: unknown])[];
}

/** What became of the old database. */
export type OldDatabaseFound = 'nothing' | 'taken over' | 'lost';

export async function takeOverOldDatabase(log: StorageLog): Promise<OldDatabaseFound> {
  const old = await Promise.race([
    readOldDatabase(),
    new Promise<null>((resolve) => setTimeout(resolve, timeoutMs, null)),
  ]);
  if (old === null || old === 'lost') return old ?? 'nothing';
  let isNew = false;
  for (const { changes, at } of changesOf(old)) {
    const fresh = changes.filter((change) => isUnknown(log.contents, change));
    if (fresh.length > 0) await log.append(fresh, oldTab, at);
    isNew ||= fresh.length > 0;
  }
  if (!isNew) indexedDB.deleteDatabase(databaseName);
  return isNew ? 'taken over' : 'nothing';
}

/** Not in the log, or there as it was taken over before and changed since by an old tab. */
function isUnknown(contents: StorageContents, change: Change): boolean {
  if (change.kind !== 'setting' && contents.isDeleted(change.chat)) return false;
  const known = contents.latest(change);
  if (known === undefined) return true;
  if (known.by !== oldTab || known.change.kind !== change.kind) return false;
  const contentOf = (about: Change) =>
    about.kind === 'turn'
      ? about.turn
      : about.kind === 'result'
        ? about.result
        : about.kind === 'title'
          ? about.title
          : null;
  return JSON.stringify(contentOf(known.change)) !== JSON.stringify(contentOf(change));
}

/** Null where there is none, "lost" where the browser has just thrown it away. */
function readOldDatabase(): Promise<OldDatabase | 'lost' | null> {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open(databaseName);
    let lost = false;
    opening.onupgradeneeded = (event: IDBVersionChangeEvent & { readonly dataLoss?: string }) => {
      // There was none, and none is made. Chrome says where it could not read the one that was there.
      lost = event.dataLoss !== undefined && event.dataLoss !== 'none';
      opening.transaction?.abort();
    };
    opening.onerror = () => resolve(lost ? 'lost' : null);
    opening.onsuccess = () => {
      const database = opening.result;
      readAll(database)
        .then(resolve, reject)
        .finally(() => database.close());
    };
  });
}

async function readAll(database: IDBDatabase): Promise<OldDatabase | null> {
  if (!database.objectStoreNames.contains('chats') || !database.objectStoreNames.contains('values')) return null;
  const transaction = database.transaction(['chats', 'values'], 'readonly');
  const [chats, keys, values] = await Promise.all([
    resultOf(transaction.objectStore('chats').getAll()),
    resultOf(transaction.objectStore('values').getAllKeys()),
    resultOf(transaction.objectStore('values').getAll()),
  ]);
  return { chats, values: keys.map((key, index) => [String(key), values[index]] as const) };
}

function resultOf<Result>(request: IDBRequest<Result>): Promise<Result> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

interface DatedChanges {
  readonly changes: readonly Change[];
  readonly at: number;
}

/** A chat was one value, its turns in order, their results inside. What is none is carried along as one turn. */
export function changesOf({ chats, values }: OldDatabase): readonly DatedChanges[] {
  const settings = values.map(([key, value]): Change => ({ kind: 'setting', key, value }));
  return [...chats.map(chatChanges), { changes: settings, at: 0 }];
}

function chatChanges(stored: unknown): DatedChanges {
  const { id, title, changed, turns } = fieldsOf(stored);
  const chat = typeof id === 'string' ? id : 'chat-without-an-id';
  const at = typeof changed === 'number' ? changed : 0;
  const changes: Change[] = typeof title === 'string' ? [{ kind: 'title', chat, title }] : [];
  let parent: string | null = null;
  for (const [index, turn] of (Array.isArray(turns) ? turns : [stored]).entries()) {
    const { results, ...rest } = fieldsOf(turn);
    const own: string = typeof rest.id === 'string' ? rest.id : `${chat}-${index}`;
    changes.push({ kind: 'turn', chat, id: own, parent, place: 'behind', turn: rest });
    for (const [place, result] of (Array.isArray(results) ? results : []).entries()) {
      const { id: resultId } = fieldsOf(result);
      changes.push({
        kind: 'result',
        chat,
        turn: own,
        id: typeof resultId === 'string' ? resultId : `${own}-${place}`,
        result,
      });
    }
    parent = own;
  }
  return { changes, at };
}

function fieldsOf(stored: unknown): Record<string, unknown> {
  return typeof stored === 'object' && stored !== null ? { ...stored } : {};
}
