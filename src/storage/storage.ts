import type {
  Change,
  NewChange,
  OpenedStorage,
  StorageEvent,
  StorageRole,
  StoredRecord,
} from '../../workers/storage/protocol.ts';

/** What is stored, and what becomes of what is said: "session" lasts until the page is closed. */
export type StorageOfPage = Omit<OpenedStorage, 'role'> & { readonly role: StorageRole | 'session' };

/**
 * Where chats, settings and pictures are kept. Chats and settings are changes of one log that all tabs share; pictures and
 * embeddings are files found by the SHA-256 of their bytes, so writing one twice changes nothing.
 */
export interface Storage {
  /** What is stored; rejects where nothing can be kept. */
  open(): Promise<StorageOfPage>;
  /**
   * Resolves when the changes are kept for certain, with the places that they were given.
   *
   * @throws NOT_KEPT, STORAGE_REMOVED, STORAGE_OUTDATED
   */
  commit(changes: readonly Change[]): Promise<readonly StoredRecord[]>;
  /**
   * Commits what the page does not show yet, and tells it as another tab's changes are told: all of it is kept when this resolves,
   * and none of it counts where this rejects.
   *
   * @throws NOT_KEPT, STORAGE_REMOVED, STORAGE_OUTDATED
   */
  bring(changes: readonly NewChange[]): Promise<void>;
  /** What other tabs do, after `open`. */
  subscribe(listener: (event: StorageEvent) => void): () => void;
  /** Null where the file is missing, empty or damaged. */
  blob(hash: string): Promise<Blob | null>;
  /** @throws NOT_KEPT */
  putBlob(hash: string, blob: Blob): Promise<void>;
  /**
   * As putBlob, and never tried again by itself.
   *
   * @throws NOT_KEPT
   */
  bringBlob(hash: string, blob: Blob): Promise<void>;
  /** Files that were brought for changes that could not be. Those that something needs all the same stay. */
  discard(hashes: readonly string[]): Promise<void>;
  /**
   * What was deleted leaves the device. Nothing is told where that fails: it is tried again at the next start.
   *
   * @param keep hashes of files that no record names and that are needed all the same
   */
  clean(keep: readonly string[]): Promise<void>;
}

/** SHA-256 of the bytes, in hexadecimal. */
export async function contentHash(bytes: BufferSource): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
