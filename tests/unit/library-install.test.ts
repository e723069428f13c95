/** Models are installed whole or not at all, whatever happens in between. */
import { expect, test } from 'vitest';
import { chunkBytes } from '../../model/bundle/hashes.ts';
import { fail, failure, failureOf } from '../../model/failure.ts';
import type { ModelKey } from '../../workers/library/protocol.ts';
import { CountedFiles, fakeBundle, fakeLocks, openLibrary, source } from '../helpers/fake-library.ts';
import { FaultFolder, faults } from '../helpers/fault-folder.ts';
import { expectInstalled } from '../helpers/installed-files.ts';
import { failureFrom } from '../helpers/sources.ts';

const bundle = fakeBundle();
const key = bundle.key as ModelKey;
const cut = () => fail('MODEL_FETCH', { file: 'large.bin', problem: 'unreachable' });

const expectWhole = (disk: FaultFolder, of = bundle) => expectInstalled(disk, of.key, of.contents);

async function states(disk: FaultFolder) {
  const library = openLibrary(disk, new CountedFiles(bundle));
  await library.sweep();
  return (await library.list(null)).map(({ state }) => state);
}

test('a model is installed, is in the list after a restart, and is deleted without a trace', async () => {
  const disk = new FaultFolder();
  const library = openLibrary(disk, new CountedFiles(bundle));
  await library.sweep();
  expect(await library.list(null)).toEqual([]);
  const offer = await library.look(source, null);
  expect(offer).toMatchObject({ key, name: 'Tiny', known: null, bytes: 2 * chunkBytes + 1100 });
  expect(offer.missing).toBe(offer.bytes);
  expect(disk.fileNames).toEqual([]);
  expect(await library.install(source, offer.sha256)).toBe('installed');
  expectWhole(disk);
  disk.restart();
  const later = openLibrary(disk, new CountedFiles(bundle));
  await later.sweep();
  expect(await later.list(null)).toMatchObject([{ key, state: 'installed', kept: offer.bytes, source, name: 'Tiny' }]);
  await later.remove(key);
  expect(await later.list(null)).toEqual([]);
  expect(disk.fileNames).toEqual([]);
});

test('paused and resumed it goes on with the next chunk', async () => {
  const disk = new FaultFolder();
  const files = new CountedFiles(bundle);
  const library = openLibrary(disk, files);
  files.before = (delivery) => delivery === 2 && library.pause(key);
  expect(await library.install(source, key)).toBe('paused');
  expect(await library.list(null)).toMatchObject([{ state: 'unfinished', kept: chunkBytes }]);
  expect(await library.resume(key)).toBe('installed');
  expect(files.delivered).toEqual(['large.bin 0', 'large.bin 1', 'large.bin 1', 'large.bin 2', 'small.onnx 0']);
  expectWhole(disk);
});

test('a line that is cut is taken up again, and one that stays cut ends with what was kept', async () => {
  const disk = new FaultFolder();
  const files = new CountedFiles(bundle);
  files.before = (delivery) => [2, 3].includes(delivery) && cut();
  const library = openLibrary(disk, files);
  expect(await library.install(source, key)).toBe('installed');
  expect(files.delivered.filter((chunk) => chunk === 'large.bin 1')).toHaveLength(3);
  expectWhole(disk);

  const other = new FaultFolder();
  const dead = new CountedFiles(bundle);
  dead.before = (delivery) => delivery > 1 && cut();
  const failed = await failureFrom(() => openLibrary(other, dead).install(source, key));
  expect(failed.code).toBe('MODEL_FETCH');
  expect(await states(other)).toEqual(['unfinished']);
});

