import { readdir, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';

/** A folder that holds case.json. `name` is its path below the searched folder, or its own name when it is that folder. */
export interface FoundCase {
  readonly name: string;
  readonly path: string;
}

/** Every case at or below `directory`, sorted; nothing below a case is searched. A folder that is not there has none. */
export async function findCases(directory: string): Promise<readonly FoundCase[]> {
  const found: string[] = [];
  await search(directory, found);
  return found
    .map((path) => ({ name: relative(directory, path) || lastPart(directory), path }))
    .sort((left, right) => (left.name < right.name ? -1 : 1));
}

async function search(directory: string, found: string[]): Promise<void> {
  const isFolder = await stat(directory).then(
    (status) => status.isDirectory(),
    () => false,
  );
  if (!isFolder) return;
  const names = await readdir(directory, { withFileTypes: true });
  if (names.some((entry) => entry.name === 'case.json' && !entry.isDirectory())) {
    found.push(directory);
    return;
  }
  for (const entry of names) {
    if (entry.isDirectory() || entry.isSymbolicLink()) await search(join(directory, entry.name), found);
  }
}

function lastPart(path: string): string {
  return path.split(/[\\/]/).filter(Boolean).at(-1) ?? path;
}
