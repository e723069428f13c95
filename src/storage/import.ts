/**
 * Brings an archive in. First all of it is judged, then its pictures are written, and last its records as one commit, which the tab
 * that writes acknowledges: until then nothing of it counts. What is here already stays as it is.
 */
import { type Failure, FailureError, fail, failureOf } from '../../model/failure.ts';
import { resultOf } from '../../session/result-of.ts';
import type { Imported } from '../../words/data-sentences.ts';
import type { ArchiveLine, ArchiveWorker, NewChange } from '../../workers/storage/protocol.ts';
import { parted, picturesOf } from './archive-lines.ts';
import type { TellProgress } from './export.ts';
import type { ChatRecord, Result, TurnRecord } from './records.ts';
import type { Storage } from './storage.ts';

type Gate = typeof import('./restore.ts');

export interface BroughtArchive extends Imported {
  /** As the file has them, not judged yet. */
  readonly settings: Readonly<Record<string, unknown>>;
}

interface Into {
  readonly storage: Storage;
  readonly gate: Gate;
  /** What the page has when the archive has been judged. */
  readonly chats: () => readonly ChatRecord[];
  /** Bytes that can still be stored. */
  readonly free: () => Promise<number>;
  /** Files that must not go though no record names them. */
  readonly needed: () => readonly string[];
}

/** @throws ARCHIVE_FILE, ARCHIVE_NEWER, ARCHIVE_RECORD, ARCHIVE_PICTURE, ARCHIVE_ROOM, ARCHIVE_UNWRITTEN */
export async function importArchive(
  worker: ArchiveWorker,
  file: Pick<File, 'name'> & Blob,
  into: Into,
  tell: TellProgress,
): Promise<BroughtArchive> {
  const { bytes } = resultOf(await worker.open(file, file.name));
  const archived = await readAll(worker, file.name, into.gate);
  const shown = new Set(archived.chats.flatMap(({ turns }) => picturesOf(turns)));
  const { lacking, missing } = await filesLacking(archived.named, shown, bytes, into.storage);
  const needed = lacking.reduce((sum, hash) => sum + (bytes.get(hash) ?? 0), 0);
  const free = await into.free();
  if (needed > free) fail('ARCHIVE_ROOM', { file: file.name, needed, free });
  const brought: string[] = [];
  try {
    for (const hash of lacking) {
      tell(brought.length, lacking.length);
      await into.storage.bringBlob(hash, resultOf(await worker.file(hash)));
      brought.push(hash);
    }
    const merged = mergedInto(into.chats(), archived.chats, file.name, archived.lineOf);
    if (merged.changes.length > 0) await into.storage.bring(merged.changes);
    const pictures = brought.filter((hash) => shown.has(hash)).length;
    const { chats, turns } = merged;
    return { chats, turns, pictures, missing, settings: archived.settings };
  } catch (error) {
    const keep = new Set(into.needed());
    await into.storage.discard(brought.filter((hash) => !keep.has(hash))).catch(() => undefined);
    throw new FailureError(unwritten(failureOf(error), file.name));
  }
}

/** NOT_KEPT says that it stays on the page and is tried again, which this is not. */
function unwritten({ code, data }: Failure, file: string): Failure {
  if (code !== 'NOT_KEPT') return { code, data } as Failure;
  const { reason, detail } = data;
  return { code: 'ARCHIVE_UNWRITTEN', data: { file, reason, detail } };
}

interface Archived {
  readonly chats: readonly ChatRecord[];
  readonly settings: Readonly<Record<string, unknown>>;
  /** Every SHA-256 that its chats name. */
  readonly named: ReadonlySet<string>;
  /** Of a turn, by its id. */
  readonly lineOf: ReadonlyMap<string, number>;
}

