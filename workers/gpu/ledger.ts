/** Bytes on the device by owner: every buffer is booked when it is made and struck off when it is freed. */
import type { Ledger } from '../protocol.ts';

export class ByteLedger {
  readonly #owners = new Map<string, number>();
  #total = 0;
  #peak = 0;

  book(owner: string, bytes: number): void {
    this.#owners.set(owner, (this.#owners.get(owner) ?? 0) + bytes);
    this.#total += bytes;
    this.#peak = Math.max(this.#peak, this.#total);
  }

  strike(owner: string, bytes: number): void {
    const held = this.#owners.get(owner) ?? 0;
    const left = Math.max(0, held - bytes);
    this.#total -= held - left;
    if (left > 0) this.#owners.set(owner, left);
    else this.#owners.delete(owner);
  }

  /** Owners that hold something. */
  entries(): Ledger {
    return Object.fromEntries(this.#owners);
  }

  /** Bytes there are now. */
  get total(): number {
    return this.#total;
  }

  /** The most bytes there ever were at once. */
  get peak(): number {
    return this.#peak;
  }
}
