/** What is kept under a name and not by its content: the list of models, and which files earlier releases had. */
import type { Release } from './protocol.ts';

const modelList = 'models/index.json';

export class Notes {
  readonly #caches: CacheStorage;
  readonly #name: string;
  readonly #base: string;

  constructor(caches: CacheStorage, base: string) {
    this.#caches = caches;
    this.#name = `nexus-gen notes ${new URL(base).pathname}`;
    this.#base = base;
  }

  async writeModelList(answer: Response): Promise<void> {
    await (await this.#open()).put(this.#address(modelList), answer);
  }

  async modelList(): Promise<Response | null> {
    return (await (await this.#open()).match(this.#address(modelList))) ?? null;
  }

  async writeRelease(release: Release): Promise<void> {
    const address = this.#address(`releases/${release.version}`);
    await (await this.#open()).put(address, Response.json(release));
  }

  async releases(): Promise<readonly Release[]> {
    const cache = await this.#open();
    const releases: Release[] = [];
    for (const { url } of await cache.keys()) {
      if (!url.startsWith(this.#address('releases/'))) continue;
      const release: Release | null = (await (await cache.match(url))?.json().catch(() => null)) ?? null;
      if (release !== null) releases.push(release);
    }
    return releases;
  }

  async letGoOfRelease(version: string): Promise<void> {
    await (await this.#open()).delete(this.#address(`releases/${version}`));
  }

  #open(): Promise<Cache> {
    return this.#caches.open(this.#name);
  }

  #address(path: string): string {
    return new URL(path, this.#base).href;
  }
}
