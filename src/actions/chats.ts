import { currentChat } from '../state/chats.ts';
import { type AppStore, emptyChat } from '../state/state.ts';
import { messageOfOpened } from '../state/unsent.ts';
import type { ChatId, ChatRecord } from '../storage/records.ts';
import type { Action } from './app.ts';

/** Shows a chat with the message that was begun in it; the one that is left keeps its own. */
function show(store: AppStore, id: ChatId, chats: readonly ChatRecord[]): void {
  store.setState((state) => ({
    ...(id === state.current ? {} : { ...messageOfOpened(state, id), outcome: null }),
    chats,
    current: id,
    chatsOpen: false,
  }));
}

/** Work in another chat goes on. An empty chat is not made twice. */
export const newChat: Action = {
  when: (state) => (currentChat(state)?.turns.length ?? 0) > 0,
  perform({ store }) {
    const { chats } = store.getState();
    const empty = chats.find(({ turns }) => turns.length === 0) ?? emptyChat();
    const others = chats.filter((chat) => chat !== empty);
    show(store, empty.id, [...others, empty]);
  },
};

export const openChat: Action<[id: ChatId]> = {
  when: ({ current }, id) => current !== id,
  perform: ({ store }, id) => show(store, id, store.getState().chats),
};
