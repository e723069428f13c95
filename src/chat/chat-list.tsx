import { type FocusEvent, useDeferredValue, useMemo, useState } from 'react';
import { useShallow } from 'zustand/react/shallow';
import { ClosePanel } from '../app/close-panel.tsx';
import { useSelect, useWords } from '../app/context.tsx';
import { chatsButtonId } from '../app/header.tsx';
import { usePanelFocus } from '../app/panel-focus.ts';
import { chatOfSubject } from '../composer/queued-words.ts';
import type { ChatId } from '../storage/records.ts';
import { ChatRow } from './chat-row.tsx';
import { chatsWith, type ListedChat, listedChats } from './listed-chats.ts';
import { moveInRows } from './row-keys.ts';

export function ChatList() {
  const { language, page } = useWords();
  const chats = useSelect((state) => state.chats);
  const open = useSelect((state) => state.panel === 'chats');
  const panel = usePanelFocus<HTMLElement>(open, chatsButtonId);
  const pinned = useSelect((state) => state.pinned);
  const listed = useMemo(() => listedChats(chats, page.untitled, language, pinned), [chats, page, language, pinned]);
  const [sought, setSought] = useState('');
  const words = useDeferredValue(sought);
  const found = useMemo(() => {
    const ids = chatsWith(chats, words);
    return listed.filter(({ id }) => ids.has(id));
  }, [listed, chats, words]);
  return (
    <nav ref={panel} className="chats" aria-label={page.chats} data-open={open} tabIndex={-1}>
      <header>
        <h2>{page.chats}</h2>
        <ClosePanel label={page.closeChats} />
      </header>
      {listed.length === 0 ? (
        <p className="hint">{page.noChats}</p>
      ) : (
        <input
          type="search"
          aria-label={page.searchChats}
          placeholder={page.searchChats}
          value={sought}
          onChange={(event) => setSought(event.currentTarget.value)}
        />
      )}
      {listed.length > 0 && found.length === 0 && (
        <p role="status" className="hint">
          {page.noChatFound}
        </p>
      )}
      <Rows chats={found} />
    </nav>
  );
}

/** One under the other; Tab comes to one of them, the open one at first, and arrows go from one to the other. */
function Rows({ chats }: { readonly chats: readonly ListedChat[] }) {
  const working = useSelect(useShallow((state) => state.jobs.map(({ subject }) => chatOfSubject(state, subject)?.id)));
  const current = useSelect((state) => state.current);
  const [entered, setEntered] = useState<ChatId | null>(null);
  const listed = (id: ChatId | null) => chats.find((chat) => chat.id === id);
  const active = listed(entered) ?? listed(current) ?? chats[0];
  const leave = ({ currentTarget, relatedTarget }: FocusEvent) => {
    if (!currentTarget.contains(relatedTarget)) setEntered(null);
  };
  return (
    <ul onKeyDown={moveInRows} onBlur={leave}>
      {chats.map((chat) => (
        <ChatRow
          key={chat.id}
          chat={chat}
          works={working.includes(chat.id)}
          isActive={chat === active}
          enter={setEntered}
        />
      ))}
    </ul>
  );
}
