/**
 * Language and painter of one bundle on one device. Where they do not fit it together, one works at a time: the side that
 * waits gives its memory back, and is opened again when it is called (docs/design.md, "Workers").
 */
import type { MemoryPlan } from '../workers/protocol.ts';
import { unlessStopped } from './unless-stopped.ts';

export type Side = 'language' | 'painter';

export interface ResidentSide {
  /** Gives all memory back until the next call. */
  rest(): Promise<void>;
}

export class ExclusiveResidency {
  readonly #sides: Readonly<Record<Side, ResidentSide>>;
  #residency: MemoryPlan['residency'] = 'both';
  /** Settles when every call that was asked for until now has ended. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(sides: Readonly<Record<Side, ResidentSide>>) {
    this.#sides = sides;
  }

  /** From the next call on. */
  follow({ residency }: MemoryPlan): void {
    this.#residency = residency;
  }

  /**
   * Calls one side: at once where both are resident, else when the calls before it have ended and the other side has made
   * room.
   *
   * @throws STOPPED where the signal aborts before its turn comes
   */
  async call<Result>(side: Side, task: () => Promise<Result>, signal: AbortSignal): Promise<Result> {
    const before = this.#last;
    const turn = this.#residency === 'both' ? task() : this.#inTurn(side, task, before, signal);
    this.#last = Promise.allSettled([before, turn]);
    return turn;
  }

  async #inTurn<Result>(
    side: Side,
    task: () => Promise<Result>,
    before: Promise<unknown>,
    signal: AbortSignal,
  ): Promise<Result> {
    await unlessStopped(before, signal, 'waiting');
    await this.#sides[side === 'language' ? 'painter' : 'language'].rest();
    return task();
  }
}
