/** A checkpoint becomes a model of the library: the bytes that the terminal writes, also after any interruption. */
import { expect, test } from 'vitest';
import { failureOf } from '../../model/failure.ts';
import { openFiles } from '../../workers/bundle/file-folder.ts';
import { loadSha256 } from '../../workers/library/sha256-in-pieces.ts';
import { converted, files } from '../helpers/conversion.ts';
import { CountedFiles, fakeBundle, openLibrary } from '../helpers/fake-library.ts';
import { type Fault, FaultFolder } from '../helpers/fault-folder.ts';
import { expectInstalled } from '../helpers/installed-files.ts';
import { sha256 } from '../helpers/memory-sink.ts';
import { bytesFolder, failureFrom } from '../helpers/sources.ts';
import { distinctBytes } from '../helpers/tiny-manifest.ts';

const checkpoint = bytesFolder(files);
const source = { kind: 'files', name: 'checkpoint', files: [] } as const;
const terminal = (await converted('q4')).files;
const noBundle = new CountedFiles(fakeBundle());
const open = (disk: FaultFolder, tell = () => undefined as unknown) =>
  openLibrary(disk, noBundle, { checkpoint, tell: () => void tell() });

const expectAsTerminal = (disk: FaultFolder, key: string) => expectInstalled(disk, key, terminal);

test('it is told of, converted to what the terminal writes, verified, and deleted', async () => {
  const disk = new FaultFolder();
  const library = open(disk);
  const offer = await library.look(source, null);
  expect(offer).toMatchObject({ of: 'checkpoint', known: null, abilities: { chat: expect.any(Number) } });
  expect(await library.install(source, offer.sha256)).toBe('installed');
  expectAsTerminal(disk, offer.key);
  const later = open(disk);
  await later.sweep();
  const [model] = await later.list(null);
  expect(model).toMatchObject({
    key: offer.key,
    state: 'installed',
    source: { kind: 'checkpoint', name: 'checkpoint' },
  });
  expect(model?.kept).toBe(model?.bytes);
  expect(model?.location?.sha256).toBe(model?.sha256);
  expect(await later.verify(offer.key)).toBe(0);
  await later.remove(offer.key);
  expect(disk.fileNames).toEqual([]);
});

test('killed anywhere it is no model, and goes on to the same bytes', async () => {
  const undisturbed = new FaultFolder();
  const { key } = await open(undisturbed).look(source, null);
  undisturbed.failAt(Number.POSITIVE_INFINITY, 'killed');
  await open(undisturbed).install(source, key);
  const points = Array.from({ length: 12 }, (_, at) => Math.ceil(((at + 1) * undisturbed.operations) / 12));
  const sorts: readonly Fault[] = ['killed', 'torn', 'power lost', 'error number'];
  for (const [index, at] of points.entries()) {
    const disk = new FaultFolder();
    const fault = sorts[index % sorts.length] ?? 'killed';
    disk.failAt(at, fault);
    const told = await open(disk)
      .install(source, key)
      .catch((error: unknown) => failureOf(error));
    disk.restart();
    const library = open(disk);
    await library.sweep();
    const [model] = await library.list(null);
    if (told === 'installed') expect(model).toMatchObject({ state: 'installed', rest: 0 });
    // What can be used already is as it should be.
    if (model?.state === 'installed') expect(await library.verify(key)).toBe(0);
    if (model?.state !== 'installed' || model.rest > 0)
      expect(await library.install(source, key), `${fault} at ${at}`).toBe('installed');
    await library.sweep();
    expectAsTerminal(disk, key);
  }
}, 240_000);

/** The checkpoint as a browser gives files of this machine, written at that time. */
function givenFiles(lastModified: number) {
  const given = [...files].map(([path, bytes]) => ({
    path,
    file: new File([new Uint8Array(bytes)], path, { lastModified }),
  }));
  return openFiles(given);
}

