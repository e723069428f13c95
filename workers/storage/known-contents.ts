/** What one tab knows to be stored, and how much of it its page was told. */
import { StorageContents } from './contents.ts';
import type { ReadRecord, StorageEvent, StoredRecord } from './protocol.ts';
import type { TabsAlive } from './tabs-alive.ts';

export class KnownContents {
  readonly #own: string;
  readonly #alive: TabsAlive;
  readonly #tell: (event: StorageEvent) => void;
  readonly #known = Promise.withResolvers<void>();
  /** Null until this tab is told, and while it may hold what did not count. */
  #contents: StorageContents | null = null;
  /** The number of the newest record that the page was told of; null before the page was told anything. */
  #told: number | null = null;

  /** @param own the id of this tab, whose changes its page knows */
  constructor(own: string, alive: TabsAlive, tell: (event: StorageEvent) => void) {
    this.#own = own;
    this.#alive = alive;
    this.#tell = tell;
    this.#known.promise.catch(() => undefined);
  }

  /** Resolves when something is known for the first time; rejects where nothing can be. */
  get ready(): Promise<void> {
    return this.#known.promise;
  }

  get isKnown(): boolean {
    return this.#contents !== null;
  }

  get contents(): StorageContents {
    return this.#contents ?? new StorageContents();
  }

  /** The number of the newest known record; null where nothing is known. */
  get number(): number | null {
    return this.#contents?.number ?? null;
  }

  /** All there is, as the writer sent it. */
  fill(reads: readonly ReadRecord[]): void {
    if (this.#contents !== null) return;
    const contents = new StorageContents();
    for (const read of reads) contents.add(read, null);
    this.know(contents);
  }

  know(contents: StorageContents): void {
    this.#contents = contents;
    if (this.#told !== null) this.tellOf(contents.since(this.#told));
    this.#told = contents.number;
    this.#known.resolve();
  }

  /** A log that went on in another file has its contents anew. */
  replace(contents: StorageContents): void {
    this.#contents = contents;
  }

  /** Records that the writer sent. */
  take(records: readonly StoredRecord[]): void {
    const contents = this.#contents;
    if (contents === null) return;
    const fresh = records.filter(({ number }) => number > contents.number);
    for (const record of fresh) contents.add({ state: 'read', record }, null);
    this.tellOf(fresh);
  }

  /** Tells the page of what other tabs changed. */
  tellOf(records: readonly StoredRecord[]): void {
    const others = records.filter(({ by }) => by !== this.#own);
    for (const { by } of others) this.#alive.watch(by);
    this.#told = records.reduce((newest, { number }) => Math.max(newest, number), this.#told ?? 0);
    if (others.length > 0) this.#tell({ type: 'records', records: others });
  }

  /** What was written last may not count any more. */
  forget(): void {
    this.#contents = null;
  }

  /** Stays with what it has, be it nothing. */
  settle(contents: StorageContents = new StorageContents()): void {
    this.#contents ??= contents;
    this.#known.resolve();
  }

  refuse(reason: Error): void {
    this.#known.reject(reason);
  }
}
