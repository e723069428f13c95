import type { StorageContents } from './contents.ts';
import type { Change } from './protocol.ts';

/** Where the turns of one commit go, each behind those before it, while none of them is written yet. */
export class Placement {
  readonly #contents: StorageContents;
  readonly #next = new Map<string, string>();
  readonly #new = new Set<string>();

  constructor(contents: StorageContents) {
    this.#contents = contents;
  }

  place(change: Change): Change {
    const placed = this.#contents.placed(change);
    if (placed.kind !== 'turn' || change.kind !== 'turn' || this.#contents.hasTurn(placed.chat, placed.id))
      return placed;
    const { kind, chat, id, place, turn } = placed;
    const key = (parent: string | null) => `${chat} ${parent}`;
    let parent = change.parent !== null && this.#new.has(`${chat} ${change.parent}`) ? change.parent : placed.parent;
    if (place === 'behind') {
      for (let next = this.#next.get(key(parent)); next !== undefined; next = this.#next.get(key(parent)))
        parent = next;
    }
    this.#new.add(`${chat} ${id}`);
    this.#next.set(key(parent), id);
    return { kind, chat, id, parent, place, turn };
  }
}
