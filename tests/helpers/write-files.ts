/** Files in memory put on the disk. */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** @param files paths within the folder, separated by `/`, and their bytes */
export async function writeFiles(folder: string, files: Iterable<readonly [string, Uint8Array]>): Promise<void> {
  for (const [path, bytes] of files) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), bytes);
  }
}
