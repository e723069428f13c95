import { fail } from '../failure.ts';
import { crc32 } from './crc32.ts';
import type { ByteSource } from './source.ts';
import type { ZipEntry } from './zip.ts';

const chunkBytes = 8 * 2 ** 20;

/**
 * The bytes of one zip record, its checksum computed along with reading in order, so that a 24 GB archive is read once.
 * Reading ahead computes over what lies between.
 */
export class ZipRecord {
  readonly entry: ZipEntry;
  private readonly source: ByteSource;
  private covered = 0;
  private checksum = 0;

  constructor(source: ByteSource, entry: ZipEntry) {
    this.source = source;
    this.entry = entry;
  }

  /** Bytes [offset, offset + length) of the record. Throws ZIP_MISMATCH when its last byte shows a wrong checksum. */
  async read(offset: number, length: number): Promise<Uint8Array> {
    await this.cover(offset);
    const bytes = await this.readSource(offset, length);
    this.extend(offset, bytes);
    return bytes;
  }

  /** Checks what has not been read yet, up to the end. */
  finish(): Promise<void> {
    return this.cover(this.entry.size);
  }

  private async cover(end: number): Promise<void> {
    while (this.covered < end) {
      const offset = this.covered;
      const length = Math.min(chunkBytes, end - offset);
      this.extend(offset, await this.readSource(offset, length));
    }
  }

  private readSource(offset: number, length: number): Promise<Uint8Array> {
    const { begin, size } = this.entry;
    return this.source.read(begin + offset, length, begin + size);
  }

  private extend(offset: number, bytes: Uint8Array): void {
    const end = offset + bytes.length;
    if (end <= this.covered || offset > this.covered) return;
    this.checksum = crc32(bytes.subarray(this.covered - offset), this.checksum);
    this.covered = end;
    if (end === this.entry.size && this.checksum !== this.entry.crc32) {
      fail('ZIP_MISMATCH', { file: this.source.name, entry: this.entry.name, problem: 'checksum' });
    }
  }
}
