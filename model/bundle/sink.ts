/** Where a bundle is written: a folder of this machine, or later OPFS. */
import type { SourceFolder } from '../checkpoint/source.ts';

export interface BundleWriter {
  /** Appends all of `bytes`. Throws WRITE_FAILED where any of them cannot be written. */
  write(bytes: Uint8Array): Promise<void>;
  /** Resolves when everything written is safely stored. */
  close(): Promise<void>;
}

export interface BundleSink {
  /** The folder's name, shown to a person in failures. */
  readonly name: string;
  /** What is there already, for going on after an interruption. */
  readonly folder: SourceFolder;
  /** Begins a file anew; one of that name is replaced. */
  create(path: string): Promise<BundleWriter>;
  /** Writes a small file that is there whole or not at all. */
  publish(path: string, bytes: Uint8Array): Promise<void>;
  /** Removes a file if it is there. */
  remove(path: string): Promise<void>;
}

/** A SHA-256 in progress. */
export interface Sha256 {
  update(bytes: Uint8Array): void;
  /** Lower-case hexadecimal. */
  digest(): string;
}

/** The model has no cryptography of its own: its surroundings give it. */
export type Sha256Maker = () => Sha256;
