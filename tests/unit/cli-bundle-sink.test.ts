/** Where the converter writes: what is there under a file's own name is that file, whole. */
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openSink } from '../../cli/bundle-sink.ts';
import { failureOf } from '../../model/failure.ts';
import { runKilled } from '../helpers/run-killed.ts';

let root = '';
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'sink-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

test('a file has its name from the moment when it is whole, and not before', async () => {
  const sink = await openSink(root);
  const writer = await sink.create('transformer-3.bin');
  await writer.write(Uint8Array.of(1, 2));
  expect(await readdir(root)).not.toContain('transformer-3.bin');
  await writer.write(Uint8Array.of(3));
  await writer.close();
  expect(await readdir(root)).toEqual(['transformer-3.bin']);
  expect([...(await readFile(join(root, 'transformer-3.bin')))]).toEqual([1, 2, 3]);
});

test('one that is given up leaves what was there before', async () => {
  await writeFile(join(root, 'part.onnx'), 'the old one');
  const writer = await (await openSink(root)).create('part.onnx');
  await writer.write(Uint8Array.of(1));
  await writer.abandon();
  expect(await readdir(root)).toEqual(['part.onnx']);
  expect(await readFile(join(root, 'part.onnx'), 'utf8')).toBe('the old one');
});

test('two conversions at once, into one folder or two, take nothing from each other', async () => {
  const other = join(root, 'other');
  const writers = [];
  for (const folder of [root, other, root]) {
    const writer = await (await openSink(folder)).create('transformer-3.bin');
    await writer.write(Uint8Array.of(writers.length));
    writers.push(writer);
  }
  await openSink(root);
  await openSink(other);
  for (const writer of writers) await writer.close();
  expect((await readdir(root)).sort()).toEqual(['other', 'transformer-3.bin']);
  expect([...(await readFile(join(root, 'transformer-3.bin')))]).toEqual([2]);
  expect([...(await readFile(join(other, 'transformer-3.bin')))]).toEqual([1]);
});

test('what a killed conversion left half-written is gone with the next one, and nothing else is', async () => {
  const module = JSON.stringify(new URL('../../cli/bundle-sink.ts', import.meta.url).href);
  runKilled(`import { openSink } from ${module};
    const writer = await (await openSink(${JSON.stringify(root)})).create('transformer-3.bin');
    await writer.write(Uint8Array.of(1))`);
  expect(await readdir(root)).toHaveLength(1);
  const kept = ['download.unfinished', 'transformer-2.bin', 'transformer-3.bin.unfinished'];
  for (const name of kept) await writeFile(join(root, name), 'of a person');
  const sink = await openSink(root);
  expect((await readdir(root)).sort()).toEqual(kept);
  expect(await sink.folder.list()).toEqual(kept);
});

test('a file that cannot be given its name leaves nothing behind', async () => {
  const writer = await (await openSink(root)).create('part.onnx');
  await writer.write(Uint8Array.of(1));
  await mkdir(join(root, 'part.onnx', 'in the way'), { recursive: true });
  expect(await writer.close().catch(failureOf)).toMatchObject({ code: 'WRITE_FAILED' });
  expect(await readdir(root)).toEqual(['part.onnx']);
});

test('a place that cannot be written to is told before there is anything to write', async () => {
  await mkdir(join(root, 'bundle.json'));
  expect(await openSink(root).catch(failureOf)).toMatchObject({ code: 'OUTPUT_REFUSED' });
  await writeFile(join(root, 'file'), '');
  expect(await openSink(join(root, 'file')).catch(failureOf)).toMatchObject({ code: 'WRITE_FAILED' });
});
