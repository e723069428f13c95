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
}
