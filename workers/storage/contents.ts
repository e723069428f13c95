/** What a log's records come to, taken one after the other: chats, turns, results, settings. Every tab's worker has it. */
import { ChatTree } from './chat-tree.ts';
import { isDamagedCopy } from './damaged-id.ts';
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
  /** Nothing was said in it since. */
  isDeleted: boolean;
  /** By a record that can be read. */
  isNamed: boolean;
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
  #holdsDeleted = false;
  #number = 0;

  /** The number of the newest record. */
  get number(): number {
    return this.#number;
  }

  /** Whether something that was deleted still lies among the records that these contents were read from. */
  get holdsDeleted(): boolean {
    return this.#holdsDeleted;
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
        this.#chat(this.#undamaged(record.chat)).tree.addUnreadable(record.turn, order, record.why);
      return;
    }
    const { record } = read;
    this.#holdsDeleted ||= this.#deletes(record.change);
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
    chat.isNamed = true;
    chat.changed = Math.max(chat.changed, at);
    if (change.kind === 'title') chat.title = change.title;
    else if (change.kind === 'turn') {
      chat.tree.add(change.id, change.parent, order);
      chat.isDeleted = false;
    } else if (change.kind === 'turn-deletion') {
      if (chat.tree.has(change.id)) this.#forgetResults(change.chat, change.id);
      chat.tree.delete(change.id, change.parent);
    }
  }

  /** Whether there is anything of what the change deletes; of what was deleted before nothing new is kept. */
  #deletes(change: Change): boolean {
    switch (change.kind) {
      case 'turn-deletion':
        return this.hasTurn(change.chat, change.id);
      case 'result-deletion':
        return this.#latest.get(keyOf(change))?.record.change.kind === 'result';
      case 'chat-deletion':
        return this.#chats.get(change.chat)?.isDeleted === false;
      default:
        return !this.#counts(change);
    }
  }

  /** Not what came too late, about something that was deleted. */
  #counts(change: Change): boolean {
    if (change.kind === 'setting') return true;
    const chat = this.#chats.get(change.chat);
    if (change.kind === 'result') return chat?.tree.wasDeleted(change.turn) !== true;
    return change.kind !== 'title' || chat?.isDeleted !== true;
  }

  /** What a damaged record was about may have been deleted before it was damaged. */
  #isOfDeleted({ chat: id, turn }: UnreadableRecord): boolean {
    const chat = id === null ? undefined : this.#chats.get(id);
    return chat?.isDeleted === true || (turn !== null && chat?.tree.wasDeleted(turn) === true);
  }

  /** The chat of which an id that no whole record names is a damaged copy; else the id itself. */
  #undamaged(id: string): string {
    if (this.#chats.get(id)?.isNamed === true) return id;
    const named = [...this.#chats].find(([other, { isNamed }]) => isNamed && isDamagedCopy(id, other));
    return named?.[0] ?? id;
  }

  /** The newest record about what the change is about. */
  latest(change: Change): StoredRecord | undefined {
    return this.#latest.get(keyOf(change))?.record;
  }

  isDeleted(chat: string): boolean {
    return this.#chats.get(chat)?.isDeleted === true;
  }

  hasTurn(chat: string, turn: string): boolean {
    return this.#chats.get(chat)?.tree.has(turn) === true;
  }

  /** The change as it is to be written: a new turn at the end of its path, a known one where it is, a deleted one not at all. */
  placed(change: Change): Change {
    if (change.kind !== 'turn' && change.kind !== 'turn-deletion') return change;
    const { kind, chat, id } = change;
    const tree = this.#chats.get(chat)?.tree ?? new ChatTree();
    if (kind === 'turn-deletion') return { kind, chat, id, parent: tree.parentOf(id) };
    const { place, turn } = change;
    if (place === 'behind' && tree.wasDeleted(id))
      return { kind: 'turn-deletion', chat, id, parent: tree.parentOf(id) };
    const parent = tree.has(id)
      ? tree.parentOf(id)
      : place === 'behind'
        ? tree.endBehind(change.parent)
        : tree.nearest(change.parent);
    return { kind, chat, id, parent, place, turn };
  }

  chats(): readonly StoredChat[] {
    const results = this.#resultsByTurn();
    const chats = [...this.#chats].filter(([id, { isDeleted }]) => !isDeleted && this.#undamaged(id) === id);
    return chats.map(([id, { tree, title, changed }]) => ({
      id,
      title,
      changed,
      turns: tree.turns().map(({ id: turn, parent, unreadable }): StoredTurn => {
        const latest = this.#latest.get(turnKey(id, turn))?.record;
        if (unreadable !== null || latest?.change.kind !== 'turn') {
          return { state: 'unreadable', id: turn, parent, why: unreadable ?? 'damaged' };
        }
        const { by, change } = latest;
        const own = results.get(turnKey(id, turn)) ?? [];
        return { state: 'read', id: turn, parent, turn: change.turn, results: own, by };
      }),
    }));
  }

  /** Every SHA-256 that a record names: of pictures and embeddings, and of some more. Null where a record cannot be read, which may name any file. */
  hashesInUse(): ReadonlySet<string> | null {
    if (this.#unreadable.length > 0) return null;
    const named = new Set<string>();
    for (const { record } of this.#latest.values()) {
      if (!this.#counts(record.change)) continue;
      for (const [hash] of JSON.stringify(record.change).matchAll(/\b[0-9a-f]{64}\b/g)) named.add(hash);
    }
    return named;
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
    return this.#inOrder()
      .filter(({ read: { state, record } }) => {
        // The newest stays in any case: its number tells a whole log from a shorter one.
        if (record.number === this.#number) return true;
        return state === 'read' ? this.#counts(record.change) : !this.#isOfDeleted(record);
      })
      .flatMap(({ extent }) => extent ?? []);
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
    const chat: Chat = { tree: new ChatTree(), title: '', changed: 0, isDeleted: false, isNamed: false };
    this.#chats.set(id, chat);
    return chat;
  }

  #forgetResults(chat: string, turn: string): void {
    for (const [key, { record }] of this.#latest) {
      const { change } = record;
      if (
        (change.kind === 'result' || change.kind === 'result-deletion') &&
        change.chat === chat &&
        change.turn === turn
      )
        this.#latest.delete(key);
    }
  }

  /** Its turns are remembered as deleted: a tab that hears of it late may still write on in one. */
  #forgetChat(id: string): void {
    const chat = this.#chat(id);
    chat.tree.deleteAll();
    chat.title = '';
    chat.isDeleted = true;
    chat.isNamed = true;
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
