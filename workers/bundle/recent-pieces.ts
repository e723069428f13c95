/** Pieces of files that were fetched last: what lies beside a piece just read is wanted next, and is not asked for again. */
export class RecentPieces {
  readonly #limit: number;
  /** Least recently used first. */
  readonly #held = new Map<string, Uint8Array>();
  readonly #arriving = new Map<string, Promise<Uint8Array>>();
  #bytes = 0;

  /** @param limit bytes that are held at most */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** The piece of this key; one that is on its way is waited for, one that failed is asked for again by the next call. */
  get(key: string, fetchPiece: () => Promise<Uint8Array>): Promise<Uint8Array> {
    const held = this.#held.get(key);
    if (held) {
      this.#held.delete(key);
      this.#held.set(key, held);
      return Promise.resolve(held);
    }
    const known = this.#arriving.get(key);
    if (known) return known;
    const arriving = fetchPiece().finally(() => this.#arriving.delete(key));
    this.#arriving.set(key, arriving);
    arriving.then(
      (piece) => this.#hold(key, piece),
      () => undefined,
    );
    return arriving;
  }

  #hold(key: string, piece: Uint8Array): void {
    this.#held.set(key, piece);
    this.#bytes += piece.length;
    for (const [oldest, { length }] of this.#held) {
      if (this.#bytes <= this.#limit) return;
      this.#held.delete(oldest);
      this.#bytes -= length;
    }
  }
}
