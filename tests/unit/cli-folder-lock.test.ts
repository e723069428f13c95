/** Two conversions into one folder: the second is refused while the first runs, and what a killed one left is taken over. */
import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { lockFolder } from '../../cli/folder-lock.ts';
import { main } from '../../cli/nexus.ts';
import { failureOf } from '../../model/failure.ts';
import { tinySizes } from '../../tools/checkpoint/tiny-sizes.ts';
import { runKilled } from '../helpers/run-killed.ts';
import { watchTerminal } from '../helpers/terminal.ts';
import { tinyCheckpoint } from '../helpers/tiny-checkpoint.ts';
import { writeFiles } from '../helpers/write-files.ts';

vi.setConfig({ testTimeout: 120_000 });

const terminal = watchTerminal();
const lock = '.conversion-lock';
let root = '';
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'lock-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

const busy = (folder: string) => lockFolder(folder).catch(failureOf);

test('one at a time, and free again when it has ended, however it ended', async () => {
  {
    await using _ = await lockFolder(root);
    expect(await busy(root)).toMatchObject({
      code: 'FOLDER_BUSY',
      data: { folder: root, process: String(process.pid), machine: hostname() },
    });
  }
  expect(await readdir(root)).toEqual([]);
  await using _ = await lockFolder(root);
  expect(await readdir(root)).toEqual([lock]);
});

test('of many that begin at once just one holds it', async () => {
  const tried = await Promise.all(Array.from({ length: 8 }, () => busy(root)));
  expect(tried.filter((one) => 'code' in one)).toHaveLength(7);
  expect(await readdir(root)).toEqual([lock]);
});

test('what a killed process left is taken over', async () => {
  const module = JSON.stringify(new URL('../../cli/folder-lock.ts', import.meta.url).href);
  runKilled(`import { lockFolder } from ${module};
    await lockFolder(${JSON.stringify(root)})`);
  expect(await readdir(root)).toEqual([lock]);
  const holders = await Promise.all([busy(root), busy(root)]);
  expect(holders.filter((one) => 'code' in one)).toHaveLength(1);
  expect(await readFile(join(root, lock), 'utf8')).toContain(`${process.pid} `);
});

test('a process of another machine holds it for as long as its file is renewed', async () => {
  const path = join(root, lock);
  await writeFile(path, '4194305 0badcafe elsewhere\n');
  expect(await busy(root)).toMatchObject({ code: 'FOLDER_BUSY', data: { process: '4194305', machine: 'elsewhere' } });
  const longAgo = new Date(Date.now() - 11 * 60_000);
  await utimes(path, longAgo, longAgo);
  await using _ = await lockFolder(root);
  expect(await readFile(path, 'utf8')).toContain(hostname());
});

test('a conversion into a folder that another one writes into is refused, and says which', async () => {
  const checkpoint = join(root, 'checkpoint');
  await writeFiles(checkpoint, tinyCheckpoint(tinySizes));
  // As a person types it.
  const to = relative(process.cwd(), join(root, 'bundle'));
  await mkdir(to);
  const convert = ['convert', '--from', checkpoint, '--to', to, '--quiet', '--threads', '1'];
  {
    await using _ = await lockFolder(to);
    expect(await main([...convert, '--precision', 'q8'])).toBe(1);
    expect(terminal.stderr).toContain(
      `Another conversion is writing into ${to} (process ${process.pid} on ${hostname()}).`,
    );
    expect(await readdir(to)).toEqual([lock]);
  }
  expect(await main(convert)).toBe(0);
  expect(await readdir(to)).not.toContain(lock);
});
