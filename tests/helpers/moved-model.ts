/** A machine on which a model lies in the browser's storage or in a folder, and what is expected to be where. */
import { expect } from 'vitest';
import { type Ability, abilities } from '../../model/bundle/installables.ts';
import type { LibraryEvent } from '../../workers/library/protocol.ts';
import { fakeDirectory, type Reach } from './fake-directory.ts';
import { CountedFiles, type FakeBundle, fakeHandles, fakeLocks, machine, openLibrary, source } from './fake-library.ts';
import { FaultFolder } from './fault-folder.ts';

/** A machine with a library that has the model, and a folder that the person chose. */
export async function installed(of: FakeBundle, wanted: readonly Ability[] = abilities) {
  const disk = new FaultFolder();
  const handles = fakeHandles(disk);
  const locks = fakeLocks();
  const reach: Reach = { state: 'there' };
  const chosen = fakeDirectory(disk, `${machine}/chosen`, reach);
  const told: LibraryEvent[] = [];
  const tab = (files = new CountedFiles(of)) =>
    openLibrary(disk, files, { handles, locks, tell: (event) => told.push(event) });
  /** The browser is started anew. */
  const restarted = async (files = new CountedFiles(of)) => {
    disk.restart();
    const library = tab(files);
    await library.sweep();
    return library;
  };
  await tab().install(source, of.key, wanted);
  return {
    of,
    disk,
    handles,
    locks,
    reach,
    chosen,
    told,
    tab,
    restarted,
    toFolder: { kind: 'folder', handle: chosen } as const,
  };
}

export type Machine = Awaited<ReturnType<typeof installed>>;

export const movedTo = ({ key }: FakeBundle) => `${machine}/chosen/tiny-${key.slice(0, 8)}`;

export function expectThere({ disk, of }: Machine, place: 'browser' | 'folder'): void {
  const path = place === 'browser' ? of.key : movedTo(of);
  for (const [name, bytes] of of.contents)
    expect(Buffer.compare(disk.bytes(`${path}/${name}`), bytes), `${path}/${name}`).toBe(0);
}

export function namesIn(place: 'browser' | 'folder', of: FakeBundle): readonly string[] {
  const { key, contents } = of;
  const own = place === 'browser' ? [...contents.keys()] : ['bundle.json'];
  const there = place === 'browser' ? [] : [...contents.keys()];
  return [...[...own, 'library.log'].map((name) => `${key}/${name}`), ...there.map((name) => `${movedTo(of)}/${name}`)];
}

/** All of it is in one place and nothing of it in the other. */
export function expectIn(machine: Machine, place: 'browser' | 'folder'): void {
  expect([...machine.disk.fileNames].sort()).toEqual([...namesIn(place, machine.of)].sort());
  expectThere(machine, place);
}
