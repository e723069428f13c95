/** Archives as a test writes them: whole ones, and ones that no page would write. */
import { BlobReader, BlobWriter, TextReader, ZipReader, ZipWriter } from '@zip.js/zip.js/lib/zip-core-native.js';

export const manifestOf = (version = 1) => JSON.stringify({ format: 'nexus-gen-archive', version });

export const chatLine = (id: string, title = id) => ({ kind: 'chat', id, title, changed: 1000 });

export function turnLine(chat: string, id: string, parent: string | null, text = id) {
  const turn = { id, from: 'person', text, pictures: [], reference: null, about: null, form: 'auto' };
  return { kind: 'turn', chat, id, parent, turn, results: [] };
}

export function lines(...records: readonly unknown[]): string {
  return records.map((record) => (typeof record === 'string' ? record : JSON.stringify(record))).join('\n');
}

export interface Entry {
  readonly name: string;
  readonly contents: string | Blob;
}

/** A zip of these files, behind a manifest of ours. */
export function archiveOf(records: string, ...others: readonly Entry[]): Promise<Blob> {
  return zipOf(
    { name: 'nexus-gen-archive.json', contents: manifestOf() },
    { name: 'records.jsonl', contents: records },
    ...others,
  );
}

export async function zipOf(...entries: readonly Entry[]): Promise<Blob> {
  const zip = new ZipWriter(new BlobWriter('application/zip'), { useWebWorkers: false });
  for (const { name, contents } of entries)
    await zip.add(name, typeof contents === 'string' ? new TextReader(contents) : new BlobReader(contents));
  return zip.close();
}

/** The files of a zip, by their names. */
export async function filesIn(zip: Blob): Promise<ReadonlyMap<string, Uint8Array<ArrayBuffer>>> {
  const files = new Map<string, Uint8Array<ArrayBuffer>>();
  for await (const entry of new ZipReader(new BlobReader(zip)).getEntriesGenerator()) {
    if (entry.directory) continue;
    const blob = await entry.getData(new BlobWriter(), { useWebWorkers: false });
    files.set(entry.filename, new Uint8Array(await blob.arrayBuffer()));
  }
  return files;
}

/** The same bytes with some changed behind the first place where a text stands. */
export async function changedAt(zip: Blob, text: string, change: (bytes: Uint8Array) => void): Promise<Blob> {
  const bytes = Buffer.from(await zip.arrayBuffer());
  change(bytes.subarray(bytes.indexOf(text)));
  return new Blob([bytes]);
}
