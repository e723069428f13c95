/** A build of the page is served whole or not at all. */
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { buildInPlaceOf } from '../../cli/page-build.ts';

let root = '';
let dist = '';
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'page-build-'));
  dist = join(root, 'dist');
  await mkdir(dist);
  await writeFile(join(dist, 'index.html'), 'old');
  await writeFile(join(dist, 'old.js'), 'old');
});
afterEach(() => rm(root, { recursive: true, force: true }));

async function fill(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'index.html'), 'new');
  await new Promise((resolve) => setTimeout(resolve, 5));
  await writeFile(join(folder, 'new.js'), 'new');
}

test('one that breaks off half-way leaves the page that was there', async () => {
  const broken = buildInPlaceOf(dist, async (folder) => {
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'index.html'), 'new');
    throw new Error('killed');
  });
  await expect(broken).rejects.toThrow('killed');
  expect(await readdir(root)).toEqual(['dist']);
  expect((await readdir(dist)).sort()).toEqual(['index.html', 'old.js']);
});

test('one that is made is there whole, without what was before', async () => {
  await buildInPlaceOf(dist, fill);
  expect(await readdir(root)).toEqual(['dist']);
  expect((await readdir(dist)).sort()).toEqual(['index.html', 'new.js']);
});

test('two at once do not mix', async () => {
  await Promise.all([buildInPlaceOf(dist, fill), buildInPlaceOf(dist, fill)]);
  expect(await readdir(root)).toEqual(['dist']);
  expect((await readdir(dist)).sort()).toEqual(['index.html', 'new.js']);
  expect(await readFile(join(dist, 'index.html'), 'utf8')).toBe('new');
});

test('what a killed one left is gone with the next', async () => {
  const left = `${dist}.0-left.unfinished`;
  await fill(left);
  await buildInPlaceOf(dist, fill, { untouchedMs: 0 });
  expect(await readdir(root)).toEqual(['dist']);
});
