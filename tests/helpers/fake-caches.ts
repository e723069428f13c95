/** The browser's Cache Storage in memory, which may be full or out of reach. */
export class FakeCaches implements Pick<CacheStorage, 'open'> {
  readonly #caches = new Map<string, FakeCache>();
  isFull = false;
  isRefused = false;

  async open(name: string): Promise<Cache> {
    if (this.isRefused) throw new DOMException('refused', 'SecurityError');
    const cache = this.#caches.get(name) ?? new FakeCache(this);
    this.#caches.set(name, cache);
    return cache as unknown as Cache;
  }

  /** As a program that writes over files of the browser would. */
  damage(part: string): void {
    for (const { entries } of this.#caches.values())
      for (const address of entries.keys()) if (address.includes(part)) entries.set(address, new Response('damaged'));
  }
}

class FakeCache {
  readonly entries = new Map<string, Response>();
  readonly #all: FakeCaches;

  constructor(all: FakeCaches) {
    this.#all = all;
  }

  async match(address: string): Promise<Response | undefined> {
    return this.entries.get(address)?.clone();
  }

  async put(address: string, response: Response): Promise<void> {
    if (this.#all.isFull) throw new DOMException('full', 'QuotaExceededError');
    this.entries.set(address, response);
  }

  async keys(): Promise<readonly Request[]> {
    return [...this.entries.keys()].map((address) => new Request(address));
  }

  async delete(address: string): Promise<boolean> {
    return this.entries.delete(address);
  }
}
