/** Bytes on the device by owner: every buffer is booked when it is made and struck off when it is freed. */
import type { Ledger } from '../protocol.ts';

export class ByteLedger {
  readonly #owners = new Map<string, number>();

  book(owner: string, bytes: number): void {
    this.#owners.set(owner, (this.#owners.get(owner) ?? 0) + bytes);
  }

  strike(owner: string, bytes: number): void {
    const left = (this.#owners.get(owner) ?? 0) - bytes;
    if (left > 0) this.#owners.set(owner, left);
    else this.#owners.delete(owner);
  }

  /** Owners that hold something. */
  entries(): Ledger {
    return Object.fromEntries(this.#owners);
  }
}
