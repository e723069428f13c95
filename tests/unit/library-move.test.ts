/** Models are moved to a folder of this machine and back: whole where they were, or whole where they are to be. */
import { expect, test } from 'vitest';
import { planConversion } from '../../model/bundle/conversion-plan.ts';
import { convert } from '../../model/bundle/convert.ts';
import { chunkBytes } from '../../model/bundle/hashes.ts';
import { failure, failureOf } from '../../model/failure.ts';
import type { ModelKey } from '../../workers/library/protocol.ts';
import { tools } from '../helpers/conversion.ts';
import { fakeDirectory } from '../helpers/fake-directory.ts';
import { CountedFiles, fakeBundle, source } from '../helpers/fake-library.ts';
import { faults } from '../helpers/fault-folder.ts';
import { MemorySink } from '../helpers/memory-sink.ts';
import { expectIn, expectThere, installed, movedTo, namesIn } from '../helpers/moved-model.ts';
import { bytesFolder, failureFrom } from '../helpers/sources.ts';
import { tinyCheckpoint } from '../helpers/tiny-checkpoint.ts';
import { hashOf } from '../helpers/tiny-manifest.ts';

const bundle = fakeBundle('Tiny', chunkBytes + 100);
const key = bundle.key as ModelKey;
const folder = `tiny-${key.slice(0, 8)}`;
const toBrowser = { kind: 'browser' } as const;

test('to a folder and back: the same bytes, in one place at a time, over restarts', async () => {
  const machine = await installed(bundle);
  const { tab, told, toFolder, restarted } = machine;
  told.length = 0;
  expect(await tab().move(key, toFolder)).toBe('moved');
  expectIn(machine, 'folder');
  const steps = told.flatMap((event) => (event.type === 'progress' ? [event.done] : []));
  expect(steps.length).toBeGreaterThan(4);
  expect(steps).toEqual([...steps].sort((left, right) => left - right));
  expect(steps.at(-1)).toBe(chunkBytes + 1100);
  const later = await restarted();
  expect(await later.list(null)).toMatchObject([
    {
      ...{ state: 'installed', kept: chunkBytes + 1100, place: { kind: 'folder', name: folder }, moving: null },
      location: { kind: 'directory', handle: { name: folder }, key },
    },
  ]);
  expect(await later.verify(key)).toBe(0);
  expect(await later.look(source, null)).toMatchObject({ known: 'installed', missing: 0 });
  expect(await failureFrom(() => later.move(key, toFolder))).toEqual(failure('MODEL_MOVED', { name: 'Tiny', folder }));
  expect(await later.move(key, toBrowser)).toBe('moved');
  expectIn(machine, 'browser');
  expect(await (await restarted()).list(null)).toMatchObject([
    { state: 'installed', place: { kind: 'browser' }, folder: null, location: { kind: 'opfs' } },
  ]);
});

test('killed, out of power or with anything that fails at any operation: whole in one place, and it goes on', async () => {
  const small = fakeBundle('Tiny', 100);
  const smallKey = small.key as ModelKey;
  for (const to of ['folder', 'browser'] as const) {
    const prepared = async () => {
      const machine = await installed(small);
      if (to === 'browser') await machine.tab().move(smallKey, machine.toFolder);
      return { ...machine, target: to === 'folder' ? machine.toFolder : toBrowser };
    };
    const undisturbed = await prepared();
    undisturbed.disk.failAt(Number.POSITIVE_INFINITY, 'killed');
    await undisturbed.tab().move(smallKey, undisturbed.target);
    const { operations } = undisturbed.disk;
    expect(operations).toBeGreaterThan(30);
    for (const fault of faults) {
      for (let at = 1; at <= operations; at += 1) {
        const machine = await prepared();
        machine.disk.failAt(at, fault);
        const answer = await machine
          .tab()
          .move(smallKey, machine.target)
          .catch((error: unknown) => failureOf(error));
        const cut = `${to}, ${fault} at ${at}: ${JSON.stringify(answer)}`;
        const library = await machine.restarted();
        const [model] = await library.list(null);
        expect(model?.state, cut).toBe('installed');
        if (answer === 'moved') expect(model?.place.kind, cut).toBe(to);
        expectThere(machine, model?.place.kind ?? to);
        if (model?.place.kind !== to) expect(await library.move(smallKey, machine.target), cut).toBe('moved');
        // What could not be removed at once is at the next start.
        await machine.restarted();
        expectIn(machine, to);
      }
    }
  }
}, 240_000);

