/**
 * One chat's turns as a tree: each has a parent, so that versions of a turn can stand beside each other. What the records say is
 * taken as it comes, also where a parent is damaged, deleted or impossible; the shown path is always whole.
 */
import type { UnreadableRecord } from './protocol.ts';

interface Node {
  readonly parent: string | null;
  /** The place in the order of making; a parent is older than its children. */
  readonly order: number;
  /** Why it cannot be shown; null for one that can. */
  readonly unreadable: UnreadableRecord['why'] | null;
}

export interface PathTurn {
  readonly id: string;
  readonly unreadable: UnreadableRecord['why'] | null;
}

export class ChatTree {
  readonly #nodes = new Map<string, Node>();
  /** What stands for each turn that is not there: what was before a deleted one. */
  readonly #deleted = new Map<string, string | null>();

  has(id: string): boolean {
    return this.#nodes.get(id)?.unreadable === null;
  }

  /** A turn that is there already, or was, keeps its place. */
  add(id: string, parent: string | null, order: number): void {
    const known = this.#nodes.get(id);
    this.#deleted.delete(id);
    this.#nodes.set(id, { parent, order: known?.order ?? order, unreadable: null });
  }

  /** A turn whose record cannot be read stands behind the newest before it. */
  addUnreadable(id: string, order: number, why: UnreadableRecord['why']): void {
    if (this.#nodes.has(id) || this.#deleted.has(id)) return;
    this.#nodes.set(id, { parent: this.#newestBefore(order), order, unreadable: why });
  }

  delete(id: string, parent: string | null): void {
    this.#nodes.delete(id);
    this.#deleted.set(id, parent);
  }

  /** The parent of a known turn. */
  parentOf(id: string): string | null {
    return this.#nodes.get(id)?.parent ?? null;
  }

  /** Where a turn goes that is to follow `parent`: behind the newest of that path. */
  endBehind(parent: string | null): string | null {
    const children = this.#children();
    const start = this.#living(parent, Number.POSITIVE_INFINITY);
    return this.#descend(start, children).at(-1)?.id ?? start;
  }

  /** From the first turn to the newest, at each turn the newest of what follows it. */
  path(): readonly PathTurn[] {
    return this.#descend(null, this.#children());
  }

  #descend(start: string | null, children: ReadonlyMap<string | null, string>): PathTurn[] {
    const path: PathTurn[] = [];
    for (let id = children.get(start); id !== undefined; id = children.get(id)) {
      path.push({ id, unreadable: this.#nodes.get(id)?.unreadable ?? null });
    }
    return path;
  }

  /** The newest child of each turn. Parents that no record tells of are made first. */
  #children(): ReadonlyMap<string | null, string> {
    for (const { parent, order } of this.#nodes.values()) {
      if (parent !== null && !this.#nodes.has(parent) && !this.#deleted.has(parent)) this.#makeUp(parent, order - 0.5);
    }
    const children = new Map<string | null, string>();
    for (const [id, { parent, order }] of this.#nodes) {
      const before = this.#living(parent, order);
      const other = children.get(before);
      if (other === undefined || (this.#nodes.get(other)?.order ?? 0) < order) children.set(before, id);
    }
    return children;
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

  #newestBefore(order: number): string | null {
    let newest: string | null = null;
    let newestOrder = Number.NEGATIVE_INFINITY;
    for (const [id, node] of this.#nodes) {
      if (node.order < order && node.order > newestOrder) [newest, newestOrder] = [id, node.order];
    }
    return newest;
  }
}
