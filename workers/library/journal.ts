/**
 * What is known of a model's files: an append-only record beside them. A chunk is noted when it lies on the disk for certain; a
 * note that was broken off was of nothing that counts yet.
 */
import { z } from 'zod';
import { abilities, extras, type Installable, installables } from '../../model/bundle/installables.ts';
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
import { officialLayoutNames } from './official-layouts.ts';
import type { ModelPlace, NotedSource } from './protocol.ts';

export const journalFile = 'library.log';

const chunk = z.int().nonnegative();

const hosts = z.array(z.string()).readonly();
const addressSchema = z.object({ kind: z.literal('address'), address: z.string(), hosts });
const officialSchema = z.object({
  kind: z.literal('official'),
  layout: z.enum(officialLayoutNames),
  mirror: z.string().nullable(),
  hosts,
});

const sourceSchema = z.discriminatedUnion('kind', [
  addressSchema,
  z.object({ kind: z.enum(['directory', 'files']), name: z.string() }),
  z.object({
    kind: z.literal('checkpoint'),
    name: z.string(),
    // Of the time before checkpoints came from other hosts.
    from: z.discriminatedUnion('kind', [addressSchema, officialSchema]).nullable().default(null),
  }),
]);

const abilitiesSchema = z.array(z.enum(abilities)).readonly();
const extrasSchema = z.array(z.enum(extras)).readonly();

interface NotedWanted {
  readonly wanted?: readonly (typeof abilities)[number][] | undefined;
  readonly extras?: readonly (typeof extras)[number][] | undefined;
}

/** As it is written down. */
export function notedWanted(wanted: readonly Installable[]): NotedWanted {
  const named = <One extends Installable>(all: readonly One[]) => all.filter((one) => wanted.includes(one));
  return { wanted: named(abilities), extras: named(extras) };
}

/** Whoever wanted all abilities got the extras with them before these had a note of their own. */
function wantedOf({ wanted = abilities, extras: noted }: NotedWanted): readonly Installable[] {
  const isAll = abilities.every((ability) => wanted.includes(ability));
  return [...wanted, ...(noted ?? (isAll ? extras : []))];
}

const placeSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('browser') }),
  z.object({ kind: z.literal('folder'), name: z.string() }),
]);

const noteSchema = z.discriminatedUnion('kind', [
  /** Where its files come from, from now on. */
  z.object({
    kind: z.literal('source'),
    source: sourceSchema,
    name: z.string(),
    bytes: chunk,
    /** What was asked for; absent where that was all there is. */
    wanted: abilitiesSchema.optional(),
    extras: extrasSchema.optional(),
    /** Negative prompts that were asked for with these. */
    negativeTexts: z.array(z.string()).readonly().optional(),
    /** Names the checkpoint that files are made from, where they are. */
    checkpoint: z.string().optional(),
  }),
  /** All that was asked for is there. */
  z.object({ kind: z.literal('complete') }),
  /** A file that was converted, under no description yet. */
  z.object({ kind: z.literal('made'), path: z.string(), bytes: chunk }),
  /** Chunks that were compared with their hashes and lie on the disk. */
  z.object({ kind: z.literal('kept'), path: z.string(), chunks: z.array(chunk) }),
  /** Chunks that were found missing or changed since. */
  z.object({ kind: z.literal('damaged'), path: z.string(), chunks: z.array(chunk) }),
  /** A shard that is being converted, as far as it lies on the disk for certain (`ShardMark`); `plan` names what it is made from. */
  z.object({
    kind: z.literal('converting'),
    path: z.string(),
    plan: z.string(),
    steps: chunk,
    bytes: chunk,
    onlyZeros: z.boolean(),
    ahead: chunk.default(0),
    crc32: chunk,
  }),
  /** The bundle.json of what was converted: no host has it. */
  z.object({ kind: z.literal('described'), text: z.string() }),
  /** Every chunk was found as it should be; `at` in milliseconds since 1970. */
  z.object({ kind: z.literal('verified'), at: z.number() }),
  /** Its files are being copied to there; null where that was given up. */
  z.object({ kind: z.literal('moving'), to: placeSchema.nullable() }),
  /** Chunks that were copied into the browser's storage while the model lies elsewhere, compared with their hashes. */
  z.object({ kind: z.literal('copied'), path: z.string(), chunks: z.array(chunk) }),
  /** Copied chunks that are not there any more. */
  z.object({ kind: z.literal('uncopied'), path: z.string(), chunks: z.array(chunk) }),
  /** Its files lie there from now on, whole. */
  z.object({ kind: z.literal('placed'), at: placeSchema }),
  /** The person deleted the model: whatever is left of it goes. */
  z.object({ kind: z.literal('deleted') }),
]);

