/** Which tabs live: each holds the lock of its name until it ends, however that comes. */
export type TabLocks = Pick<LockManager, 'request' | 'query'>;

const prefix = 'nexus-gen tab ';

export class TabsAlive {
  readonly #locks: TabLocks;
  readonly #own: string;
  readonly #ended: (tab: string) => void;
  readonly #watched = new Set<string>();

  constructor(locks: TabLocks, own: string, ended: (tab: string) => void) {
    this.#locks = locks;
    this.#own = own;
    this.#ended = ended;
  }

  /** Resolves when the others can see that this one lives. */
  show(): Promise<void> {
    return new Promise((resolve, reject) => {
      const hold = () => {
        resolve();
        return new Promise<never>(() => undefined);
      };
      this.#locks.request(prefix + this.#own, hold).catch(reject);
    });
  }

  async others(): Promise<readonly string[]> {
    const { held = [] } = await this.#locks.query();
    return held.flatMap(({ name = '' }) =>
      name.startsWith(prefix) && name !== prefix + this.#own ? name.slice(prefix.length) : [],
    );
  }

  /** Whether this tab, and no successor, holds the lock of that name. */
  async holds(name: string): Promise<boolean> {
    const { held = [] } = await this.#locks.query();
    const clientOf = (wanted: string) => held.find((lock) => lock.name === wanted)?.clientId;
    const own = clientOf(prefix + this.#own);
    return own !== undefined && own === clientOf(name);
  }

  /** Tells of that tab's end. */
  watch(tab: string): void {
    if (tab === this.#own || this.#watched.has(tab)) return;
    this.#watched.add(tab);
    void this.#locks.request(prefix + tab, { mode: 'shared' }, () => {
      this.#watched.delete(tab);
      this.#ended(tab);
    });
  }
}
