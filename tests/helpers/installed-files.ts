import { expect } from 'vitest';
import type { FaultFolder } from './fault-folder.ts';

/** Every file of a model is on the disk as it should be, and nothing else but the journal. */
export function expectInstalled(disk: FaultFolder, key: string, files: ReadonlyMap<string, Uint8Array>): void {
  const names = [...files.keys(), 'library.log'].map((name) => `${key}/${name}`);
  expect([...disk.fileNames].sort()).toEqual(names.sort());
  for (const [name, bytes] of files) expect(Buffer.compare(disk.bytes(`${key}/${name}`), bytes), name).toBe(0);
}