export type Note = z.infer<typeof noteSchema>;
type Converting = Extract<Note, { kind: 'converting' }>;

/** What all notes together say. */
export interface Known {
  readonly source: NotedSource | null;
  /** Of the model; null where no source was noted. */
  readonly name: string | null;
  /** Of all its files. */
  readonly bytes: number;
  readonly kept: ReadonlyMap<string, ReadonlySet<number>>;
  /** Bytes of files that were converted, by their names. */
  readonly made: ReadonlyMap<string, number>;
  /** Abilities that were asked for, and whether all of that is there. */
  readonly wanted: readonly Installable[];
  /** Negative prompts that were asked for with them. */
  readonly negativeTexts: readonly string[];
  readonly isComplete: boolean;
  readonly checkpoint: string | null;
  /** Something of it was whole once and is not any more. */
  readonly isDamaged: boolean;
  readonly verifiedAt: number | null;
  /** The shard that was converted last, as far as it came. */
  readonly converting: Converting | null;
  /** The bundle.json of what was converted last, as text. */
  readonly described: string | null;
  readonly place: ModelPlace;
  /** Where its files were being copied to; null where they were not. */
  readonly moving: ModelPlace | null;
  /** Chunks that were copied into the browser's storage, of a model that lies elsewhere. */
  readonly copied: ReadonlyMap<string, ReadonlySet<number>>;
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
  const known = new Knowledge();
  for (const note of notes) known.take(note);
  return known;
}

/** What the notes say, one after the other. */
class Knowledge implements Known {
  source: NotedSource | null = null;
  name: string | null = null;
  bytes = 0;
  readonly kept = new Map<string, Set<number>>();
  readonly made = new Map<string, number>();
  wanted: readonly Installable[] = installables;
  negativeTexts: readonly string[] = [];
  isComplete = true;
  checkpoint: string | null = null;
  verifiedAt: number | null = null;
  converting: Converting | null = null;
  described: string | null = null;
  place: ModelPlace = { kind: 'browser' };
  moving: ModelPlace | null = null;
  readonly copied = new Map<string, Set<number>>();
  isDeleted = false;
  readonly #damaged = new Set<string>();

  get isDamaged(): boolean {
    return this.#damaged.size > 0;
  }

  take(note: Note): void {
    switch (note.kind) {
      case 'source':
        this.#takeSource(note);
        return;
      case 'kept':
        for (const at of note.chunks) {
          setOf(this.kept, note.path).add(at);
          this.#damaged.delete(`${note.path} ${at}`);
        }
        return;
      case 'damaged':
        for (const at of note.chunks) {
          setOf(this.kept, note.path).delete(at);
          this.#damaged.add(`${note.path} ${at}`);
        }
        this.verifiedAt = null;
        return;
      case 'complete':
        this.isComplete = true;
        return;
      case 'made':
        this.made.set(note.path, note.bytes);
        return;
      case 'converting':
        this.converting = note;
        return;
      case 'described':
        this.described = note.text;
        return;
      case 'verified':
        this.verifiedAt = note.at;
        return;
      case 'moving':
        this.moving = note.to;
        if (note.to === null) this.copied.clear();
        return;
      case 'copied':
        for (const at of note.chunks) setOf(this.copied, note.path).add(at);
        return;
      case 'uncopied':
        for (const at of note.chunks) setOf(this.copied, note.path).delete(at);
        return;
      case 'placed':
        this.place = note.at;
        this.moving = null;
        this.copied.clear();
        return;
      case 'deleted':
        this.isDeleted = true;
        return;
    }
  }

  #takeSource(note: Extract<Note, { kind: 'source' }>): void {
    const { source, name, bytes, wanted } = note;
    const checkpoint = note.checkpoint ?? null;
    this.source = source;
    this.name = name;
    this.bytes = bytes;
    this.wanted = wantedOf(note);
    this.negativeTexts = note.negativeTexts ?? [];
    this.isComplete = wanted === undefined;
    this.isDeleted = false;
    if (checkpoint !== this.checkpoint) {
      this.made.clear();
      this.described = null;
    }
    this.checkpoint = checkpoint;
  }
}

function setOf(chunksOf: Map<string, Set<number>>, path: string): Set<number> {
  const chunks = chunksOf.get(path) ?? new Set<number>();
  chunksOf.set(path, chunks);
  return chunks;
}

/** Files that a write or a browser left half. */
export const isRemainder = (name: string) => name.endsWith(partSuffix) || name.endsWith('.crswap');
