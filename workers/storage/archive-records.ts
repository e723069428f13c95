/** The records of an archive, line by line. What a turn or a result says is judged by the page, which has the schemas (restore.ts). */
import '../../model/schemas-without-eval.ts';
import { z } from 'zod';
import { fail } from '../../model/failure.ts';
import type { ArchiveRecordProblem } from '../../model/storage-failure.ts';
import type { ArchiveLine, ArchiveRecord } from './protocol.ts';

/** In UTF-16 units: a message may be a whole book. */
const longestLine = 32 * 2 ** 20;
/** Deeper than anything that the page writes, and no danger to what reads it. */
const deepest = 32;

const id = z.string().regex(/^[\w-]{1,100}$/);
const chat = z.object({
  kind: z.literal('chat'),
  id,
  title: z.string().max(10_000),
  changed: z.int().nonnegative(),
});
const turn = z.object({
  kind: z.literal('turn'),
  chat: id,
  id,
  parent: id.nullable(),
  turn: z.unknown(),
  results: z.array(z.unknown()).max(1000),
});
const setting = z.object({ kind: z.literal('setting'), key: z.string().max(300), value: z.unknown() });
const kind = z.object({ kind: z.string() });
const kinds = ['chat', 'turn', 'setting'];
const schema = z.discriminatedUnion('kind', [chat, turn, setting]);

/** @throws ARCHIVE_NEWER, ARCHIVE_RECORD */
export async function readRecords(records: Blob, file: string): Promise<readonly ArchiveLine[]> {
  const tree = new CheckedTree(file);
  const lines: ArchiveLine[] = [];
  let line = 0;
  for await (const text of linesOf(records, () => refuse(file, line + 1, 'long'))) {
    line += 1;
    const record = recordOf(text, file, line);
    tree.add(record, line);
    lines.push({ line, record });
  }
  return lines;
}

function refuse(file: string, line: number, problem: ArchiveRecordProblem): never {
  return fail('ARCHIVE_RECORD', { file, line, problem });
}

function recordOf(text: string, file: string, line: number): ArchiveRecord {
  if (isDeep(text)) refuse(file, line, 'deep');
  let read: unknown;
  try {
    read = JSON.parse(text);
  } catch {
    refuse(file, line, 'json');
  }
  const said = kind.safeParse(read);
  if (said.success && !kinds.includes(said.data.kind)) fail('ARCHIVE_NEWER', { file });
  const parsed = schema.safeParse(read);
  return parsed.success ? parsed.data : refuse(file, line, 'fields');
}

/** Looked at before it is parsed. */
function isDeep(text: string): boolean {
  let depth = 0;
  let isQuoted = false;
  for (let at = 0; at < text.length; at++) {
    const unit = text[at];
    if (isQuoted && unit === '\\') at += 1;
    else if (unit === '"') isQuoted = !isQuoted;
    else if (!isQuoted && (unit === '{' || unit === '[')) depth += 1;
    else if (!isQuoted && (unit === '}' || unit === ']')) depth -= 1;
    if (depth > deepest) return true;
  }
  return false;
}

/** Each chat once and before its turns, each turn once and behind the one that it follows: so there are no rings. */
class CheckedTree {
  readonly #file: string;
  readonly #chats = new Map<string, Set<string>>();
  readonly #turns = new Set<string>();

  constructor(file: string) {
    this.#file = file;
  }

  add(record: ArchiveRecord, line: number): void {
    if (record.kind === 'chat') {
      if (this.#chats.has(record.id)) refuse(this.#file, line, 'twice');
      this.#chats.set(record.id, new Set());
    }
    if (record.kind !== 'turn') return;
    const turns = this.#chats.get(record.chat);
    if (turns === undefined || (record.parent !== null && !turns.has(record.parent)))
      refuse(this.#file, line, 'parent');
    if (this.#turns.has(record.id)) refuse(this.#file, line, 'twice');
    turns.add(record.id);
    this.#turns.add(record.id);
  }
}

/** Without their ends; an empty one is none. */
async function* linesOf(blob: Blob, tooLong: () => never): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  // A slice that ends within a letter is put together by the decoder.
  for (let at = 0; at < blob.size; at += sliceBytes) {
    rest += decoder.decode(await blob.slice(at, at + sliceBytes).arrayBuffer(), { stream: true });
    const lines = rest.split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > longestLine) tooLong();
    for (const line of lines) if (line !== '') yield line;
  }
  rest += decoder.decode();
  if (rest !== '') yield rest;
}

const sliceBytes = 2 ** 20;