test.each([
  ['as they were', 1],
  ['written anew since', 2],
])(
  'killed while files of this machine are converted, it goes on with them %s',
  async (_, lastModified) => {
    const undisturbed = new FaultFolder();
    undisturbed.failAt(Number.POSITIVE_INFINITY, 'killed');
    const first = openLibrary(undisturbed, noBundle, { checkpoint: givenFiles(1) });
    const { key } = await first.look(source, null);
    await first.install(source, key);
    const disk = new FaultFolder();
    disk.failAt(Math.ceil(undisturbed.operations * 0.6), 'killed');
    await failureFrom(() => openLibrary(disk, noBundle, { checkpoint: givenFiles(1) }).install(source, key));
    disk.restart();
    const library = openLibrary(disk, noBundle, { checkpoint: givenFiles(lastModified) });
    await library.sweep();
    expect(await library.install(source, key)).toBe('installed');
    await library.sweep();
    expectAsTerminal(disk, key);
  },
  60_000,
);

test('files that were copied since are the same checkpoint', async () => {
  const disk = new FaultFolder();
  const library = openLibrary(disk, noBundle, { checkpoint: givenFiles(1) });
  const offer = await library.look(source, null);
  const copied = openLibrary(disk, noBundle, { checkpoint: givenFiles(2) });
  expect((await copied.look(source, null)).sha256).toBe(offer.sha256);
});

test('paused it keeps the files that are finished', async () => {
  const disk = new FaultFolder();
  const { key } = await open(disk).look(source, null);
  let told = 0;
  const library = open(disk, () => ++told === 30 && library.pause(key));
  expect(await library.install(source, key)).toBe('paused');
  expect(await library.list(null)).toMatchObject([{ state: 'unfinished' }]);
  expect(disk.fileNames).toContain(`${key}/conversion.partial.json`);
  expect(await library.resume(key)).toBe('installed');
  expectAsTerminal(disk, key);
});

/** Calls when a file has taken what it was given, with the file's name and bytes. */
class WatchedFolder extends FaultFolder {
  written: (name: string, bytes: number) => void = () => undefined;

  override async open(name: string) {
    const file = await super.open(name);
    const write = (bytes: Uint8Array, at: number) => {
      const taken = file.write(bytes, at);
      this.written(name, file.size());
      return taken;
    };
    return { ...file, write };
  }
}

test('paused when a file has its last byte it keeps that file, and goes on in the same worker', async () => {
  const disk = new WatchedFolder();
  const library = open(disk);
  const { key } = await library.look(source, null);
  const [name, { length }] = [...terminal].find(([path]) => path.endsWith('.bin')) ?? ['', new Uint8Array()];
  disk.written = (path, bytes) => {
    if (path === `${key}/${name}.part` && bytes === length) library.pause(key);
  };
  expect(await library.install(source, key)).toBe('paused');
  expect(disk.fileNames).toContain(`${key}/${name}`);
  disk.written = () => undefined;
  expect(await library.resume(key)).toBe('installed');
  expectAsTerminal(disk, key);
});

test('what failed to be written is not left open: it goes on in the same worker', async () => {
  const undisturbed = new FaultFolder();
  const { key } = await open(undisturbed).look(source, null);
  undisturbed.failAt(Number.POSITIVE_INFINITY, 'throws');
  await open(undisturbed).install(source, key);
  // The first file takes about ten operations: opened, cut to nothing, written, flushed, renamed, noted.
  const early = Array.from({ length: 24 }, (_, at) => at + 1);
  for (const at of [...early, undisturbed.operations >> 1, undisturbed.operations - 3]) {
    const disk = new FaultFolder();
    disk.failAt(at, 'throws');
    const library = open(disk);
    const told = await library.install(source, key).catch((error: unknown) => failureOf(error));
    if (told !== 'installed') expect(await library.install(source, key), `failed at ${at}`).toBe('installed');
    expectAsTerminal(disk, key);
  }
}, 240_000);

test("the page's hash is the terminal's, in pieces of any size and of several files at once", async () => {
  const files = [distinctBytes(100_003), distinctBytes(70_001).map((byte) => byte ^ 1), new Uint8Array(0)];
  const start = await loadSha256();
  const ours = files.map(() => start());
  for (let at = 0; at < 100_003; at += 977) {
    for (const [index, bytes] of files.entries()) ours[index]?.update(bytes.subarray(at, at + 977));
  }
  const theirs = files.map((bytes) => {
    const hash = sha256();
    hash.update(bytes);
    return hash.digest();
  });
  expect(ours.map((hash) => hash.digest())).toEqual(theirs);
});
