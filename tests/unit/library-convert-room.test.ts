/** The room on the disk for a conversion in the page: what is computed lies behind its file for a time, and is counted. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Failure } from '../../model/failure.ts';
import { checkpointAtAddress } from '../../workers/library/checkpoint-at-address.ts';
import type { StorageFile } from '../../workers/storage/files.ts';
import { CountedFiles, fakeBundle, openLibrary } from '../helpers/fake-library.ts';
import { FaultFolder } from '../helpers/fault-folder.ts';
import { RangeServer } from '../helpers/range-server.ts';
import { failureFrom } from '../helpers/sources.ts';
import { tinyCheckpoint } from '../helpers/tiny-checkpoint.ts';

const source = { kind: 'address', address: 'https://models.test/checkpoint/', hosts: [] } as const;
// Matrices of T5 have 4 MiB, more than all else together.
const checkpoint = tinyCheckpoint(undefined, { t5: { d_ff: 65_536 } });

let server: RangeServer;
beforeEach(async () => {
  server = await RangeServer.start(checkpoint);
});
afterEach(() => server.close());

/** Remembers how long each file was at most. */
class MeasuredFolder extends FaultFolder {
  readonly longest = new Map<string, number>();

  override async open(name: string): Promise<StorageFile> {
    const file = await super.open(name);
    const write = (bytes: Uint8Array, at: number) => {
      const written = file.write(bytes, at);
      this.longest.set(name, Math.max(this.longest.get(name) ?? 0, file.size()));
      return written;
    };
    return { ...file, write };
  }

  /** Bytes of all files, but for what is being made. */
  get finished(): number {
    const names = this.fileNames.filter((name) => !name.endsWith('.part'));
    return names.reduce((sum, name) => sum + this.bytes(name).length, 0);
  }
}

function open(disk: FaultFolder) {
  const checkpointOf = () => checkpointAtAddress(server.base, { ask: fetch, wait: async () => undefined });
  return openLibrary(disk, new CountedFiles(fakeBundle()), { checkpointOf });
}

const neededOf = (failure: Failure) =>
  failure.code === 'INSTALL_FULL' ? failure.data.needed : expect.fail(failure.code);

test('what is told beforehand is what lies beside a file at most', async () => {
  const disk = new MeasuredFolder();
  const { key, beside } = await open(disk).look(source, null);
  await open(disk).install(source, key);
  const parts = [...disk.longest].filter(([name]) => name.endsWith('.part'));
  const longer = parts.map(
    ([name, bytes]) =>
      bytes - (disk.fileNames.includes(name.slice(0, -5)) ? disk.bytes(name.slice(0, -5)).length : bytes),
  );
  expect(Math.max(...longer)).toBe(beside);
  expect(beside).toBeGreaterThan(4 * 2 ** 20);
  // Once it is there nothing more is taken.
  expect(await open(disk).look(source, null)).toMatchObject({ missing: 0, beside: 0 });
}, 120_000);

test('with room for the model alone it says what is needed; that is enough, and less is not', async () => {
  const undisturbed = new MeasuredFolder();
  const { key } = await open(undisturbed).look(source, null);
  await open(undisturbed).install(source, key);
  const notes = 100_000;
  const disk = new MeasuredFolder();
  disk.room = undisturbed.finished + notes;
  const needed = neededOf(await failureFrom(() => open(disk).install(source, key)));
  expect(needed).toBeGreaterThan(4 * 2 ** 20);
  disk.closeAll();
  disk.room = disk.finished + needed - notes;
  expect(neededOf(await failureFrom(() => open(disk).resume(key)))).toBeGreaterThan(0);
  disk.closeAll();
  disk.room = disk.finished + needed + notes;
  expect(await open(disk).resume(key)).toBe('installed');
  for (const name of undisturbed.fileNames.filter((each) => !each.endsWith('library.log')))
    expect(Buffer.compare(disk.bytes(name), undisturbed.bytes(name)), name).toBe(0);
}, 240_000);
