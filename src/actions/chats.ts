import { isBlank } from '../../model/text/blank.ts';
import { chatOfTurn, currentChat } from '../state/chats.ts';
import { dismissOfFiles } from '../state/notices.ts';
import { type AppStore, emptyChat } from '../state/state.ts';
import { deletionOfChat, deletionOfTurn, renaming } from '../state/steps.ts';
import { messageOfOpened } from '../state/unsent.ts';
import type { ChatId, ChatRecord, TurnId } from '../storage/records.ts';
import type { Action } from './app.ts';
import { take } from './undo.ts';

/** Shows a chat with the message that was begun in it; the one that is left keeps its own. */
function show(store: AppStore, id: ChatId, chats: readonly ChatRecord[]): void {
  store.setState((state) => ({
    ...(id === state.current ? {} : { ...messageOfOpened(state, id), outcome: null, told: null }),
    chats,
    current: id,
    panel: state.panel === 'chats' || state.panel === 'gallery' ? null : state.panel,
  }));
}

/** Work in another chat goes on. An empty chat is not made twice. */
export const newChat: Action = {
  when: (state) => (currentChat(state)?.turns.length ?? 0) > 0,
  perform({ store }) {
    dismissOfFiles(store);
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

export const renameChat: Action<[id: ChatId, title: string]> = {
  when: ({ chats }, id, title) => {
    const chat = chats.find((candidate) => candidate.id === id);
    return chat !== undefined && !isBlank(title) && title.trim() !== chat.title;
  },
  perform(app, id, title) {
    const state = app.store.getState();
    const chat = state.chats.find((candidate) => candidate.id === id);
    if (chat !== undefined && renameChat.when(state, id, title)) take(app, renaming(chat, title.trim()));
  },
};

/** Puts a chat before all others of the list, or back among them. */
export const pinChat: Action<[id: ChatId]> = {
  when: ({ chats }, id) => chats.some((chat) => chat.id === id && chat.turns.length > 0),
  perform: ({ store }, id) =>
    store.setState(({ pinned }) => ({
      pinned: pinned.includes(id) ? pinned.filter((other) => other !== id) : [...pinned, id],
    })),
};

export const deleteChat: Action<[id: ChatId]> = {
  when: ({ chats }, id) => chats.some((chat) => chat.id === id && chat.turns.length > 0),
  perform(app, id) {
    const { chats, current } = app.store.getState();
    const chat = chats.find((candidate) => candidate.id === id);
    if (chat !== undefined) take(app, deletionOfChat(chat, current));
  },
};

/** A turn goes with all that follows it, at once; Undo brings it back. What is at work in it stops. */
export const deleteTurn: Action<[id: TurnId]> = {
  when: (state, id) => chatOfTurn(state, id) !== undefined,
  perform(app, id) {
    const chat = chatOfTurn(app.store.getState(), id);
    if (chat !== undefined) take(app, deletionOfTurn(chat, id));
  },
};
