import { type FileHandle, mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { sweepLeftovers, unfinishedIn } from '../../cli/leftovers.ts';
import { notWritten } from '../../cli/whole-file.ts';

/** A file written from its beginning to its end, with holes that take no room on the disk where its file system has them. */
export class SparseFile {
  /** Bytes written or left out so far. */
  position = 0;
  private readonly handle: FileHandle;

  private constructor(handle: FileHandle) {
    this.handle = handle;
  }

  /**
   * Writes a file that appears whole or not at all.
   *
   * @throws WRITE_FAILED
   */
  static async write(path: string, name: string, produce: (file: SparseFile) => Promise<void>): Promise<void> {
    const unfinished = unfinishedIn(dirname(path));
    try {
      await mkdir(dirname(path), { recursive: true });
      await sweepLeftovers(dirname(path), 'files');
      const handle = await open(unfinished, 'wx');
      try {
        const file = new SparseFile(handle);
        await produce(file);
        await handle.truncate(file.position);
        await handle.sync();
      } finally {
        await handle.close();
      }
      await rename(unfinished, path);
    } catch (thrown) {
      await rm(unfinished, { force: true }).catch(() => undefined);
      if (thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string' && 'syscall' in thrown) {
        notWritten(name, thrown);
      }
      throw thrown;
    }
  }

  async append(bytes: Uint8Array): Promise<void> {
    for (let written = 0; written < bytes.length; ) {
      const { bytesWritten } = await this.handle.write(bytes, written, bytes.length - written, this.position);
      written += bytesWritten;
      this.position += bytesWritten;
    }
  }

  skip(bytes: number): void {
    this.position += bytes;
  }
}
