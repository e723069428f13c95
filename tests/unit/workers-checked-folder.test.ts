/** A bundle in a folder of this machine: read where it lies, each chunk compared with its hash when it is first touched. */
import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openInTerminal } from '../../cli/draw/terminal-locations.ts';
import { openFolder } from '../../cli/files.ts';
import { chunkBytes } from '../../model/bundle/hashes.ts';
import type { SourceFolder } from '../../model/checkpoint/source.ts';
import { type Failure, failureOf } from '../../model/failure.ts';
import { openCheckedFolder } from '../../workers/bundle/checked-folder.ts';
import { distinctBytes, hashOf, listed, tinyManifest } from '../helpers/tiny-manifest.ts';

const shard = distinctBytes(3 * chunkBytes + 5);
const manifest = JSON.stringify({ ...tinyManifest, files: [listed('shard.bin', shard)] });

let path = '';
beforeEach(async () => {
  path = await mkdtemp(join(tmpdir(), 'nexus-gen-checked-'));
  await writeFile(join(path, 'bundle.json'), manifest);
  await writeFile(join(path, 'shard.bin'), shard);
});
afterEach(() => rm(path, { recursive: true }));

async function readShard(offset: number, length: number): Promise<Uint8Array> {
  const { folder } = await openInTerminal({ kind: 'folder', path }, () => undefined);
  return (await folder.open('shard.bin')).read(offset, length);
}

async function failureOfReading(offset = 0): Promise<Failure> {
  return failureOf(
    await readShard(offset, 1).then(
      () => new Error('was read'),
      (error: unknown) => error,
    ),
  );
}

const fileIs = (problem: string) => ({ code: 'BUNDLE_FILE', data: { file: 'shard.bin', problem } });

test('any bytes of a file are read', async () => {
  expect(Buffer.compare(await readShard(0, shard.length), shard)).toBe(0);
  expect(await readShard(chunkBytes - 3, 6)).toEqual(shard.subarray(chunkBytes - 3, chunkBytes + 3));
  expect(await readShard(shard.length, 0)).toEqual(new Uint8Array());
  await expect(readShard(shard.length, 1)).rejects.toMatchObject({ failure: { code: 'FILE_TRUNCATED' } });
});

test.each([0, chunkBytes - 1, chunkBytes, 3 * chunkBytes + 4])(
  'a flipped bit at %i is found before its chunk is used',
  async (at) => {
    const damaged = shard.slice();
    damaged[at] = (damaged[at] ?? 0) ^ 1;
    await writeFile(join(path, 'shard.bin'), damaged);
    const chunk = Math.floor(at / chunkBytes);
    expect(await failureOfReading(chunk * chunkBytes)).toEqual(fileIs('hash'));
    const whole = (chunk + 2) % 4;
    expect(await readShard(whole * chunkBytes, 1)).toEqual(shard.subarray(whole * chunkBytes, whole * chunkBytes + 1));
  },
);

test('a file that is missing or of another size is named', async () => {
  await truncate(join(path, 'shard.bin'), shard.length - 1);
  expect(await failureOfReading()).toEqual(fileIs('size'));
  await rm(join(path, 'shard.bin'));
  expect(await failureOfReading()).toEqual(fileIs('missing'));
});

test('a file that is replaced while the model is open is not read on', async () => {
  const { folder } = await openInTerminal({ kind: 'folder', path }, () => undefined);
  const source = await folder.open('shard.bin');
  await source.read(0, shard.length);
  await rm(join(path, 'shard.bin'));
  await writeFile(join(path, 'shard.bin'), shard.slice().fill(7));
  await expect(source.read(0, 1)).rejects.toMatchObject({ failure: { code: 'SOURCE_CHANGED' } });
});

test('another bundle than the one that a list names is refused', async () => {
  const place = { kind: 'folder', path } as const;
  const sha256 = hashOf(Buffer.from(manifest));
  expect(await openInTerminal({ ...place, sha256 }, () => undefined)).toMatchObject({ sha256 });
  const opening = openInTerminal({ ...place, sha256: '0'.repeat(64) }, () => undefined);
  await expect(opening).rejects.toMatchObject({ failure: { data: { file: 'bundle.json', problem: 'hash' } } });
});

test('a folder without a bundle is told as that', async () => {
  await rm(join(path, 'bundle.json'));
  const opening = openInTerminal({ kind: 'folder', path }, () => undefined);
  await expect(opening).rejects.toMatchObject({ failure: { code: 'FILE_UNREADABLE', data: { file: 'bundle.json' } } });
});

test('what was checked is read again as asked for, not by the chunk', async () => {
  const reads: [number, number][] = [];
  const counted: SourceFolder = {
    list: () => openFolder(path).list(),
    async open(name) {
      const source = await openFolder(path).open(name);
      const read = (offset: number, length: number) => {
        if (name === 'shard.bin') reads.push([offset, length]);
        return source.read(offset, length);
      };
      return { ...source, read };
    },
  };
  const { folder } = await openCheckedFolder(counted, undefined, () => undefined);
  for (let time = 0; time < 2; time += 1) {
    await (await folder.open('shard.bin')).read(chunkBytes + 10, 4);
  }
  expect(reads).toEqual([
    [chunkBytes, chunkBytes],
    [chunkBytes + 10, 4],
  ]);
});

test('before bytes are had at once, all of a file is compared', async () => {
  const begin = async () => {
    const { folder } = await openInTerminal({ kind: 'folder', path }, () => undefined);
    return (await folder.open('shard.bin')).atOnce?.();
  };
  const into = new Uint8Array(6);
  (await begin())?.(chunkBytes - 3, into);
  expect(into).toEqual(shard.subarray(chunkBytes - 3, chunkBytes + 3));
  const damaged = shard.slice();
  damaged[3 * chunkBytes] = (damaged[3 * chunkBytes] ?? 0) ^ 1;
  await writeFile(join(path, 'shard.bin'), damaged);
  await expect(begin()).rejects.toMatchObject({ failure: fileIs('hash') });
});
