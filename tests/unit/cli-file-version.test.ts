/** A file's version, by which an interrupted conversion knows whether its checkpoint is still the same. */
import { copyFileSync, mkdtempSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { openFile } from '../../cli/files.ts';

const folder = mkdtempSync(join(tmpdir(), 'nexus-file-version-'));
afterAll(() => rmSync(folder, { recursive: true }));

const path = join(folder, 'model.safetensors');

async function version(): Promise<string | undefined> {
  return (await openFile(path)).version;
}

test('a file that nobody touches keeps its version', async () => {
  writeFileSync(path, 'one training');
  const before = await version();
  expect(before).toMatch(/\d/);
  await (await openFile(path)).read(0, 4);
  expect(await version()).toBe(before);
});

test('another training of equal size and date has another version', async () => {
  writeFileSync(path, 'one training');
  const before = await version();
  const { atime, mtime } = statSync(path);
  const other = join(folder, 'other.safetensors');
  writeFileSync(other, 'two training');
  // The system's clock for files ticks only so often.
  await new Promise((resolve) => setTimeout(resolve, 20));
  copyFileSync(other, path);
  utimesSync(path, atime, mtime);
  expect(statSync(path).size).toBe(12);
  expect(await version()).not.toBe(before);
});
