/** So much of a file is in memory. */
const windowBytes = 2 ** 20;

/** Reads a file from its beginning to its end without ever holding it whole. */
export class BlobReader {
  readonly #blob: Blob;
  #at = 0;
  #window = new Uint8Array(0);
  #windowStart = 0;

  constructor(blob: Blob) {
    this.#blob = blob;
  }

  /** The next bytes, valid until the next call; fewer where the file ends. */
  async take(length: number): Promise<Uint8Array> {
    if (this.#at < this.#windowStart || this.#at + length > this.#windowStart + this.#window.length) {
      const end = this.#at + Math.max(length, windowBytes);
      this.#window = new Uint8Array(await this.#blob.slice(this.#at, end).arrayBuffer());
      this.#windowStart = this.#at;
    }
    const from = this.#at - this.#windowStart;
    this.#at += length;
    return this.#window.subarray(from, from + length);
  }

  skip(length: number): void {
    this.#at += length;
  }
}