test('paused it can be used where it is, and goes on with the files that are missing; given up, the copies go', async () => {
  for (const to of ['folder', 'browser'] as const) {
    const machine = await installed(bundle);
    const { tab, toFolder, told, restarted } = machine;
    const target = to === 'folder' ? toFolder : toBrowser;
    const from = to === 'folder' ? 'browser' : 'folder';
    if (to === 'browser') await tab().move(key, toFolder);
    const pauseAfterLarge = (library: ReturnType<typeof tab>) => {
      told.push = (...events) => {
        for (const event of events) if (event.type === 'progress' && event.done >= chunkBytes + 100) library.pause(key);
        return 0;
      };
    };
    const first = tab();
    pauseAfterLarge(first);
    expect(await first.move(key, target)).toBe('paused');
    told.push = Array.prototype.push;
    const later = await restarted();
    expect(await later.list(null)).toMatchObject([{ state: 'installed', place: { kind: from }, moving: { kind: to } }]);
    expectThere(machine, from);
    const large = `${to === 'folder' ? movedTo(bundle) : key}/large.bin`;
    expect(machine.disk.bytes(large).length).toBe(chunkBytes + 100);
    await later.cancelMove(key);
    expect(await later.list(null)).toMatchObject([{ moving: null }]);
    expectIn(machine, from);

    const again = tab();
    pauseAfterLarge(again);
    await again.move(key, target);
    told.push = Array.prototype.push;
    told.length = 0;
    expect(await (await restarted()).move(key, target)).toBe('moved');
    expect(told.filter((event) => event.type === 'progress' && event.done > 0 && event.done < chunkBytes)).toEqual([]);
    expectIn(machine, to);
  }
});

test('given up while it copies, it ends and leaves nothing', async () => {
  const machine = await installed(bundle);
  const library = machine.tab();
  let cancelled: Promise<void> | null = null;
  machine.told.push = (event) => {
    if (event?.type === 'progress' && event.done > 0) cancelled ??= library.cancelMove(key);
    return 0;
  };
  expect(await library.move(key, machine.toFolder)).toBe('paused');
  await cancelled;
  expectIn(machine, 'browser');
});

test('without room it stops with what is needed, and the model stays whole where it was', async () => {
  const machine = await installed(bundle);
  const { disk, tab, toFolder } = machine;
  disk.room = chunkBytes + 20_000;
  const full = await failureFrom(() => tab().move(key, toFolder));
  expect(full).toMatchObject({ code: 'MOVE_FULL', data: { name: 'Tiny', to: folder } });
  expectThere(machine, 'browser');
  disk.room = Number.POSITIVE_INFINITY;
  expect(await tab().move(key, toFolder)).toBe('moved');
  disk.room = chunkBytes + 20_000;
  const back = await failureFrom(() => tab().move(key, toBrowser));
  expect(back).toEqual(failure('MOVE_FULL', { name: 'Tiny', to: null, needed: chunkBytes + 1100 }));
  expectThere(machine, 'folder');
  disk.room = Number.POSITIVE_INFINITY;
  expect(await tab().move(key, toBrowser)).toBe('moved');
  expectIn(machine, 'browser');
});

