/**
 * Keeps the device about a twentieth of a second ahead. Runs return when they are submitted, so without waiting a whole
 * picture would be queued and Stop would come too late; waiting after every small run would leave the device idle.
 */
import { fail } from '../../model/failure.ts';
import type { Runtime } from '../gpu/runtime.ts';

/** Milliseconds of work that may be queued before Stop is looked at. */
const aheadMs = 50;
const mostRuns = 64;

export class Pace {
  readonly #runtime: Runtime;
  readonly #signal: AbortSignal;
  #runs = 0;
  /** Runs between two waits: one at first, doubled while they are short. */
  #batch = 1;
  #since = 0;

  constructor(runtime: Runtime, signal: AbortSignal) {
    this.#runtime = runtime;
    this.#signal = signal;
  }

  /** To be called before each run. Throws STOPPED where the person stopped. */
  async next(): Promise<void> {
    this.check();
    if (this.#runs === 0) this.#since = performance.now();
    this.#runs += 1;
    if (this.#runs <= this.#batch) return;
    await this.#runtime.settled();
    const took = performance.now() - this.#since;
    if (took < aheadMs / 2) this.#batch = Math.min(mostRuns, this.#batch * 2);
    else if (took > aheadMs) this.#batch = Math.max(1, Math.floor(this.#batch / 2));
    this.#runs = 1;
    this.#since = performance.now();
    this.check();
  }

  /** To be called between long runs: lets a Stop through that came meanwhile. Throws STOPPED where the person stopped. */
  async pause(): Promise<void> {
    await this.#runtime.settled();
    this.check();
  }

  /** Throws STOPPED where the person stopped. */
  check(): void {
    if (this.#signal.aborted) fail('STOPPED', { stage: 'drawing' });
  }
}
