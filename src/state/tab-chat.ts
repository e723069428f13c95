/** Which chat is open in this tab: kept with the tab, so that each comes back with its own. */
import type { ChatId } from '../storage/records.ts';
import { currentChat } from './chats.ts';
import type { AppState, AppStore } from './state.ts';

/** Stands for the chat without turns, which has another id each time the page is opened. */
export const freshChat = 'new';

/** A chat's id, or the chat without turns; null where the tab has had none open. */
export interface TabChat {
  read(): string | null;
  write(chat: ChatId | typeof freshChat): void;
}

const key = 'nexus-gen open chat';

/** In the tab's own storage, which a reload and a restored window find again, and a new tab does not have. */
export const tabChat: TabChat = {
  read() {
    try {
      return sessionStorage.getItem(key);
    } catch {
      return null;
    }
  },
  write(chat) {
    try {
      sessionStorage.setItem(key, chat);
    } catch {
      // The chat that was last opened in any tab is opened next time.
    }
  },
};

/** The open chat, where other tabs and later ones can come back to it: not before it has turns. */
export function chatToComeBackTo(state: AppState): ChatId | null {
  const chat = currentChat(state);
  return chat === undefined || chat.turns.length === 0 ? null : chat.id;
}

export function persistTabChat(store: AppStore, tab: TabChat): void {
  let written: string | null = null;
  const write = (state: AppState) => {
    const open = chatToComeBackTo(state) ?? freshChat;
    if (open === written) return;
    written = open;
    tab.write(open);
  };
  write(store.getState());
  store.subscribe(write);
}
