/**
 * Messages that are being written, one a chat. They change with every key and lie where that costs nothing: in the tab's own session
 * storage, for its reload, and in local storage, for whoever opens the page when it is open nowhere. Pictures in them are stored
 * already; what is kept here is which.
 */
import type { ChatId } from '../storage/records.ts';
import { type AppState, type AppStore, type Attachment, emptyMessage, type UnsentMessage } from './state.ts';
import { freshChat } from './tab-chat.ts';

type Gate = typeof import('../storage/restore.ts');

const prefix = 'nexus-gen unsent ';

/**
 * Puts the messages of before into the page; a person who was quicker keeps what they have begun.
 *
 * @param isAlone no other tab is open, whose messages they could be
 */
export function restoreUnsent(store: AppStore, { restoreUnsentMessage }: Gate, isAlone: boolean): void {
  const state = store.getState();
  const own = keys(isAlone ? areas : ['sessionStorage']);
  const stored = new Map(
    own.map((key) => [key, restoreUnsentMessage(read('sessionStorage', key) ?? read('localStorage', key))]),
  );
  const known = new Set(state.chats.map(({ id }) => keyOf(state, id)));
  for (const key of stored.keys()) if (!known.has(key)) for (const area of areas) remove(area, key);
  const empty = state.chats.find(({ turns }) => turns.length === 0);
  const unsent: Record<ChatId, UnsentMessage> = {};
  for (const chat of state.chats) {
    const message = stored.get(keyOf(state, chat.id))?.message;
    if (message !== undefined) unsent[chat.id] = message;
  }
  const hasBegun = !isEmpty(messageOf(state));
  const wasFresh = empty !== undefined && stored.get(keyOf(state, empty.id))?.isShown === true;
  const current = wasFresh && !hasBegun ? empty.id : state.current;
  store.setState({ unsent, current, ...(hasBegun ? {} : (unsent[current] ?? {})) });
}

/** Keeps the stored messages as they are on the page. */
export function persistUnsent(store: AppStore): void {
  const state = store.getState();
  for (const { id } of state.chats) if (!isEmpty(messageIn(state, id))) writeMessage(state, id);
  store.subscribe((now, before) => {
    for (const id of new Set([before.current, now.current])) {
      const wasUnder = keyOf(before, id);
      // A chat has another key from its first turn on.
      if (wasUnder !== keyOf(now, id)) forget(wasUnder);
      const isOther = !isSame(messageIn(now, id), messageIn(before, id));
      if (isOther || now.current !== before.current || wasUnder !== keyOf(now, id)) writeMessage(now, id);
    }
    if (now.unsent === before.unsent) return;
    for (const id of Object.keys(now.unsent) as ChatId[])
      if (!isSame(messageIn(now, id), messageIn(before, id))) writeMessage(now, id);
  });
}

/** The message of a chat, and what becomes of the one that was being written, when another chat is opened. */
export function messageOfOpened(state: AppState, opened: ChatId): Partial<AppState> {
  const { [opened]: message = emptyMessage, ...others } = state.unsent;
  const left = messageOf(state);
  // One that was to follow a picture stays in its chat, unsent.
  return { ...message, sendWhenRead: false, unsent: isEmpty(left) ? others : { ...others, [state.current]: left } };
}

/** A picture that is attached somewhere was read, or could not be (null). */
export function attachmentRead(state: AppState, key: string, record: Attachment['record']): Partial<AppState> {
  const settle = (attachments: readonly Attachment[]) =>
    attachments.flatMap((old) => (old.key !== key ? [old] : record === null ? [] : [{ ...old, record }]));
  const unsent = Object.entries(state.unsent).map(([chat, message]) => [
    chat,
    { ...message, attachments: settle(message.attachments) },
  ]);
  return { attachments: settle(state.attachments), unsent: Object.fromEntries(unsent) };
}

export function messageOf({ text, attachments, reference, about, polishedFrom, area }: UnsentMessage): UnsentMessage {
  return { text, attachments, reference, about, polishedFrom, area };
}

export function messageIn(state: AppState, id: ChatId): UnsentMessage {
  return id === state.current ? messageOf(state) : (state.unsent[id] ?? emptyMessage);
}

/** A chat's message with something of it changed. */
export function withMessage(
  state: AppState,
  id: ChatId,
  change: (message: UnsentMessage) => Partial<UnsentMessage>,
): Partial<AppState> {
  const message = messageIn(state, id);
  const changed = change(message);
  return id === state.current ? changed : { unsent: { ...state.unsent, [id]: { ...message, ...changed } } };
}

export function isEmpty({ text, attachments, reference }: UnsentMessage): boolean {
  return text === '' && attachments.length === 0 && reference === null;
}

function isSame(one: UnsentMessage, other: UnsentMessage): boolean {
  return (Object.keys(emptyMessage) as (keyof UnsentMessage)[]).every((key) => one[key] === other[key]);
}

function keyOf({ chats }: AppState, id: ChatId): string {
  const isFresh = chats.find((chat) => chat.id === id)?.turns.length === 0;
  return `${prefix}${isFresh ? freshChat : id}`;
}

/** A picture that is still being read is not kept yet. */
function writeMessage(state: AppState, id: ChatId): void {
  const message = messageIn(state, id);
  const read = { ...message, attachments: message.attachments.filter(({ record }) => record !== null) };
  const key = keyOf(state, id);
  if (isEmpty(read)) {
    forget(key);
    return;
  }
  const text = JSON.stringify({ ...read, isShown: id === state.current });
  for (const area of areas) inStorage(area, (storage) => storage.setItem(key, text));
}

/** Only what this tab has written: another one may have begun a message in the same chat. */
function forget(key: string): void {
  if (read('sessionStorage', key) !== null) for (const area of areas) remove(area, key);
}

const areas = ['sessionStorage', 'localStorage'] as const;
type Area = (typeof areas)[number];

function keys(among: readonly Area[]): readonly string[] {
  const all = among.flatMap((area) =>
    inStorage(area, (storage) => Array.from({ length: storage.length }, (_, index) => storage.key(index) ?? '')),
  );
  return [...new Set(all)].filter((key): key is string => key?.startsWith(prefix) ?? false);
}

function remove(area: Area, key: string): void {
  inStorage(area, (storage) => storage.removeItem(key));
}

function read(area: Area, key: string): string | null {
  return inStorage(area, (storage) => storage.getItem(key));
}

/** Null where the browser keeps nothing, or no more: the message lasts as long as the page then. */
function inStorage<Result>(area: Area, task: (storage: Storage) => Result): Result | null {
  try {
    return task(globalThis[area]);
  } catch {
    return null;
  }
}

/** Files that messages which are being written need, and no record names yet. */
export function hashesOfUnsent(state: AppState): readonly string[] {
  return [messageOf(state), ...Object.values(state.unsent)].flatMap(({ attachments, reference, area }) => [
    ...attachments.flatMap(({ record, cropped }) => [record?.id ?? [], cropped?.original.id ?? []].flat()),
    ...(reference === null ? [] : [reference]),
    ...(area === null ? [] : [area.mask]),
  ]);
}
