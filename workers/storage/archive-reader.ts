/**
 * Reads an archive, and takes nothing in it on trust: what it says of itself is compared with what is there, and nothing is inflated
 * further than it said it would be.
 */
import { BlobReader, type FileEntry, ZipReader } from '@zip.js/zip.js/lib/zip-core-native.js';
import { z } from 'zod';
import { FailureError, fail } from '../../model/failure.ts';
import type { ArchiveProblem } from '../../model/storage-failure.ts';
import { sha256Hex } from '../sha256.ts';
import { archiveFormat, archiveVersion, fileName, manifestName, recordsName } from './archive-format.ts';
import { readRecords } from './archive-records.ts';
import type { ArchiveLine } from './protocol.ts';

/** Of the records, or of one picture: more than any that the page makes. */
const mostBytes = 512 * 2 ** 20;
/** Of manifests. */
const mostManifestBytes = 64 * 2 ** 10;
/** Files in one archive. */
const mostEntries = 1_000_000;

const manifest = z.object({ format: z.literal(archiveFormat), version: z.int().positive() });

export class ArchiveReader {
  readonly #name: string;
  readonly #files: ReadonlyMap<string, FileEntry>;
  readonly lines: readonly ArchiveLine[];

  private constructor(name: string, files: ReadonlyMap<string, FileEntry>, lines: readonly ArchiveLine[]) {
    this.#name = name;
    this.#files = files;
    this.lines = lines;
  }

  /** @throws ARCHIVE_FILE, ARCHIVE_NEWER, ARCHIVE_RECORD */
  static async open(archive: Blob, name: string): Promise<ArchiveReader> {
    const entries = await entriesOf(archive, name);
    const said = entries.get(manifestName);
    const records = entries.get(recordsName);
    if (said === undefined || records === undefined) refuse(name, 'foreign');
    requireManifest(await textOf(said, name, mostManifestBytes), name);
    const lines = await readRecords(await inflated(records, name, mostBytes), name);
    const files = [...entries].flatMap(([path, entry]) => {
      const hash = fileName.exec(path)?.[1];
      return hash === undefined ? [] : [[hash, entry] as const];
    });
    const byHash = new Map(files);
    if (byHash.size !== files.length) refuse(name, 'twice');
    return new ArchiveReader(name, byHash, lines);
  }

  /** Of its files, by the SHA-256 that their names say. */
  get bytes(): ReadonlyMap<string, number> {
    return new Map(Array.from(this.#files, ([hash, { uncompressedSize }]) => [hash, uncompressedSize]));
  }

  /** @throws ARCHIVE_FILE, ARCHIVE_PICTURE */
  async file(hash: string): Promise<Blob> {
    const entry = this.#files.get(hash) ?? refuse(this.#name, 'damaged');
    const bytes = new Uint8Array(await (await inflated(entry, this.#name, mostBytes)).arrayBuffer());
    if ((await sha256Hex(bytes)) !== hash) fail('ARCHIVE_PICTURE', { file: this.#name, picture: entry.filename });
    return new Blob([bytes]);
  }
}

function refuse(file: string, problem: ArchiveProblem): never {
  return fail('ARCHIVE_FILE', { file, problem });
}

/** By their paths, of which none leads out of the archive, stands twice, or shares its bytes with another. */
async function entriesOf(archive: Blob, name: string): Promise<ReadonlyMap<string, FileEntry>> {
  const entries = new Map<string, FileEntry>();
  try {
    const zip = new ZipReader(new BlobReader(archive), { checkOverlappingEntry: true, useWebWorkers: false });
    for await (const entry of zip.getEntriesGenerator()) {
      const path = entry.filename;
      if (/(^|[\\/])\.\.([\\/]|$)|^[\\/]|^[a-z]:|\0/i.test(path)) refuse(name, 'path');
      if (entry.directory) continue;
      if (entries.has(path)) refuse(name, 'twice');
      if (entries.size === mostEntries) refuse(name, 'bomb');
      entries.set(path, entry);
    }
  } catch (error) {
    if (error instanceof FailureError) throw error;
    refuse(name, (await beginsAsZip(archive)) ? 'broken off' : 'foreign');
  }
  return entries;
}

async function beginsAsZip(archive: Blob): Promise<boolean> {
  return (await archive.slice(0, 4).text()) === 'PK\x03\x04';
}

function requireManifest(text: string, file: string): void {
  let said: unknown;
  try {
    said = JSON.parse(text);
  } catch {
    refuse(file, 'damaged');
  }
  const read = manifest.safeParse(said);
  if (!read.success) refuse(file, 'foreign');
  if (read.data.version > archiveVersion) fail('ARCHIVE_NEWER', { file });
}

async function textOf(entry: FileEntry, name: string, most: number): Promise<string> {
  return (await inflated(entry, name, most)).text();
}

/** Not a byte more is inflated than the entry says, nor than any honest one has. */
async function inflated(entry: FileEntry, name: string, most: number): Promise<Blob> {
  const { uncompressedSize, encrypted } = entry;
  if (encrypted) refuse(name, 'foreign');
  if (uncompressedSize > most) refuse(name, 'bomb');
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let bytes = 0;
  const sink = new WritableStream<Uint8Array<ArrayBuffer>>({
    write(chunk) {
      bytes += chunk.length;
      if (bytes > uncompressedSize) refuse(name, 'bomb');
      parts.push(chunk.slice());
    },
  });
  try {
    await entry.getData(sink, { checkSignature: true, useWebWorkers: false });
  } catch (error) {
    if (error instanceof FailureError) throw error;
    refuse(name, bytes > uncompressedSize ? 'bomb' : 'damaged');
  }
  if (bytes !== uncompressedSize) refuse(name, 'damaged');
  return new Blob(parts);
}
