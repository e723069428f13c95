/** What a record of the log says. Turns and results are carried as they are: the page's `restore.ts` judges them. */
import { storageVersion } from './frames.ts';
import type { Change, ReadRecord, StoredRecord, UnreadableRecord } from './protocol.ts';

const text = new TextDecoder('utf-8', { fatal: true });
const anyText = new TextDecoder();

/** Brings a record of version N to N + 1. */
const upgrades: Readonly<Record<number, (stored: unknown) => unknown>> = {};

export function encodePayload({ at, by, change }: Omit<StoredRecord, 'number'>): Uint8Array<ArrayBuffer> {
  // What names a record's place comes first: of a damaged record it is the likeliest to be left.
  return new TextEncoder().encode(JSON.stringify({ ...change, at, by }));
}

export function readPayload(version: number, number: number, payload: Uint8Array): ReadRecord {
  if (version > storageVersion) return unreadable('newer', number, payload);
  try {
    let stored: unknown = JSON.parse(text.decode(payload));
    for (let from = version; from < storageVersion; from++) stored = upgrades[from]?.(stored) ?? stored;
    const change = changeOf(stored);
    if (change === null) return unreadable('newer', number, payload);
    const { at, by } = stored as { at?: unknown; by?: unknown };
    const record = { number, at: typeof at === 'number' ? at : 0, by: typeof by === 'string' ? by : '', change };
    return { state: 'read', record };
  } catch {
    return unreadable('damaged', number, payload);
  }
}

/** What is left of a record whose bytes were changed. */
export function unreadable(why: UnreadableRecord['why'], number: number, payload: Uint8Array): ReadRecord {
  const left = anyText.decode(payload.subarray(0, 1000));
  const chat = /"chat":"([\w-]+)"/.exec(left)?.[1] ?? null;
  const turn = /"kind":"turn","chat":"[\w-]+","id":"([\w-]+)"/.exec(left)?.[1] ?? null;
  return { state: 'unreadable', record: { number, why, chat, turn } };
}

/** Null where it is no change that this version knows. */
function changeOf(stored: unknown): Change | null {
  if (typeof stored !== 'object' || stored === null) return null;
  const { kind, chat, id, parent, place, turn, title, key, value, result } = stored as Record<string, unknown>;
  if (kind === 'setting') return typeof key === 'string' ? { kind, key, value } : null;
  if (typeof chat !== 'string') return null;
  if (kind === 'chat-deletion') return { kind, chat };
  if (kind === 'title') return typeof title === 'string' ? { kind, chat, title } : null;
  if (typeof id !== 'string') return null;
  if (kind === 'result' || kind === 'result-deletion') {
    if (typeof turn !== 'string') return null;
    return kind === 'result' ? { kind, chat, turn, id, result } : { kind, chat, turn, id };
  }
  if (parent !== null && typeof parent !== 'string') return null;
  if (kind === 'turn-deletion') return { kind, chat, id, parent };
  if (kind !== 'turn' || (place !== 'behind' && place !== 'beside')) return null;
  return { kind, chat, id, parent, place, turn };
}
