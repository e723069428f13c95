/** Writes an archive: pictures go through one after the other, and what is done of the zip is left to the browser, which may put it on the disk. */
import { BlobReader, TextReader, ZipWriter } from '@zip.js/zip.js/lib/zip-core-native.js';
import { beginningBytes, pictureKind } from '../../model/image/header.ts';
import { archiveFormat, archiveVersion, filesFolder, manifestName, recordsName } from './archive-format.ts';
import type { ArchiveRecord } from './protocol.ts';

/** What is gathered before the browser is given it. */
const partBytes = 4 * 2 ** 20;
/** Pictures are packed already. */
const stored = { level: 0 } as const;
const packed = { level: 6 } as const;

export class ArchiveWriter {
  readonly #parts = new BlobParts();
  readonly #zip = new ZipWriter(new WritableStream(this.#parts), { useWebWorkers: false, extendedTimestamp: false });
  readonly #named = new Set<string>();
  /** Records are written behind all files: the zip takes one at a time, and what they name is known with them. */
  #records: Blob[] = [];

  /** Answers with every SHA-256 that the records name and none before did. */
  addRecords(records: readonly ArchiveRecord[]): readonly string[] {
    const lines = records.map((record) => `${JSON.stringify(record)}\n`);
    this.#records.push(new Blob(lines));
    const named = new Set(lines.flatMap((line) => line.match(/\b[0-9a-f]{64}\b/g) ?? []));
    const fresh = [...named].filter((hash) => !this.#named.has(hash));
    for (const hash of fresh) this.#named.add(hash);
    return fresh;
  }

  async addFile(hash: string, file: Blob): Promise<string> {
    const kind = pictureKind(new Uint8Array(await file.slice(0, beginningBytes).arrayBuffer()));
    const name = `${filesFolder}${hash}${kind === null ? '' : `.${kind}`}`;
    await this.addNamed(name, file);
    return name;
  }

  /** A file under a name of its own. */
  async addNamed(name: string, file: Blob): Promise<void> {
    await this.#zip.add(name, new BlobReader(file), stored);
  }

  async addText(name: string, text: string): Promise<void> {
    await this.#zip.add(name, new TextReader(text), packed);
  }

  /** With the records and what says that it is an archive. */
  async finish(): Promise<Blob> {
    const manifest = { format: archiveFormat, version: archiveVersion, made: new Date().toISOString() };
    await this.addText(manifestName, `${JSON.stringify(manifest, null, 2)}\n`);
    await this.#zip.add(recordsName, new BlobReader(new Blob(this.#records)), packed);
    return this.close();
  }

  /** As it is: files alone. */
  async close(): Promise<Blob> {
    await this.#zip.close();
    return this.#parts.whole();
  }
}

/** A sink whose bytes are handed to the browser part by part. */
class BlobParts implements UnderlyingSink<Uint8Array<ArrayBuffer>> {
  readonly #parts: Blob[] = [];
  #gathered: Uint8Array<ArrayBuffer>[] = [];
  #bytes = 0;

  write(chunk: Uint8Array<ArrayBuffer>): void {
    this.#gathered.push(chunk.slice());
    this.#bytes += chunk.length;
    if (this.#bytes >= partBytes) this.#handOver();
  }

  whole(): Blob {
    this.#handOver();
    return new Blob(this.#parts, { type: 'application/zip' });
  }

  #handOver(): void {
    this.#parts.push(new Blob(this.#gathered));
    this.#gathered = [];
    this.#bytes = 0;
  }
}