test('a folder that is closed to the page, or unplugged, in the middle: told apart, and the model stays whole', async () => {
  for (const [state, code] of [
    ['refused', 'FOLDER_CLOSED'],
    ['gone', 'FOLDER_UNREACHED'],
  ] as const) {
    for (const to of ['folder', 'browser'] as const) {
      const machine = await installed(bundle);
      const { disk, reach, tab, toFolder, told, restarted } = machine;
      if (to === 'browser') await tab().move(key, toFolder);
      told.push = (event) => {
        if (event?.type === 'progress' && event.done > 0) reach.state = state;
        return 0;
      };
      const target = to === 'folder' ? toFolder : toBrowser;
      expect(await failureFrom(() => tab().move(key, target))).toEqual(failure(code, { name: 'Tiny', folder }));
      told.push = Array.prototype.push;
      // It is still gone at the next start.
      const later = await restarted();
      expect(await later.list(null)).toMatchObject([{ state: 'installed', moving: { kind: to } }]);
      if (to === 'browser') {
        // That its files cannot be read is not taken for damage.
        expect((await failureFrom(() => later.verify(key))).code).toBe(code);
        expect(await later.list(null)).toMatchObject([{ state: 'installed' }]);
      }
      reach.state = 'there';
      expect(await later.move(key, target)).toBe('moved');
      await restarted();
      expectIn(machine, to);
      expect(disk.fileNames.filter((name) => name.endsWith('.crswap'))).toEqual([]);
    }
  }
});

test('two tabs that move the same, and a model that is open', async () => {
  const machine = await installed(bundle);
  const { locks, tab, toFolder, told } = machine;
  let other: Promise<unknown> = Promise.resolve();
  told.push = () => {
    told.push = Array.prototype.push;
    other = failureFrom(() => tab().move(key, toFolder));
    return 0;
  };
  expect(await tab().move(key, toFolder)).toBe('moved');
  expect(await other).toEqual(failure('MODEL_BUSY', { name: 'Tiny' }));
  const open = { mode: 'shared' } as const;
  await locks.request(`nexus-gen model ${key}`, open, async () => {
    for (const change of [() => tab().move(key, toBrowser), () => tab().remove(key)])
      expect(await failureFrom(change)).toEqual(failure('MODEL_IN_USE', { name: 'Tiny' }));
  });
  expectIn(machine, 'folder');
});

test('a folder that the browser forgot is shown again; another is refused', async () => {
  const machine = await installed(bundle);
  const { disk, handles, chosen, reach, restarted, tab, toFolder } = machine;
  await tab().move(key, toFolder);
  await handles.remove(key);
  const library = await restarted();
  expect(await library.list(null)).toMatchObject([{ state: 'away', location: null, place: { name: folder } }]);
  const needed = failure('FOLDER_NEEDED', { name: 'Tiny', folder });
  expect(await failureFrom(() => library.verify(key))).toEqual(needed);
  expect(await failureFrom(() => library.move(key, toBrowser))).toEqual(needed);
  const empty = fakeDirectory(disk, 'machine/empty', reach);
  const other = failure('FOLDER_OTHER', { name: 'Tiny', folder, shown: empty.name });
  expect(await failureFrom(() => library.showFolder(key, empty))).toEqual(other);
  await library.showFolder(key, chosen);
  expect(await library.list(null)).toMatchObject([{ state: 'installed' }]);
  expect(await library.verify(key)).toBe(0);
  expectIn(machine, 'folder');
});

test('one flipped bit in any file of a moved model is found, and repaired there alone', async () => {
  for (const path of namesIn('folder', bundle)) {
    if (/empty\.txt$|library\.log$/.test(path)) continue;
    const machine = await installed(bundle);
    const { disk, restarted, tab, toFolder } = machine;
    await tab().move(key, toFolder);
    disk.change(path, (bytes) => bytes.with(bytes.length >> 1, (bytes.at(bytes.length >> 1) ?? 0) ^ 1));
    const files = new CountedFiles(bundle);
    const library = await restarted(files);
    if (path === `${key}/bundle.json`) expect((await failureFrom(() => library.verify(key))).code).toBe('BUNDLE_FILE');
    else expect(await library.verify(key), path).toBeGreaterThan(0);
    expect(await library.list(null)).toMatchObject([{ state: 'damaged' }]);
    expect(await library.resume(key)).toBe('installed');
    expect(files.delivered.length, path).toBe(path.endsWith('bundle.json') ? 0 : 1);
    expect(await library.verify(key)).toBe(0);
    expectIn(machine, 'folder');
  }
});

