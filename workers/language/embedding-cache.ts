/** Image embeddings by name, up to a number of bytes: what was used longest ago is forgotten first. */
import type { ImageEmbeddings } from '../protocol.ts';

export class EmbeddingCache {
  readonly #limitBytes: number;
  /** Least recently used first. */
  readonly #entries = new Map<string, ImageEmbeddings>();
  #bytes = 0;

  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes;
  }

  has(name: string): boolean {
    return this.#entries.has(name);
  }

  get(name: string): ImageEmbeddings | undefined {
    const found = this.#entries.get(name);
    if (found) {
      this.#entries.delete(name);
      this.#entries.set(name, found);
    }
    return found;
  }

  /** Makes room by forgetting others, but none that is `needed`. */
  set(name: string, embeddings: ImageEmbeddings, needed: (name: string) => boolean): void {
    this.#forget(name);
    this.#entries.set(name, embeddings);
    this.#bytes += embeddings.data.byteLength;
    for (const other of [...this.#entries.keys()]) {
      if (this.#bytes <= this.#limitBytes) return;
      if (other !== name && !needed(other)) this.#forget(other);
    }
  }

  #forget(name: string): void {
    this.#bytes -= this.#entries.get(name)?.data.byteLength ?? 0;
    this.#entries.delete(name);
  }
}
