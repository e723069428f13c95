/** Where the converter writes: what is there under a file's own name is that file, whole. */
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openSink } from '../../cli/bundle-sink.ts';
import { failureOf } from '../../model/failure.ts';

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

test('what a killed conversion left half-written is gone with the next one', async () => {
  const killed = await (await openSink(root)).create('transformer-3.bin');
  await killed.write(Uint8Array.of(1));
  await openSink(root);
  expect(await readdir(root)).toEqual([]);
  await killed.abandon();
});

test('a place that cannot be written to is told before there is anything to write', async () => {
  await mkdir(join(root, 'bundle.json'));
  expect(await openSink(root).catch(failureOf)).toMatchObject({ code: 'OUTPUT_REFUSED' });
  await writeFile(join(root, 'file'), '');
  expect(await openSink(join(root, 'file')).catch(failureOf)).toMatchObject({ code: 'WRITE_FAILED' });
});
