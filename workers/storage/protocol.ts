/** What the page and its storage worker say to each other. */
import type { Failure } from '../../model/failure.ts';
import type { Outcome } from '../protocol.ts';

/** One change. Ids are the page's own; the worker compares them and gives them no other meaning. */
export type Change =
  | TurnChange
  | {
      readonly kind: 'result';
      readonly chat: string;
      readonly turn: string;
      readonly id: string;
      readonly result: unknown;
    }
  | { readonly kind: 'title'; readonly chat: string; readonly title: string }
  | TurnDeletion
  | { readonly kind: 'result-deletion'; readonly chat: string; readonly turn: string; readonly id: string }
  | { readonly kind: 'chat-deletion'; readonly chat: string }
  | { readonly kind: 'setting'; readonly key: string; readonly value: unknown };

/** A change that is to be written. */
export type NewChange = Change & {
  /** When it was made, in milliseconds since 1970, where that was before it came here; else it is made now. */
  readonly at?: number;
};

export interface TurnChange {
  readonly kind: 'turn';
  readonly chat: string;
  readonly id: string;
  /** The turn before it; null begins the chat. */
  readonly parent: string | null;
  /**
   * A new turn goes behind the newest of its parent's path, or stays beside what follows its parent. One that was deleted comes
   * back beside it alone: who writes on in a turn that another tab deleted meanwhile does not bring it back.
   */
  readonly place: 'behind' | 'beside';
  readonly turn: unknown;
}

export interface TurnDeletion {
  readonly kind: 'turn-deletion';
  readonly chat: string;
  readonly id: string;
  /** What was before it: turns behind it follow that one from then on. */
  readonly parent: string | null;
}

/** A change as it was written: when, in milliseconds since 1970, and by which tab. */
export interface StoredRecord {
  readonly number: number;
  readonly at: number;
  readonly by: string;
  readonly change: Change;
}

/** Something that cannot be read, and the turn it belongs to, as far as its bytes still tell. */
export interface UnreadableRecord {
  /** Zero where its bytes no longer tell. */
  readonly number: number;
  readonly why: 'damaged' | 'newer';
  readonly chat: string | null;
  readonly turn: string | null;
}

export type ReadRecord =
  | { readonly state: 'read'; readonly record: StoredRecord }
  | { readonly state: 'unreadable'; readonly record: UnreadableRecord };

export type StoredTurn =
  | {
      readonly state: 'read';
      readonly id: string;
      readonly parent: string | null;
      readonly turn: unknown;
      readonly results: readonly unknown[];
      readonly by: string;
    }
  | {
      readonly state: 'unreadable';
      readonly id: string;
      readonly parent: string | null;
      readonly why: UnreadableRecord['why'];
    };

export interface StoredChat {
  readonly id: string;
  readonly title: string;
  readonly changed: number;
  /** In the order of their making. */
  readonly turns: readonly StoredTurn[];
}

export type StorageRole = 'writer' | 'follower' | 'outdated';

export type StorageEvent =
  /** Changes of other tabs. */
  | { readonly type: 'records'; readonly records: readonly StoredRecord[] }
  | { readonly type: 'role'; readonly role: StorageRole }
  /** A tab that changed something has ended: what it was at work on stays as it is. */
  | { readonly type: 'tab-ended'; readonly tab: string };

/** How an event comes beside Comlink's answers. */
export interface StorageSaying {
  readonly storage: StorageEvent;
}

export interface OpenedStorage {
  readonly role: StorageRole;
  readonly chats: readonly StoredChat[];
  readonly settings: Readonly<Record<string, unknown>>;
  /** The number of the newest record. */
  readonly number: number;
  /** Tabs that live beside this one. */
  readonly others: readonly string[];
  /** What a person has to be told: lost or damaged records. */
  readonly told: readonly Failure[];
}

export interface StorageWorker {
  /** Once a life. `expected` is the number of the newest record that the page knows to have been kept. */
  open(expected: number): Promise<Outcome<OpenedStorage>>;
  /** Records that came after a number, for a page whose worker ended. */
  since(number: number): Promise<readonly StoredRecord[]>;
  /** Succeeds when the changes are on the disk. */
  commit(changes: readonly NewChange[]): Promise<Outcome<readonly StoredRecord[]>>;
  /** A stored file by the SHA-256 of its bytes; null where it is missing, empty or was changed. */
  blob(hash: string): Promise<Blob | null>;
  putBlob(hash: string, blob: Blob): Promise<Outcome<null>>;
  /**
   * What was deleted leaves the disk: the log is written anew without it, where this tab writes, and, where no other tab is open,
   * files go that no record names.
   *
   * @param keep hashes of files that are needed all the same
   */
  clean(keep: readonly string[]): Promise<void>;
  /** Files go that were written for what could not be kept after all: those that no record names, where no other tab is open. */
  discard(hashes: readonly string[]): Promise<void>;
}

/** A line of an archive's records (docs/archive.md). */
export type ArchiveRecord =
  /** Comes before the turns of the chat. `changed` is in milliseconds since 1970. */
  | { readonly kind: 'chat'; readonly id: string; readonly title: string; readonly changed: number }
  /** Comes behind the turn that it follows. */
  | {
      readonly kind: 'turn';
      readonly chat: string;
      readonly id: string;
      readonly parent: string | null;
      readonly turn: unknown;
      readonly results: readonly unknown[];
    }
  | { readonly kind: 'setting'; readonly key: string; readonly value: unknown };

export interface ArchiveLine {
  /** Counted from 1. */
  readonly line: number;
  readonly record: ArchiveRecord;
}

/** What an archive has beside its records. */
export interface OpenedArchive {
  /** Of its files, by the SHA-256 that their names say. */
  readonly bytes: ReadonlyMap<string, number>;
}

/** Writes or reads one archive; ended behind it. */
export interface ArchiveWorker {
  /** Answers with every SHA-256 that the records name and none before did. */
  addRecords(records: readonly ArchiveRecord[]): Promise<Outcome<readonly string[]>>;
  /** Answers with the name that it has in the archive. */
  addFile(hash: string, file: Blob): Promise<Outcome<string>>;
  /** A file under a name of its own. */
  addNamed(name: string, file: Blob): Promise<Outcome<null>>;
  addText(name: string, text: string): Promise<Outcome<null>>;
  finish(): Promise<Outcome<Blob>>;
  /** A zip of the named files alone, which is no archive. */
  close(): Promise<Outcome<Blob>>;
  /** @throws ARCHIVE_FILE, ARCHIVE_NEWER, ARCHIVE_RECORD */
  open(archive: Blob, name: string): Promise<Outcome<OpenedArchive>>;
  /** The next of the records, which were all checked before; none at the end. */
  records(): Promise<Outcome<readonly ArchiveLine[]>>;
  /** @throws ARCHIVE_FILE, ARCHIVE_PICTURE */
  file(hash: string): Promise<Outcome<Blob>>;
}