test('a damaged one can be moved back as far as it is right, and is repaired here', async () => {
  const machine = await installed(bundle);
  const { disk, restarted, tab, toFolder } = machine;
  await tab().move(key, toFolder);
  disk.change(`${movedTo(bundle)}/small.onnx`, (bytes) => bytes.fill(9, 5, 6));
  const files = new CountedFiles(bundle);
  const library = await restarted(files);
  expect(await library.verify(key)).toBe(1000);
  expect(await library.move(key, toBrowser)).toBe('moved');
  expect(await library.list(null)).toMatchObject([{ state: 'damaged', place: { kind: 'browser' } }]);
  expect(await failureFrom(() => library.move(key, toFolder))).toEqual(failure('MOVE_UNFINISHED', { name: 'Tiny' }));
  expect(await library.resume(key)).toBe('installed');
  expect(files.delivered).toEqual(['small.onnx 0']);
  expectIn(machine, 'browser');
});

test('a moved model is deleted with its files, and never those of the person; where the folder is gone that is told', async () => {
  const machine = await installed(bundle);
  const { disk, reach, restarted, tab, toFolder } = machine;
  await tab().move(key, toFolder);
  disk.put(`${movedTo(bundle)}/notes.txt`, new Uint8Array(3));
  await tab().remove(key);
  expect(disk.fileNames).toEqual([`${movedTo(bundle)}/notes.txt`]);

  await tab().install(source, key);
  await tab().move(key, toFolder);
  reach.state = 'gone';
  const left = failure('FOLDER_LEFT', { name: 'Tiny', folder });
  expect(await failureFrom(() => tab().remove(key))).toEqual(left);
  expect(await (await restarted()).list(null)).toEqual([]);
  expect(disk.fileNames.filter((name) => name.startsWith(key))).toEqual([]);
});

test('of a moved model that was installed to talk alone, only that is repaired, and more is added where it is moved back', async () => {
  const sink = new MemorySink();
  await convert(await planConversion([bytesFolder(tinyCheckpoint())], 'q4'), sink, tools);
  const contents = new Map(sink.files);
  const whole = { contents, key: hashOf(contents.get('bundle.json') ?? new Uint8Array()), files: [] };
  const wholeKey = whole.key as ModelKey;
  const machine = await installed(whole, ['chat']);
  const { disk, restarted, tab, toFolder } = machine;
  await tab().move(wholeKey, toFolder);
  const path = disk.fileNames.find((name) => name.endsWith('transformer-1.bin')) ?? '';
  disk.change(path, (bytes) => bytes.fill(9, 5, 6));
  const files = new CountedFiles(whole);
  const library = await restarted(files);
  expect(await library.verify(wholeKey)).toBeGreaterThan(0);
  expect(await library.resume(wholeKey)).toBe('installed');
  expect(files.delivered).toEqual(['transformer-1.bin 0']);
  const able = async () =>
    (await library.list(null)).map(({ abilities: { chat, draw } }) => [chat !== null, draw !== null]);
  expect(await able()).toEqual([[true, false]]);
  expect((await failureFrom(() => library.install(source, wholeKey))).code).toBe('MODEL_MOVED');
  expect(await library.move(wholeKey, toBrowser)).toBe('moved');
  expect(await library.install(source, wholeKey)).toBe('installed');
  expect(await able()).toEqual([[true, true]]);
  expectIn(machine, 'browser');
});