/** The worker's answers are small, so that the page answers between them. */
async function readAll(worker: ArchiveWorker, file: string, gate: Gate): Promise<Archived> {
  const chats = new Map<string, ChatRecord & { readonly turns: TurnRecord[] }>();
  const settings: Record<string, unknown> = {};
  const named = new Set<string>();
  const lineOf = new Map<string, number>();
  const results = new Set<string>();
  for (;;) {
    const lines = resultOf(await worker.records());
    if (lines.length === 0) return { chats: [...chats.values()], settings, named, lineOf };
    for (const line of lines) {
      const { record } = line;
      if (record.kind === 'setting') settings[record.key] = record.value;
      else if (record.kind === 'chat') chats.set(record.id, { ...record, id: gate.chatIdOf(record.id), turns: [] });
      else {
        const turn = judged(line, record, file, gate);
        for (const { id } of turn.from === 'model' ? turn.results : []) {
          if (results.has(id)) fail('ARCHIVE_RECORD', { file, line: line.line, problem: 'twice' });
          results.add(id);
        }
        chats.get(record.chat)?.turns.push(turn);
        lineOf.set(record.id, line.line);
        for (const [hash] of JSON.stringify(turn).matchAll(/\b[0-9a-f]{64}\b/g)) named.add(hash);
      }
    }
  }
}

function judged(
  { line }: ArchiveLine,
  record: Extract<ArchiveLine['record'], { kind: 'turn' }>,
  file: string,
  gate: Gate,
): TurnRecord {
  const place = { id: gate.turnIdOf(record.id), parent: record.parent === null ? null : gate.turnIdOf(record.parent) };
  const turn = gate.restoreTurn(place, record.turn);
  const results = record.results.map((result) => gate.restoreResult(result));
  const whole = results.filter((result): result is Result => result !== null);
  const isSound = turn.from === 'model' ? whole.length === results.length : results.length === 0;
  if (turn.from === 'unreadable' || !isSound) fail('ARCHIVE_RECORD', { file, line, problem: 'fields' });
  return turn.from === 'model' ? { ...turn, results: whole } : turn;
}

/** What the chats need and the device has not, as far as the archive has it; and how many pictures neither has. */
async function filesLacking(
  named: ReadonlySet<string>,
  shown: ReadonlySet<string>,
  bytes: ReadonlyMap<string, number>,
  storage: Storage,
): Promise<{ readonly lacking: readonly string[]; readonly missing: number }> {
  const lacking: string[] = [];
  let missing = 0;
  for (const hash of named) {
    if (!bytes.has(hash) && !shown.has(hash)) continue;
    if ((await storage.blob(hash)) !== null) continue;
    if (bytes.has(hash)) lacking.push(hash);
    else missing += 1;
  }
  return { lacking, missing };
}

interface Merged {
  readonly changes: readonly NewChange[];
  readonly chats: number;
  readonly turns: number;
}

/** By ids: what is here stays, and what is not comes in, parents first. What cannot be read here is not here. */
function mergedInto(
  here: readonly ChatRecord[],
  archived: readonly ChatRecord[],
  file: string,
  lineOf: ReadonlyMap<string, number>,
): Merged {
  const chatOf = new Map(here.flatMap(({ id, turns }) => turns.map((turn) => [turn.id, id] as const)));
  const turnOf = new Map(here.flatMap(({ turns }) => turns.map((turn) => [turn.id, turn] as const)));
  const ownerOf = new Map(
    here.flatMap(({ turns }) =>
      turns.flatMap((turn) => (turn.from === 'model' ? turn.results.map(({ id }) => [id, turn.id] as const) : [])),
    ),
  );
  const known = new Map(here.map((chat) => [chat.id, chat]));
  const changes: NewChange[] = [];
  let [chats, added] = [0, 0];
  for (const { id: chat, title, changed: at, turns } of archived) {
    const before = changes.length;
    for (const turn of turns) {
      const { id, parent } = turn;
      const there = turnOf.get(id);
      const results = turn.from === 'model' ? turn.results : [];
      const isForeign =
        (there !== undefined && chatOf.get(id) !== chat) ||
        results.some((result) => (ownerOf.get(result.id) ?? id) !== id);
      if (isForeign) fail('ARCHIVE_RECORD', { file, line: lineOf.get(id) ?? 0, problem: 'twice' });
      if (there === undefined || there.from === 'unreadable') {
        changes.push({ kind: 'turn', chat, id, parent, place: 'beside', turn: parted(turn).turn, at });
        if (known.has(chat)) added += 1;
      }
      for (const result of results)
        if (!ownerOf.has(result.id)) changes.push({ kind: 'result', chat, turn: id, id: result.id, result, at });
    }
    if (changes.length === before) continue;
    if (!known.has(chat)) chats += 1;
    // Behind its turns: a chat that was deleted takes a title from its first new turn on.
    if (title !== '' && (known.get(chat)?.title ?? '') === '') changes.push({ kind: 'title', chat, title, at });
  }
  return { changes, chats, turns: added };
}
