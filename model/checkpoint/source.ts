/**
 * Where bytes come from: a file in Node, a `File` of the page, an OPFS handle, an HTTP range. Readers of checkpoints and
 * bundles see only this, so that a 16 GB file is never in memory.
 */
export interface ByteSource {
  /** Shown to a person in failures: a file name, never a whole path. */
  readonly name: string;
  /** Bytes in all. */
  readonly size: number;
  /** Names these very bytes, where whoever keeps them vouches for that: other bytes have another name. */
  readonly version?: string;
  /**
   * The bytes [offset, offset + length). Throws FILE_TRUNCATED where that range is not wholly inside the source and
   * FILE_UNREADABLE where it cannot be read. Bytes that fill their memory are the caller's own: nobody else keeps them.
   *
   * @param until where reading will go on from here up to there, piece by piece: a distant source then asks once
   */
  read(offset: number, length: number, until?: number): Promise<Uint8Array>;
  /**
   * Only where bytes can be had without waiting. A source that compares its bytes with hashes has compared them all by the time
   * that it answers. Throws as `read` does.
   */
  atOnce?(): Promise<ReadAtOnce>;
}

/** Fills `into` with the bytes from `offset` on. Throws as `read` does. */
export type ReadAtOnce = (offset: number, into: Uint8Array) => void;

/** A folder as sources by relative path, for instance the files of a checkpoint or of a bundle. */
export interface SourceFolder {
  /** Relative paths with forward slashes, sorted. */
  list(): Promise<readonly string[]>;
  /** Throws FILE_UNREADABLE when there is no such file. */
  open(path: string): Promise<ByteSource>;
}
