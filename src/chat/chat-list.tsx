import { useDeferredValue, useMemo, useState } from 'react';
import { useShallow } from 'zustand/react/shallow';
import { ClosePanel } from '../app/close-panel.tsx';
import { useSelect, useWords } from '../app/context.tsx';
import { chatsButtonId } from '../app/header.tsx';
import { usePanelFocus } from '../app/panel-focus.ts';
import { chatOfSubject } from '../composer/queued-words.ts';
import { ChatRow } from './chat-row.tsx';
import { chatsWith, listedChats } from './listed-chats.ts';

export function ChatList() {
  const { language, page } = useWords();
  const chats = useSelect((state) => state.chats);
  const open = useSelect((state) => state.panel === 'chats');
  const panel = usePanelFocus<HTMLElement>(open, chatsButtonId);
  const working = useSelect(useShallow((state) => state.jobs.map(({ subject }) => chatOfSubject(state, subject)?.id)));
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
      <ul>
        {found.map((chat) => (
          <ChatRow key={chat.id} chat={chat} works={working.includes(chat.id)} />
        ))}
      </ul>
    </nav>
  );
}