test('killed, out of power or with a write that fails at any operation: nothing half is a model, and it goes on', async () => {
  const short = fakeBundle('Tiny', chunkBytes + 100);
  const undisturbed = new FaultFolder();
  await openLibrary(undisturbed, new CountedFiles(short)).install(source, short.key);
  const operations = undisturbed.operations;
  expect(operations).toBeGreaterThan(30);
  for (const fault of faults) {
    for (let at = 1; at <= operations; at += 1) {
      const disk = new FaultFolder();
      disk.failAt(at, fault);
      const first = new CountedFiles(short);
      const told = await openLibrary(disk, first)
        .install(source, short.key)
        .catch((error: unknown) => failureOf(error));
      disk.restart();
      const files = new CountedFiles(short);
      const library = openLibrary(disk, files);
      await library.sweep();
      const [model] = await library.list(null);
      const place = `${fault} at ${at}: ${JSON.stringify(told)}`;
      // An answer is true; a model that is listed is whole.
      if (told === 'installed') expect(model?.state, place).toBe('installed');
      if (model?.state === 'installed') expectWhole(disk, short);
      expect(await library.install(source, short.key), place).toBe('installed');
      expectWhole(disk, short);
      const again = files.delivered.filter((chunk) => first.delivered.includes(chunk));
      expect(again.length, `${place}: ${again}`).toBeLessThanOrEqual(1);
    }
  }
}, 240_000);

test('while nothing was said to be wrong, deleting at any kill leaves a whole model or none', async () => {
  const small = fakeBundle('Tiny', 100);
  const prepared = new FaultFolder();
  await openLibrary(prepared, new CountedFiles(small)).install(source, small.key);
  const copy = () => {
    const disk = new FaultFolder();
    for (const name of prepared.fileNames) disk.put(name, prepared.bytes(name).slice());
    return disk;
  };
  const undisturbed = copy();
  undisturbed.failAt(Number.POSITIVE_INFINITY, 'killed');
  await openLibrary(undisturbed, new CountedFiles(small)).remove(small.key as ModelKey);
  for (const fault of faults) {
    for (let at = 1; at <= undisturbed.operations; at += 1) {
      const disk = copy();
      disk.failAt(at, fault);
      await openLibrary(disk, new CountedFiles(small))
        .remove(small.key as ModelKey)
        .catch(() => undefined);
      disk.restart();
      const [state] = await states(disk);
      expect(['installed', 'unfinished', undefined], `${fault} at ${at}`).toContain(state);
      if (state === 'installed') expectWhole(disk, small);
      await openLibrary(disk, new CountedFiles(small))
        .remove(small.key as ModelKey)
        .catch(() => undefined);
      expect(disk.fileNames).toEqual([]);
    }
  }
});

test('without room it stops with what is needed, and goes on once there is room; deleting needs none', async () => {
  const disk = new FaultFolder();
  disk.room = chunkBytes + 10_000;
  const library = openLibrary(disk, new CountedFiles(bundle));
  const failed = await failureFrom(() => library.install(source, key));
  expect(failed).toEqual(failure('INSTALL_FULL', { name: 'Tiny', needed: chunkBytes + 1100 }));
  expect(await library.list(null)).toMatchObject([{ state: 'unfinished', kept: chunkBytes }]);
  disk.room = Number.POSITIVE_INFINITY;
  expect(await library.resume(key)).toBe('installed');
  expectWhole(disk);
  disk.room = 0;
  await library.remove(key);
  expect(disk.fileNames).toEqual([]);
});

test('one flipped bit in any file is found before the model is used again, and repaired alone', async () => {
  for (const name of bundle.contents.keys()) {
    if (name === 'empty.txt') continue;
    const disk = new FaultFolder();
    await openLibrary(disk, new CountedFiles(bundle)).install(source, key);
    disk.change(`${key}/${name}`, (bytes) => bytes.with(bytes.length >> 1, (bytes.at(bytes.length >> 1) ?? 0) ^ 1));
    const files = new CountedFiles(bundle);
    const library = openLibrary(disk, files);
    await library.sweep();
    if (name === 'bundle.json') expect((await failureFrom(() => library.verify(key))).code).toBe('BUNDLE_FILE');
    else expect(await library.verify(key)).toBeGreaterThan(0);
    expect(await library.list(null)).toMatchObject([{ state: 'damaged', name: 'Tiny' }]);
    expect(await library.resume(key)).toBe('installed');
    expect(files.delivered.length, name).toBeLessThanOrEqual(1);
    expect(await library.verify(key)).toBe(0);
    expect(await library.list(null)).toMatchObject([{ state: 'installed', verifiedAt: 5 }]);
    expectWhole(disk);
  }
});

