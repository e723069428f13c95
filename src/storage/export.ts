/** Everything, or one chat, as an archive. Pictures pass one after the other. */

import { resultOf } from '../../session/result-of.ts';
import type { Exported } from '../../words/data-sentences.ts';
import type { ArchiveRecord, ArchiveWorker } from '../../workers/storage/protocol.ts';
import { chatLines, picturesOf } from './archive-lines.ts';
import type { ChatRecord } from './records.ts';
import type { Storage } from './storage.ts';

/** So many records are handed over at once. */
const recordsAtOnce = 100;

/** Of files. */
export type TellProgress = (done: number, total: number) => void;

export interface WrittenArchive extends Exported {
  readonly file: Blob;
}

interface Taken {
  readonly chats: readonly ChatRecord[];
  readonly settings: Readonly<Record<string, unknown>>;
  /** Text beside the records, made when it is known what the pictures are called: by their hashes. */
  readonly text: { readonly name: string; write(names: ReadonlyMap<string, string>): string } | null;
}

export async function writeArchive(
  worker: ArchiveWorker,
  storage: Pick<Storage, 'blob'>,
  { chats, settings, text }: Taken,
  tell: TellProgress,
): Promise<WrittenArchive> {
  const lines = Object.entries(settings).map(([key, value]): ArchiveRecord => ({ kind: 'setting', key, value }));
  const named = await handOver(worker, lines);
  for (const chat of chats) for (const hash of await handOver(worker, chatLines(chat))) named.add(hash);
  const names = new Map<string, string>();
  let done = 0;
  for (const hash of named) {
    tell(done++, named.size);
    const blob = await storage.blob(hash);
    if (blob !== null) names.set(hash, resultOf(await worker.addFile(hash, blob)));
  }
  if (text !== null) resultOf(await worker.addText(text.name, text.write(names)));
  const file = resultOf(await worker.finish());
  const turns = chats.flatMap((chat) => chat.turns);
  const shown = new Set(picturesOf(turns));
  return {
    file,
    missing: [...shown].filter((hash) => !names.has(hash)).length,
    unreadable: turns.filter(({ from }) => from === 'unreadable').length,
  };
}

async function handOver(worker: ArchiveWorker, records: readonly ArchiveRecord[]): Promise<Set<string>> {
  const named = new Set<string>();
  for (let at = 0; at < records.length; at += recordsAtOnce)
    for (const hash of resultOf(await worker.addRecords(records.slice(at, at + recordsAtOnce)))) named.add(hash);
  return named;
}
