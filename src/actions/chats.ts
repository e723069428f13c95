import { currentChat } from '../state/chats.ts';
import { emptyChat } from '../state/state.ts';
import type { ChatId } from '../storage/records.ts';
import type { Action } from './app.ts';

/** What belongs to the chat that is left; words and pictures in the composer come along. */
const left = { reference: null, about: { by: 'words' }, outcome: null, chatsOpen: false } as const;

/** Work in another chat goes on. An empty chat is not made twice. */
export const newChat: Action = {
  when: (state) => (currentChat(state)?.turns.length ?? 0) > 0,
  perform({ store }) {
    const { chats } = store.getState();
    const empty = chats.find(({ turns }) => turns.length === 0) ?? emptyChat();
    const others = chats.filter((chat) => chat !== empty);
    store.setState({ chats: [...others, empty], current: empty.id, ...left });
  },
};

export const openChat: Action<[id: ChatId]> = {
  when: ({ current }, id) => current !== id,
  perform: ({ store }, current) => store.setState({ current, ...left }),
};
