/**
 * Language and painter of one bundle. Where they do not fit the device together, the side that waits gives its memory back,
 * and is opened again when it is called (DESIGN "An edit, from drop to canvas").
 */
import type { MemoryPlan, Opened, Outcome } from '../../workers/protocol.ts';

export type Side = 'language' | 'painter';

export interface SideWorker {
  open(): Promise<Outcome<Opened>>;
  close(): Promise<unknown>;
}

export class TakingTurns {
  readonly #workers: Readonly<Record<Side, SideWorker>>;
  readonly #closed = new Set<Side>();
  #residency: MemoryPlan['residency'] = 'both';

  constructor(workers: Readonly<Record<Side, SideWorker>>) {
    this.#workers = workers;
  }

  /** Both sides are open, with this plan. */
  begin({ residency }: MemoryPlan): void {
    this.#closed.clear();
    this.#residency = residency;
  }

  /** Calls one side when it is open and the other makes room. */
  async call<Result>(side: Side, task: () => Promise<Outcome<Result>>): Promise<Outcome<Result>> {
    if (this.#residency !== 'both') await this.#close(side === 'language' ? 'painter' : 'language');
    if (this.#closed.has(side)) {
      const opened = await this.#workers[side].open();
      if (!opened.ok) return opened;
      this.#closed.delete(side);
    }
    return task();
  }

  async #close(side: Side): Promise<void> {
    if (this.#closed.has(side)) return;
    this.#closed.add(side);
    await this.#workers[side].close();
  }
}
