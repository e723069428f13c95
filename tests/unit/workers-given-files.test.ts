/** A bundle in the browser's private files, in a folder that a person opened, and in files that were dropped. */
import { beforeEach, expect, test, vi } from 'vitest';
import { chunkBytes } from '../../model/bundle/hashes.ts';
import { encodeUtf8 } from '../../model/checkpoint/utf8.ts';
import { type Failure, failure, failureOf } from '../../model/failure.ts';
import { openFiles } from '../../workers/bundle/file-folder.ts';
import type { OpenFolder } from '../../workers/bundle/open-folder.ts';
import { openInPage } from '../../workers/bundle/page-locations.ts';
import { whileUnused } from '../../workers/library/locks.ts';
import type { BundlePlace } from '../../workers/protocol.ts';
import { encodeLogHeader, encodeRecord } from '../../workers/storage/frames.ts';
import { type FakeDisk, fakeDirectory } from '../helpers/fake-handles.ts';
import { fakeLocks } from '../helpers/fake-library.ts';
import { distinctBytes, listed, tinyManifest } from '../helpers/tiny-manifest.ts';

const shard = distinctBytes(2 * chunkBytes + 5);
const manifest = Buffer.from(JSON.stringify({ ...tinyManifest, files: [listed('shard.bin', shard)] }));

let disk: FakeDisk;
beforeEach(() => {
  disk = {
    files: new Map<string, Uint8Array<ArrayBuffer>>([
      ['bundle.json', manifest],
      ['shard.bin', shard],
    ]),
    open: [],
  };
  const models = { getDirectoryHandle: async () => fakeDirectory(disk) };
  const root = { getDirectoryHandle: async () => models };
  vi.stubGlobal('navigator', { storage: { getDirectory: async () => root }, locks: fakeLocks() });
});

const places: Readonly<Record<string, () => BundlePlace>> = {
  'in the private files': () => ({ kind: 'opfs', path: ['models', 'tiny'] }),
  'in a folder that was opened': () => ({ kind: 'directory', handle: fakeDirectory(disk) }),
  'among dropped files': () => {
    const files = [...disk.files].map(([path, bytes]) => ({ path, file: new Blob([bytes]) }));
    return { kind: 'files', files };
  },
};

const openAt = (place: BundlePlace): Promise<OpenFolder> => openInPage(place, () => undefined);

async function readShard(place: BundlePlace, offset: number, length: number): Promise<Uint8Array> {
  const { folder, close } = await openAt(place);
  try {
    return await (await folder.open('shard.bin')).read(offset, length);
  } finally {
    await close();
  }
}

async function failureOfReading(place: BundlePlace): Promise<Failure> {
  return failureOf(
    await readShard(place, 0, 1).then(
      () => new Error('was read'),
      (error: unknown) => error,
    ),
  );
}

const fileIs = (problem: string) => ({ code: 'BUNDLE_FILE', data: { file: 'shard.bin', problem } });

test.each(Object.keys(places))('any bytes of a bundle %s are read', async (where) => {
  const place = () => places[where]?.() ?? expect.fail();
  expect(Buffer.compare(await readShard(place(), 0, shard.length), shard)).toBe(0);
  expect(await readShard(place(), chunkBytes - 2, 4)).toEqual(shard.subarray(chunkBytes - 2, chunkBytes + 2));
  const opened = await openAt(place());
  expect(await opened.folder.list()).toEqual(['bundle.json', 'shard.bin']);
  await expect((await opened.folder.open('shard.bin')).read(shard.length, 1)).rejects.toMatchObject({
    failure: { code: 'FILE_TRUNCATED' },
  });
  await opened.close();
  expect(disk.open).toEqual([]);
});

test.each(Object.keys(places))('a file of a bundle %s that is missing or cut off is named', async (where) => {
  disk.files.set('shard.bin', shard.slice(1));
  expect(await failureOfReading(places[where]?.() ?? expect.fail())).toEqual(fileIs('size'));
  disk.files.delete('shard.bin');
  expect(await failureOfReading(places[where]?.() ?? expect.fail())).toEqual(fileIs('missing'));
  expect(disk.open).toEqual([]);
});

