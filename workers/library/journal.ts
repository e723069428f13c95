/**
 * What is known of a model's files: an append-only record beside them. A chunk is noted when it lies on the disk for certain; a
 * note that was broken off was of nothing that counts yet.
 */
import { z } from 'zod';
import { decodeUtf8, encodeUtf8 } from '../../model/checkpoint/utf8.ts';
import {
  partSuffix,
  readWhole,
  type StorageFile,
  type StorageFolder,
  writeFileWhole,
  writeWhole,
} from '../storage/files.ts';
import {
  encodeLogHeader,
  encodeRecord,
  logVersion,
  type ScannedLog,
  scanLog,
  storageVersion,
} from '../storage/frames.ts';
import type { NotedSource } from './protocol.ts';

export const journalFile = 'library.log';

const chunk = z.int().nonnegative();

const sourceSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('address'), address: z.string(), hosts: z.array(z.string()).readonly() }),
  z.object({ kind: z.enum(['directory', 'files', 'checkpoint']), name: z.string() }),
]);

const noteSchema = z.discriminatedUnion('kind', [
  /** Where its files come from, from now on. */
  z.object({ kind: z.literal('source'), source: sourceSchema, name: z.string(), bytes: chunk }),
  /** Chunks that were compared with their hashes and lie on the disk. */
  z.object({ kind: z.literal('kept'), path: z.string(), chunks: z.array(chunk) }),
  /** Chunks that were found missing or changed since. */
  z.object({ kind: z.literal('damaged'), path: z.string(), chunks: z.array(chunk) }),
  /** Every chunk was found as it should be; `at` in milliseconds since 1970. */
  z.object({ kind: z.literal('verified'), at: z.number() }),
  /** The person deleted the model: whatever is left of it goes. */
  z.object({ kind: z.literal('deleted') }),
]);

export type Note = z.infer<typeof noteSchema>;

/** What all notes together say. */
export interface Known {
  readonly source: NotedSource | null;
  /** Of the model; null where no source was noted. */
  readonly name: string | null;
  /** Of all its files. */
  readonly bytes: number;
  readonly kept: ReadonlyMap<string, ReadonlySet<number>>;
  /** Something of it was whole once and is not any more. */
  readonly isDamaged: boolean;
  readonly verifiedAt: number | null;
  readonly isDeleted: boolean;
}

/** What is written in a folder; null where nothing is that can be read. */
export async function readKnown(folder: StorageFolder): Promise<Known | null> {
  const bytes = await folder.read(journalFile);
  const scanned = bytes && scanLog(bytes);
  return scanned === null || scanned.version === null ? null : knownOf(notesIn(scanned));
}

export class Journal {
  readonly #file: StorageFile;
  readonly #notes: Note[];
  #number: number;
  #end: number;

  private constructor(file: StorageFile, bytes: Uint8Array) {
    const scanned = scanLog(bytes);
    const { frames, end } = scanned;
    this.#file = file;
    this.#notes = [...notesIn(scanned)];
    this.#number = frames.reduce((most, frame) => Math.max(most, frame.number ?? 0), 0);
    this.#end = end;
  }

  /** Opens a folder's journal to write to it, a new one where there is none or its beginning cannot be read. */
  static async open(folder: StorageFolder): Promise<Journal> {
    const before = await folder.read(journalFile);
    if (before === null || logVersion(before) === null) await writeFileWhole(folder, journalFile, [encodeLogHeader()]);
    const file = await folder.open(journalFile);
    try {
      const journal = new Journal(file, readWhole(file));
      // What a broken-off write left is no beginning of the next.
      if (file.size() > journal.#end) {
        file.truncate(journal.#end);
        file.flush();
      }
      return journal;
    } catch (error) {
      file.close();
      throw error;
    }
  }

  get known(): Known {
    return knownOf(this.#notes);
  }

  /** On the disk when it returns. A failed write leaves what was there. */
  add(note: Note): void {
    const record = encodeRecord(this.#number + 1, encodeUtf8(JSON.stringify(note)));
    writeWhole(this.#file, record, this.#end);
    this.#file.flush();
    this.#number += 1;
    this.#end += record.length;
    this.#notes.push(note);
  }

  close(): void {
    this.#file.close();
  }
}

/** Notes that were changed on the disk, or that only a newer version knows, count as not there: their chunks are fetched again. */
function notesIn({ frames }: ScannedLog): readonly Note[] {
  return frames.flatMap((frame) => {
    if (frame.state !== 'whole' || frame.version !== storageVersion) return [];
    const note = noteSchema.safeParse(JSON.parse(decodeUtf8(frame.payload) ?? 'null'));
    return note.success ? [note.data] : [];
  });
}

function knownOf(notes: readonly Note[]): Known {
  const kept = new Map<string, Set<number>>();
  const damaged = new Set<string>();
  const of = (path: string) => {
    const chunks = kept.get(path) ?? new Set<number>();
    kept.set(path, chunks);
    return chunks;
  };
  let source: NotedSource | null = null;
  let name: string | null = null;
  let bytes = 0;
  let verifiedAt: number | null = null;
  let isDeleted = false;
  for (const note of notes) {
    switch (note.kind) {
      case 'source':
        ({ source, name, bytes } = note);
        isDeleted = false;
        break;
      case 'kept':
        for (const at of note.chunks) {
          of(note.path).add(at);
          damaged.delete(`${note.path} ${at}`);
        }
        break;
      case 'damaged':
        for (const at of note.chunks) {
          of(note.path).delete(at);
          damaged.add(`${note.path} ${at}`);
        }
        verifiedAt = null;
        break;
      case 'verified':
        verifiedAt = note.at;
        break;
      case 'deleted':
        isDeleted = true;
        break;
    }
  }
  return { source, name, bytes, kept, isDamaged: damaged.size > 0, verifiedAt, isDeleted };
}

/** Files that a write or a browser left half. */
export const isRemainder = (name: string) => name.endsWith(partSuffix) || name.endsWith('.crswap');
