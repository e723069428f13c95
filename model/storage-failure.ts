/** What is wrong with a file that was to be imported. */
export type ArchiveProblem = 'foreign' | 'broken off' | 'damaged' | 'path' | 'twice' | 'bomb';

/** What is wrong with a line of its records. */
export type ArchiveRecordProblem = 'json' | 'deep' | 'long' | 'fields' | 'twice' | 'parent';

/** The failures of keeping conversations on this device. */
export interface StorageFailureData {
  /**
   * Something of a conversation that the browser would not store; the page holds it and tries again until it is closed. `detail`
   * is the browser's own error, for diagnostics.
   */
  NOT_KEPT: { readonly what: 'chat' | 'picture'; readonly reason: 'full' | 'other'; readonly detail: string };
  /** What was stored is gone, or its last records are: evicted, cleared or damaged while the page was closed. */
  STORAGE_LOST: { readonly extent: 'all' | 'some' };
  /** What was stored was cleared while the page was open. */
  STORAGE_REMOVED: Readonly<Record<string, never>>;
  /** Records that were changed on the disk; they are kept as they are. */
  STORAGE_DAMAGED: { readonly count: number };
  /** A newer version of this software writes the store: this one may only read. */
  STORAGE_OUTDATED: Readonly<Record<string, never>>;
  /** A picture of a conversation that is no longer stored, or whose file was changed. */
  PICTURE_GONE: Readonly<Record<string, never>>;
  /** The embeddings that a picture was painted from are no longer stored, or their file was changed; the picture is there. */
  EMBEDDINGS_GONE: { readonly wanted: 'recipe' | 'variation' };
  /** The latents that an interrupted drawing had come to are no longer stored, or are not those of that drawing. */
  LATENTS_GONE: Readonly<Record<string, never>>;
  /** A file that is no whole archive of ours; nothing of it was imported. */
  ARCHIVE_FILE: { readonly file: string; readonly problem: ArchiveProblem };
  /** An archive, or a record in it, of a newer version of this software. */
  ARCHIVE_NEWER: { readonly file: string };
  ARCHIVE_RECORD: { readonly file: string; readonly line: number; readonly problem: ArchiveRecordProblem };
  /** A file in the archive is not the one that its name, the hash of its bytes, says. */
  ARCHIVE_PICTURE: { readonly file: string; readonly picture: string };
  /** The pictures of an archive need more room than there is; nothing was written. In bytes. */
  ARCHIVE_ROOM: { readonly file: string; readonly needed: number; readonly free: number };
  /** The browser could not write what was to be imported. */
  ARCHIVE_UNWRITTEN: { readonly file: string; readonly reason: 'full' | 'other'; readonly detail: string };
  /** A file that was to be imported as a preset; `fields` where a setting in it cannot be used. */
  PRESET_FILE: { readonly file: string; readonly problem: 'foreign' | 'newer' | 'fields' };
  /** Something of what was to be cleared is held open, by another tab for instance. */
  CLEAR_PARTLY: Readonly<Record<string, never>>;
}