test.each(['in a folder that was opened', 'among dropped files'])(
  'a flipped bit of a bundle %s is found',
  async (where) => {
    const damaged = shard.slice();
    damaged[9] = (damaged[9] ?? 0) ^ 1;
    disk.files.set('shard.bin', damaged);
    expect(await failureOfReading(places[where]?.() ?? expect.fail())).toEqual(fileIs('hash'));
  },
);

test.each<[string, Partial<FakeDisk>]>([
  ['has handles for reading alone', {}],
  ['knows exclusive handles only', { handles: 'exclusive' }],
  ['reads in small pieces', { pieceBytes: 1_000_003 }],
])('two workers read the same private files in a browser that %s', async (_, browser) => {
  Object.assign(disk, browser);
  const place = { kind: 'opfs', path: ['models', 'tiny'] } as const;
  const workers = [await openAt(place), await openAt(place)];
  for (const { folder } of workers) {
    const source = await folder.open('shard.bin');
    expect(await source.read(chunkBytes, 9)).toEqual(shard.subarray(chunkBytes, chunkBytes + 9));
    expect(Buffer.compare(await source.read(0, shard.length), shard)).toBe(0);
  }
  for (const { close } of workers) await close();
  expect(disk.open).toEqual([]);
});

test('a folder that the page may not read any more is told as that', async () => {
  disk.refused = true;
  const opening = openAt({ kind: 'directory', handle: fakeDirectory(disk) });
  await expect(opening).rejects.toMatchObject({ failure: { code: 'FOLDER_REFUSED', data: { file: 'bundle.json' } } });
});

test('files that change while the model is open are not read on', async () => {
  const { folder } = await openAt({ kind: 'directory', handle: fakeDirectory(disk) });
  const source = await folder.open('shard.bin');
  await source.read(0, shard.length);
  disk.changed = true;
  await expect(source.read(0, 1)).rejects.toMatchObject({ failure: { code: 'SOURCE_CHANGED' } });
});

test('a read that the browser leaves unanswered is not waited for without end', async () => {
  const { folder } = await openAt({ kind: 'directory', handle: fakeDirectory(disk) });
  const source = await folder.open('shard.bin');
  disk.silent = true;
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  try {
    const reading = source.read(0, 1).then(() => new Error('was read'), failureOf);
    await vi.advanceTimersByTimeAsync(40_000);
    expect(await reading).toEqual({ code: 'MODEL_FETCH', data: { file: 'shard.bin', problem: 'silent' } });
  } finally {
    vi.useRealTimers();
  }
  disk.silent = false;
  expect(await source.read(0, 1)).toEqual(shard.subarray(0, 1));
});

test('private files are read at once where their handles are for reading alone, and not elsewhere', async () => {
  const place = { kind: 'opfs', path: ['models', 'tiny'] } as const;
  const { folder, close } = await openAt(place);
  const fill = await (await folder.open('shard.bin')).atOnce?.();
  const into = new Uint8Array(9);
  fill?.(chunkBytes - 4, into);
  expect(into).toEqual(shard.subarray(chunkBytes - 4, chunkBytes + 5));
  await close();
  disk.handles = 'exclusive';
  expect((await (await openAt(place)).folder.open('shard.bin')).atOnce).toBeUndefined();
});

test('one of the library that is being changed is named as a person knows it', async () => {
  const note = { kind: 'source', source: { kind: 'files', name: 'folder' }, name: 'Tiny', bytes: 1 };
  const record = encodeRecord(1, encodeUtf8(JSON.stringify(note)));
  disk.files.set('library.log', Uint8Array.from([...encodeLogHeader(), ...record]));
  await whileUnused(navigator.locks, 'tiny', 'Tiny', async () => {
    const opening = openAt({ kind: 'opfs', path: ['models', 'tiny'] });
    expect(failureOf(await opening.catch((error: unknown) => error))).toEqual(failure('MODEL_BUSY', { name: 'Tiny' }));
  });
});

test('a file is known again by its size and date, other bytes that a page holds are not', async () => {
  const versionOf = async (file: Blob) => (await openFiles([{ path: 'a', file }]).open('a')).version;
  const file = (text: string, lastModified: number) => versionOf(new File([text], 'a', { lastModified }));
  expect(await file('abc', 1)).toBe(await file('abc', 1));
  expect(new Set([await file('abc', 1), await file('abc', 2), await file('abcd', 1)]).size).toBe(3);
  expect(await versionOf(new Blob(['abc']))).toBe(undefined);
});
