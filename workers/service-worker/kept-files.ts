/**
 * Files by their content: one that several releases have is kept once, and what is read is what was asked for or nothing. Whatever
 * else lies under a file's name is noticed by its hash and let go.
 */

/** What became of an answer that was to be kept. */
export type Keeping = 'kept' | 'other bytes' | 'no room';

export class KeptFiles {
  readonly #caches: CacheStorage;
  readonly #name: string;
  readonly #base: string;

  /** @param base the address of the page's folder, of which an origin may have several */
  constructor(caches: CacheStorage, base: string) {
    this.#caches = caches;
    this.#name = `nexus-gen files ${new URL(base).pathname}`;
    this.#base = base;
  }

  /** Null also where the browser does not let its own copy be read: the host has the file. */
  async read(sha256: string): Promise<Response | null> {
    try {
      const cache = await this.#open();
      const kept = await cache.match(this.#address(sha256));
      if (kept === undefined) return null;
      const bytes = await kept.arrayBuffer();
      if ((await hashOf(bytes)) === sha256) return answerWith(bytes, kept);
      await cache.delete(this.#address(sha256));
      return null;
    } catch {
      return null;
    }
  }

  /** Consumes the answer. */
  async keep(sha256: string, answer: Response): Promise<Keeping> {
    const bytes = await answer.arrayBuffer();
    if ((await hashOf(bytes)) !== sha256) return 'other bytes';
    try {
      await (await this.#open()).put(this.#address(sha256), answerWith(bytes, answer));
      return 'kept';
    } catch {
      return 'no room';
    }
  }

  /** The hashes that something lies under, whether or not it is what it should be. */
  async hashes(): Promise<ReadonlySet<string>> {
    const requests = await this.#open()
      .then((cache) => cache.keys())
      .catch(() => []);
    return new Set(requests.map(({ url }) => url.slice(this.#address('').length)));
  }

  async letGoOfAllBut(wanted: ReadonlySet<string>): Promise<void> {
    const cache = await this.#open();
    for (const hash of await this.hashes()) if (!wanted.has(hash)) await cache.delete(this.#address(hash));
  }

  #open(): Promise<Cache> {
    return this.#caches.open(this.#name);
  }

  #address(sha256: string): string {
    return new URL(`kept/${sha256}`, this.#base).href;
  }
}

/** The bytes as they are used: an encoding and a length are those of the journey, and policies are added where they are answered. */
function answerWith(bytes: ArrayBuffer, { headers }: Response): Response {
  const type = headers.get('Content-Type');
  return new Response(bytes, type === null ? {} : { headers: { 'Content-Type': type } });
}

async function hashOf(bytes: ArrayBuffer): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
