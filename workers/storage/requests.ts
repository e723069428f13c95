/** Changes that were sent to the writer, until it answers or has been silent for too long. */
import type { Failure } from '../../model/failure.ts';
import type { StoredRecord } from './protocol.ts';
import type { TabSaying } from './tab-messages.ts';

export type CommitOutcome =
  | { readonly state: 'written'; readonly records: readonly StoredRecord[] }
  | { readonly state: 'refused'; readonly failure: Failure }
  | { readonly state: 'silent' }
  /** Another tab writes now. */
  | { readonly state: 'again' };

interface Pending {
  readonly settle: (outcome: CommitOutcome) => void;
  timer: ReturnType<typeof setTimeout>;
}

export class Requests {
  readonly #timeoutMs: number;
  readonly #pending = new Map<number, Pending>();
  #next = 0;

  constructor(timeoutMs: number) {
    this.#timeoutMs = timeoutMs;
  }

  ask(send: (id: number) => void): Promise<CommitOutcome> {
    const id = this.#next++;
    return new Promise((resolve) => {
      const settle = (outcome: CommitOutcome) => {
        clearTimeout(this.#pending.get(id)?.timer);
        this.#pending.delete(id);
        resolve(outcome);
      };
      this.#pending.set(id, { settle, timer: this.#silence(settle) });
      send(id);
    });
  }

  hear(message: Extract<TabSaying, { type: 'alive' | 'answer' }>): void {
    const pending = this.#pending.get(message.id);
    if (pending === undefined) return;
    if (message.type === 'alive') {
      clearTimeout(pending.timer);
      pending.timer = this.#silence(pending.settle);
    } else if (message.outcome.ok) pending.settle({ state: 'written', records: message.outcome.result });
    else pending.settle({ state: 'refused', failure: message.outcome.failure });
  }

  settleAll(outcome: CommitOutcome): void {
    for (const { settle } of [...this.#pending.values()]) settle(outcome);
  }

  #silence(settle: (outcome: CommitOutcome) => void) {
    return setTimeout(() => settle({ state: 'silent' }), this.#timeoutMs);
  }
}
