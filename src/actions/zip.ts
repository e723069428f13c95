/** One zip of several files, made as they are read: none of them waits for the others in memory. */
import type { Zip, ZipPassThrough } from 'fflate';

export interface ZipEntry {
  readonly name: string;
  readonly file: Blob;
}

/** Bytes whose checksum takes the page's thread a moment. */
const sliceBytes = 2 ** 18;
/** What is whole becomes a blob, which the browser may keep on its disk. */
const partBytes = 2 ** 24;

/** Pictures are compressed already, and are stored as they are. */
export async function zipOf(entries: AsyncIterable<ZipEntry>): Promise<Blob> {
  const { Zip, ZipPassThrough } = await import('fflate');
  const parts: Blob[] = [];
  let chunks: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  const flush = () => {
    parts.push(new Blob(chunks));
    [chunks, size] = [[], 0];
  };
  const zip: Zip = new Zip((error, chunk) => {
    if (error !== null) throw error;
    chunks.push(new Uint8Array(chunk));
    size += chunk.length;
  });
  for await (const { name, file } of entries) {
    const entry: ZipPassThrough = new ZipPassThrough(name);
    zip.add(entry);
    for (let at = 0; at < file.size; at += sliceBytes) {
      entry.push(new Uint8Array(await file.slice(at, at + sliceBytes).arrayBuffer()));
      if (size >= partBytes) flush();
    }
    entry.push(new Uint8Array(), true);
  }
  zip.end();
  flush();
  return new Blob(parts, { type: 'application/zip' });
}

/** Names that differ: the second of a name says so, as systems do. */
export function distinctNames(names: readonly string[]): readonly string[] {
  const taken = new Set<string>();
  return names.map((name) => {
    const dot = name.lastIndexOf('.');
    const [stem, end] = dot < 0 ? [name, ''] : [name.slice(0, dot), name.slice(dot)];
    let free = name;
    for (let number = 2; taken.has(free); number += 1) free = `${stem} (${number})${end}`;
    taken.add(free);
    return free;
  });
}