test('a file that the browser threw away or cut is noticed at the next start, and only it is fetched again', async () => {
  for (const lose of ['forget', 'cut'] as const) {
    const disk = new FaultFolder();
    await openLibrary(disk, new CountedFiles(bundle)).install(source, key);
    if (lose === 'forget') disk.forget(`${key}/small.onnx`);
    else disk.change(`${key}/small.onnx`, (bytes) => bytes.slice(0, 10));
    expect(await states(disk)).toEqual(['damaged']);
    const files = new CountedFiles(bundle);
    expect(await openLibrary(disk, files).resume(key)).toBe('installed');
    expect(files.delivered).toEqual(['small.onnx 0']);
    expectWhole(disk);
  }
});

test('what belongs to no model is swept', async () => {
  const disk = new FaultFolder();
  await openLibrary(disk, new CountedFiles(bundle)).install(source, key);
  for (const name of [
    `${key}/x.crswap`,
    `${key}/y.part`,
    `${key}/other.bin`,
    'stray/file.bin',
    `${'0'.repeat(64)}/a`,
  ]) {
    disk.put(name, new Uint8Array(3));
  }
  expect(await states(disk)).toEqual(['installed']);
  expectWhole(disk);
});

test('two tabs that install the same: one does, the other is told', async () => {
  const disk = new FaultFolder();
  const locks = fakeLocks();
  const files = new CountedFiles(bundle);
  const library = openLibrary(disk, files, { locks });
  let other: Promise<unknown> = Promise.resolve();
  files.before = () => {
    files.before = () => undefined;
    other = failureFrom(() => openLibrary(disk, new CountedFiles(bundle), { locks }).install(source, key));
  };
  expect(await library.install(source, key)).toBe('installed');
  expect(await other).toEqual(failure('MODEL_BUSY', { name: 'Tiny' }));
  expectWhole(disk);
});

test('a model that is open is neither deleted nor written to', async () => {
  const disk = new FaultFolder();
  const locks = fakeLocks();
  const library = openLibrary(disk, new CountedFiles(bundle), { locks });
  await library.install(source, key);
  const open = { mode: 'shared' } as const;
  await locks.request(`nexus-gen model ${key}`, open, async () => {
    const inUse = failure('MODEL_IN_USE', { name: 'Tiny' });
    expect(await failureFrom(() => library.remove(key))).toEqual(inUse);
    expect(await failureFrom(() => library.resume(key))).toEqual(inUse);
    expect(await library.verify(key)).toBe(0);
  });
  expectWhole(disk);
  await library.remove(key);
});

test('another version at the same address is refused, and what was kept stays', async () => {
  const disk = new FaultFolder();
  const files = new CountedFiles(bundle);
  const library = openLibrary(disk, files);
  files.before = (delivery) => delivery === 2 && library.pause(key);
  await library.install(source, key);
  const newer = new CountedFiles(fakeBundle('Newer'));
  const failed = await failureFrom(() => openLibrary(disk, newer).resume(key));
  expect(failed).toEqual(failure('BUNDLE_FILE', { file: 'bundle.json', problem: 'hash' }));
  expect(newer.delivered).toEqual([]);
  expect(await states(disk)).toEqual(['unfinished']);
});

test('files that were dropped have to be given again after a restart, and then go on', async () => {
  const disk = new FaultFolder();
  const files = new CountedFiles(bundle);
  const dropped = { kind: 'files', name: 'tiny', files: [] } as const;
  const library = openLibrary(disk, files);
  files.before = (delivery) => delivery === 2 && library.pause(key);
  await library.install(dropped, key);
  const later = openLibrary(disk, files);
  await later.sweep();
  expect(await failureFrom(() => later.resume(key))).toEqual(failure('SOURCE_NEEDED', { name: 'Tiny', from: 'tiny' }));
  expect(await later.look(dropped, null)).toMatchObject({ known: 'unfinished', missing: chunkBytes + 1100 });
  expect(await later.install(dropped, key)).toBe('installed');
  expectWhole(disk);
});
