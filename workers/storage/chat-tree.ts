/**
 * One chat's turns as a tree: each has a parent, so that versions of a turn can stand beside each other. What the records say is
 * taken as it comes, also where a parent is damaged, deleted or impossible; each turn has a place all the same.
 */
import { isDamagedCopy } from './damaged-id.ts';
import type { UnreadableRecord } from './protocol.ts';

interface Node {
  readonly parent: string | null;
  /** The place in the order of making; a parent is older than its children. */
  readonly order: number;
  /** Why it cannot be shown; null for one that can. */
  readonly unreadable: UnreadableRecord['why'] | null;
}

export interface TreeTurn {
  readonly id: string;
  /** The nearest turn before it that is still there. */
  readonly parent: string | null;
  readonly unreadable: UnreadableRecord['why'] | null;
}

export class ChatTree {
  readonly #nodes = new Map<string, Node>();
  /** What stands for each turn that is not there: what was before a deleted one. */
  readonly #deleted = new Map<string, string | null>();
  readonly #unreadable = new Set<string>();

  has(id: string): boolean {
    return this.#nodes.get(id)?.unreadable === null;
  }

  /** A turn that is there already, or was, keeps its place. */
  add(id: string, parent: string | null, order: number): void {
    const damaged = [...this.#unreadable].find((other) => other === id || isDamagedCopy(other, id)) ?? id;
    const known = this.#nodes.get(id) ?? this.#nodes.get(damaged);
    if (damaged !== id) {
      this.#nodes.delete(damaged);
      this.#deleted.set(damaged, id);
    }
    this.#unreadable.delete(damaged);
    this.#deleted.delete(id);
    this.#nodes.set(id, { parent, order: known?.order ?? order, unreadable: null });
  }

  /** A turn whose record cannot be read stands behind the newest before it, unless other records tell of it. */
  addUnreadable(id: string, order: number, why: UnreadableRecord['why']): void {
    if (this.#nodes.has(id) || this.#deleted.has(id) || this.#isToldOf(id)) return;
    this.#unreadable.add(id);
    this.#nodes.set(id, { parent: this.#newestBefore(order), order, unreadable: why });
  }

  delete(id: string, parent: string | null): void {
    this.#nodes.delete(id);
    this.#unreadable.delete(id);
    this.#deleted.set(id, parent);
  }

  /** All turns go, as one. */
  deleteAll(): void {
    for (const [id, { parent }] of this.#nodes) this.#deleted.set(id, parent);
    this.#nodes.clear();
    this.#unreadable.clear();
  }

  wasDeleted(id: string): boolean {
    return this.#deleted.has(id);
  }

  /** The parent of a turn that is there, or was. */
  parentOf(id: string): string | null {
    return this.#nodes.get(id)?.parent ?? this.#deleted.get(id) ?? null;
  }

  /** The turn itself, or what is left before it. */
  nearest(id: string | null): string | null {
    return this.#living(id, Number.POSITIVE_INFINITY);
  }

  /** Where a turn goes that is to follow `parent`: behind the newest of that path. */
  endBehind(parent: string | null): string | null {
    // Of what follows the same turn the newest comes last, and counts.
    const newest = new Map(this.turns().map(({ id, parent: before }) => [before, id]));
    let end = this.nearest(parent);
    for (let next = newest.get(end); next !== undefined; next = newest.get(end)) end = next;
    return end;
  }

  /** In the order of their making. Parents that no record tells of are made first. */
  turns(): readonly TreeTurn[] {
    for (const { parent, order } of this.#nodes.values()) {
      if (parent !== null && !this.#nodes.has(parent) && !this.#deleted.has(parent)) this.#makeUp(parent, order - 0.5);
    }
    return [...this.#nodes]
      .sort(([, left], [, right]) => left.order - right.order)
      .map(([id, { parent, order, unreadable }]) => ({ id, parent: this.#living(parent, order), unreadable }));
  }

  /** A turn that only its successor tells of: the unreadable one in front, where its own id was damaged too, else one more. */
  #makeUp(id: string, order: number): void {
    const before = this.#newestBefore(order);
    const isFree = ![...this.#nodes.values()].some(({ parent }) => parent === before);
    if (before !== null && isFree && !this.has(before)) this.#deleted.set(id, before);
    else this.addUnreadable(id, order, 'damaged');
  }

  /** The nearest turn before one of this order that is still there. A parent that is not older than its child would close a ring. */
  #living(parent: string | null, order: number): string | null {
    if (parent === null || (this.#nodes.get(parent)?.order ?? order) < order) return parent;
    const passed = new Set<string>();
    let id: string | null = parent;
    while (id !== null && this.#deleted.has(id) && !passed.has(id)) {
      passed.add(id);
      id = this.#deleted.get(id) ?? null;
    }
    if (id === null) return null;
    const node = this.#nodes.get(id);
    return node !== undefined && node.order < order ? id : this.#newestBefore(order);
  }

  /** Whether it is the damaged id of a turn that is there, or was. */
  #isToldOf(id: string): boolean {
    return [...this.#nodes.keys(), ...this.#deleted.keys()].some((other) => isDamagedCopy(id, other));
  }

  #newestBefore(order: number): string | null {
    let newest: string | null = null;
    let newestOrder = Number.NEGATIVE_INFINITY;
    for (const [id, node] of this.#nodes) {
      if (node.order < order && node.order > newestOrder) [newest, newestOrder] = [id, node.order];
    }
    return newest;
  }
}
