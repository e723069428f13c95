/** Which chat is open in this tab: kept with the tab, so that each comes back with its own. */
import type { ChatId } from '../storage/records.ts';
import { currentChat } from './chats.ts';
import type { AppState, AppStore } from './state.ts';

export interface TabChat {
  read(): string | null;
  write(chat: ChatId): void;
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

/** The open chat, once it has turns: one that was opened empty is no chat to come back to. */
export function chatToComeBackTo(state: AppState): ChatId | null {
  const chat = currentChat(state);
  return chat === undefined || chat.turns.length === 0 ? null : chat.id;
}

export function persistTabChat(store: AppStore, tab: TabChat): void {
  let written: ChatId | null = null;
  const write = (state: AppState) => {
    const open = chatToComeBackTo(state);
    if (open === null || open === written) return;
    written = open;
    tab.write(open);
  };
  write(store.getState());
  store.subscribe(write);
}
