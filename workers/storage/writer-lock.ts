/**
 * The lock that makes a tab the one that writes. A tab waits for it in turn, or takes it from a writer that does not answer. The
 * browser gives it back when its tab ends, however that comes.
 */
import type { Handover } from './generations.ts';
import type { TabLocks } from './tabs-alive.ts';

export const writerLockName = 'nexus-gen storage';

/** One time of holding the lock. */
export interface Tenure {
  /** It has neither been given back nor taken away. */
  readonly isActive: boolean;
}

interface Held extends Tenure {
  isActive: boolean;
  readonly release: () => void;
}

export interface WriterLockOwner {
  /** The lock is here. */
  begin(tenure: Tenure, handover: Handover): void;
  /** Another tab took it: what is under way is not acknowledged any more. */
  lose(): void;
}

export class WriterLock {
  readonly #locks: TabLocks;
  readonly #owner: WriterLockOwner;
  #held: Held | null = null;
  #isWaiting = false;
  #isClosed = false;
  #taking: Promise<void> | null = null;

  constructor(locks: TabLocks, owner: WriterLockOwner) {
    this.#locks = locks;
    this.#owner = owner;
  }

  get isHeld(): boolean {
    return this.#held !== null;
  }

  /** Waits for the lock for as long as others hold it, and again when it was taken away. */
  wait(): void {
    if (this.#isWaiting || this.#isClosed) return;
    this.#isWaiting = true;
    this.#request('ended', () => {
      this.#isWaiting = false;
    });
  }

  /** Takes the lock from whoever holds it. Who asks twice meanwhile takes it once: a tab must not take it from itself. */
  take(): Promise<void> {
    this.#taking ??= new Promise<void>((granted) => this.#request('silent', granted)).finally(() => {
      this.#taking = null;
    });
    return this.#taking;
  }

  /** Gives the lock to the next that waits. */
  release(): void {
    const held = this.#held;
    if (held === null) return;
    this.#end(held);
    held.release();
  }

  /** It is not asked for any more. */
  close(): void {
    this.#isClosed = true;
  }

  #request(handover: Handover, granted: () => void): void {
    const { promise: released, resolve: release } = Promise.withResolvers<void>();
    const held: Held = { isActive: true, release };
    const holding = this.#locks.request(writerLockName, { steal: handover === 'silent' }, async () => {
      granted();
      if (this.#isClosed) return;
      this.#held = held;
      this.#owner.begin(held, handover);
      await released;
    });
    holding.catch(() => {
      granted();
      const wasHeld = this.#held === held;
      this.#end(held);
      if (wasHeld) this.#owner.lose();
      this.wait();
    });
  }

  #end(held: Held): void {
    held.isActive = false;
    if (this.#held === held) this.#held = null;
  }
}
