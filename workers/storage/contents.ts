/** What a log's records come to, taken one after the other: chats, turns, results, settings. Every tab's worker has it. */
import { ChatTree } from './chat-tree.ts';
import type { Extent } from './frames.ts';
import type { Change, ReadRecord, StoredChat, StoredRecord, StoredTurn, UnreadableRecord } from './protocol.ts';

/** The latest record about one thing. */
interface Latest {
  readonly record: StoredRecord;
  /** Where it lies in the log of a tab that writes. */
  readonly extent: Extent | null;
  /** When the first record about this thing was made, counted from the log's beginning. */
  readonly order: number;
}

interface Chat {
  readonly tree: ChatTree;
  title: string;
  changed: number;
}

export class StorageContents {
  readonly #chats = new Map<string, Chat>();
  readonly #latest = new Map<string, Latest>();
  /** Kept as they are. */
  readonly #unreadable: {
    readonly record: UnreadableRecord;
    readonly extent: Extent | null;
    readonly order: number;
  }[] = [];
  #order = 0;
  #number = 0;

  /** The number of the newest record. */
  get number(): number {
    return this.#number;
  }

  get unreadable(): readonly UnreadableRecord[] {
    return this.#unreadable.map(({ record }) => record);
  }

  add(read: ReadRecord, extent: Extent | null): void {
    const order = this.#order++;
    this.#number = Math.max(this.#number, read.record.number);
    if (read.state === 'unreadable') {
      const { record } = read;
      this.#unreadable.push({ record, extent, order });
      if (record.chat !== null && record.turn !== null)
        this.#chat(record.chat).tree.addUnreadable(record.turn, order, record.why);
      return;
    }
    const { record } = read;
    this.#apply(record, order);
    const key = keyOf(record.change);
    this.#latest.set(key, { record, extent, order: this.#latest.get(key)?.order ?? order });
  }

  #apply({ change, at }: StoredRecord, order: number): void {
    if (change.kind === 'setting') return;
    if (change.kind === 'chat-deletion') {
      this.#forgetChat(change.chat);
      return;
    }
    const chat = this.#chat(change.chat);
    chat.changed = Math.max(chat.changed, at);
    if (change.kind === 'title') chat.title = change.title;
    else if (change.kind === 'turn') chat.tree.add(change.id, change.parent, order);
    else if (change.kind === 'turn-deletion') chat.tree.delete(change.id, change.parent);
  }

  /** The newest record about what the change is about. */
  latest(change: Change): StoredRecord | undefined {
    return this.#latest.get(keyOf(change))?.record;
  }

  isDeleted(chat: string): boolean {
    return !this.#chats.has(chat) && this.#latest.has(keyOf({ kind: 'chat-deletion', chat }));
  }

  hasTurn(chat: string, turn: string): boolean {
    return this.#chats.get(chat)?.tree.has(turn) === true;
  }

  /** The change as it is to be written: a new turn at the end of its path, a known one where it is. */
  placed(change: Change): Change {
    if (change.kind !== 'turn' && change.kind !== 'turn-deletion') return change;
    const { kind, chat, id } = change;
    const tree = this.#chats.get(chat)?.tree ?? new ChatTree();
    if (kind === 'turn-deletion') return { kind, chat, id, parent: tree.parentOf(id) };
    const { place, turn } = change;
    const parent = tree.has(id)
      ? tree.parentOf(id)
      : place === 'behind'
        ? tree.endBehind(change.parent)
        : change.parent;
    return { kind, chat, id, parent, place, turn };
  }

  chats(): readonly StoredChat[] {
    const results = this.#resultsByTurn();
    return [...this.#chats].map(([id, { tree, title, changed }]) => ({
      id,
      title,
      changed,
      turns: tree.path().map(({ id: turn, unreadable }): StoredTurn => {
        const latest = this.#latest.get(turnKey(id, turn))?.record;
        if (unreadable !== null || latest?.change.kind !== 'turn') {
          return { state: 'unreadable', id: turn, why: unreadable ?? 'damaged' };
        }
        const { by, change } = latest;
        return { state: 'read', id: turn, turn: change.turn, results: results.get(turnKey(id, turn)) ?? [], by };
      }),
    }));
  }

  settings(): Readonly<Record<string, unknown>> {
    const settings = [...this.#latest.values()].flatMap(({ record: { change } }) =>
      change.kind === 'setting' ? [[change.key, change.value] as const] : [],
    );
    return Object.fromEntries(settings);
  }

  /** Records that came after the one of this number, for a tab that missed them, in an order in which parents come first. */
  since(number: number): readonly StoredRecord[] {
    return [...this.#latest.values()]
      .filter(({ record }) => record.number > number)
      .sort((left, right) => left.order - right.order)
      .map(({ record }) => record);
  }

  /** Everything a tab needs that has nothing yet, in an order in which parents come first. */
  all(): readonly ReadRecord[] {
    return this.#inOrder().map(({ read }) => read);
  }

  /** Where that lies in the log; all else has been overtaken. */
  live(): readonly Extent[] {
    return this.#inOrder().flatMap(({ extent }) => extent ?? []);
  }

  #inOrder(): readonly { readonly read: ReadRecord; readonly extent: Extent | null; readonly order: number }[] {
    const read = [...this.#latest.values()].map(({ record, extent, order }) => ({
      read: { state: 'read' as const, record },
      extent,
      order,
    }));
    const unreadable = this.#unreadable.map(({ record, extent, order }) => ({
      read: { state: 'unreadable' as const, record },
      extent,
      order,
    }));
    return [...read, ...unreadable].sort((left, right) => left.order - right.order);
  }

  #resultsByTurn(): ReadonlyMap<string, unknown[]> {
    const results = new Map<string, unknown[]>();
    const inOrder = [...this.#latest.values()].sort((left, right) => left.order - right.order);
    for (const { record } of inOrder) {
      const { change } = record;
      if (change.kind !== 'result') continue;
      const key = turnKey(change.chat, change.turn);
      results.set(key, [...(results.get(key) ?? []), change.result]);
    }
    return results;
  }

  #chat(id: string): Chat {
    const known = this.#chats.get(id);
    if (known !== undefined) return known;
    const chat: Chat = { tree: new ChatTree(), title: '', changed: 0 };
    this.#chats.set(id, chat);
    return chat;
  }

  #forgetChat(id: string): void {
    this.#chats.delete(id);
    for (const [key, { record }] of this.#latest) {
      if (record.change.kind !== 'setting' && record.change.chat === id) this.#latest.delete(key);
    }
  }
}

/** Records of one key are about the same thing: a deletion takes the place of what it deletes. */
function keyOf(change: Change): string {
  switch (change.kind) {
    case 'turn':
    case 'turn-deletion':
      return turnKey(change.chat, change.id);
    case 'result':
    case 'result-deletion':
      return `result ${change.chat} ${change.turn} ${change.id}`;
    case 'title':
      return `title ${change.chat}`;
    case 'chat-deletion':
      return `deleted ${change.chat}`;
    case 'setting':
      return `setting ${change.key}`;
  }
}

const turnKey = (chat: string, turn: string) => `turn ${chat} ${turn}`;
