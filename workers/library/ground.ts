/** What the library stands on: a browser's, or the tests' own. */
import type { Sha256Maker } from '../../model/bundle/hashes.ts';
import type { OpenTokenizer } from '../../model/bundle/text-ids.ts';
import type { BundleFiles } from './bundle-files.ts';
import type { Checkpoint } from './checkpoint.ts';
import type { OpenTools } from './conversion.ts';
import type { LibraryDisk } from './disk.ts';
import type { FolderHandles } from './folder-handles.ts';
import type { ModelLocks } from './locks.ts';
import type { InstallSource, LibraryEvent } from './protocol.ts';

export interface LibraryGround {
  readonly disk: LibraryDisk;
  readonly locks: ModelLocks;
  readonly handles: FolderHandles;
  /** The checkpoint of a source; null where it holds none. */
  readonly checkpointOf: (source: InstallSource) => Promise<Checkpoint | null>;
  readonly conversionTools: () => Promise<OpenTools>;
  readonly openTokenizer: OpenTokenizer;
  readonly sha256: Sha256Maker;
  /**
   * The files of a bundle at a source; null where it holds none by its kind.
   *
   * @throws ADDRESS_INVALID
   */
  readonly filesOf: (source: InstallSource) => BundleFiles | null;
  readonly tell: (event: LibraryEvent) => void;
  readonly wait: (ms: number) => Promise<void>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Bytes that this site stores; null where the browser does not say. */
  readonly stored: () => Promise<number | null>;
}
