/** Which chat is open in this tab, and which versions of turns it shows: kept with the tab, so that each comes back with its own. */
import type { ChatId } from '../storage/records.ts';
import { currentChat } from './chats.ts';
import type { AppState, AppStore } from './state.ts';

/** Stands for the chat without turns, which has another id each time the page is opened. */
export const freshChat = 'new';

/** A chat's id, or the chat without turns; null where the tab has had none open. */
export interface TabChat {
  read(): string | null;
  write(chat: ChatId | typeof freshChat): void;
  /** As they were written, not judged yet; null where there are none. */
  readVersions(): string | null;
  writeVersions(chosen: string): void;
  /** Fields that the chat without turns has of its own, not judged yet; null where it follows the general ones. */
  readOwn(): string | null;
  writeOwn(fields: string | null): void;
}

const key = 'nexus-gen open chat';
const versionsKey = 'nexus-gen versions';
const ownKey = 'nexus-gen own settings';

/** In the tab's own storage, which a reload and a restored window find again, and a new tab does not have. */
export const tabChat: TabChat = {
  read: () => read(key),
  write: (chat) => write(key, chat),
  readVersions: () => read(versionsKey),
  writeVersions: (chosen) => write(versionsKey, chosen),
  readOwn: () => read(ownKey),
  writeOwn: (fields) => write(ownKey, fields),
};

function read(item: string): string | null {
  try {
    return sessionStorage.getItem(item);
  } catch {
    return null;
  }
}

function write(item: string, text: string | null): void {
  try {
    if (text === null) sessionStorage.removeItem(item);
    else sessionStorage.setItem(item, text);
  } catch {
    // What was last opened and chosen in any tab is shown next time.
  }
}

/** The open chat, where other tabs and later ones can come back to it: not before it has turns. */
export function chatToComeBackTo(state: AppState): ChatId | null {
  const chat = currentChat(state);
  return chat === undefined || chat.turns.length === 0 ? null : chat.id;
}

export function persistTabChat(store: AppStore, tab: TabChat): void {
  let written: string | null = null;
  let chosen: AppState['chosen'] | null = null;
  let own: AppState['own'][ChatId] | null | undefined = null;
  const keep = (state: AppState) => {
    const open = chatToComeBackTo(state) ?? freshChat;
    if (open !== written) tab.write(open);
    if (state.chosen !== chosen) tab.writeVersions(JSON.stringify(state.chosen));
    const fresh = state.chats.find(({ turns }) => turns.length === 0);
    const ownOfFresh = fresh === undefined ? undefined : state.own[fresh.id];
    if (ownOfFresh !== own) tab.writeOwn(ownOfFresh === undefined ? null : JSON.stringify(ownOfFresh.good));
    own = ownOfFresh;
    written = open;
    chosen = state.chosen;
  };
  keep(store.getState());
  store.subscribe(keep);
}
