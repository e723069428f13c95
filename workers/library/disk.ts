/** Where models are installed: a folder each. The browser's private file system is one (`opfs-disk.ts`), the tests' another. */
import type { SourceFolder } from '../../model/checkpoint/source.ts';
import type { ClosableFolder } from '../bundle/checked-folder.ts';
import type { StorageFolder } from '../storage/files.ts';

export interface LibraryDisk {
  folders(): Promise<readonly string[]>;
  /** Made where there is none. */
  folder(name: string): Promise<StorageFolder>;
  /** For reading alone, also while others read. */
  reading(name: string): ClosableFolder;
  /** Its files as they are when they are opened; none is held open, so that they may be replaced. */
  snapshot(name: string): Promise<SourceFolder>;
  /** With all that is in it. */
  removeFolder(name: string): Promise<void>;
}
