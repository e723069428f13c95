/** One zip of several files, made beside the page as they are read: none of them waits for the others in memory. */
import { resultOf } from '../../session/result-of.ts';
import type { withArchive } from '../engine/archive.ts';

export interface ZipEntry {
  readonly name: string;
  readonly file: Blob;
}

/** Pictures are compressed already, and are stored as they are. */
export function zipOf(archive: typeof withArchive, entries: AsyncIterable<ZipEntry>): Promise<Blob> {
  return archive(async (worker) => {
    for await (const { name, file } of entries) resultOf(await worker.addNamed(name, file));
    return resultOf(await worker.close());
  });
}

/** Names that differ on any disk, where large and small letters may be the same: the second of a name says so, as systems do. */
export function distinctNames(names: readonly string[]): readonly string[] {
  const taken = new Set<string>();
  return names.map((name) => {
    const dot = name.lastIndexOf('.');
    const [stem, end] = dot < 0 ? [name, ''] : [name.slice(0, dot), name.slice(dot)];
    let free = name;
    for (let number = 2; taken.has(free.toLowerCase()); number += 1) free = `${stem} (${number})${end}`;
    taken.add(free.toLowerCase());
    return free;
  });
}
