import type { ByteSource } from './source.ts';

const windowBytes = 64 * 2 ** 10;
/** A range alone: a header and what belongs to it. */
const aloneBytes = 512;

/**
 * Small ranges of a source, read in order: neighbours come out of one read. Each read of a file opens it, so the 40,000 headers
 * of a small archive would take seconds one by one.
 */
export class ReadAhead {
  private readonly source: ByteSource;
  private begin = 0;
  private window: Uint8Array = new Uint8Array(0);

  constructor(source: ByteSource) {
    this.source = source;
  }

  /** @param next where the range behind this one begins */
  async read(offset: number, length: number, next: number): Promise<Uint8Array> {
    const inside = offset >= this.begin && offset + length <= this.begin + this.window.length;
    if (!inside) {
      this.window = new Uint8Array(0);
      const useful = next - offset < windowBytes ? windowBytes : aloneBytes;
      const ahead = Math.min(useful, this.source.size - offset);
      this.window = await this.source.read(offset, Math.max(length, ahead));
      this.begin = offset;
    }
    return this.window.subarray(offset - this.begin, offset - this.begin + length);
  }
}
