import { useMemo } from 'react';
import { openChat } from '../actions/chats.ts';
import { panelOpen } from '../actions/panels.ts';
import { useApp, usePerform, useSelect, useWords } from '../app/context.tsx';
import { chatsButtonId } from '../app/header.tsx';
import { Icon } from '../app/icon.tsx';
import { usePanelFocus } from '../app/panel-focus.ts';
import { listedChats } from './listed-chats.ts';

export function ChatList() {
  const { store } = useApp();
  const { page } = useWords();
  const chats = useSelect((state) => state.chats);
  const current = useSelect((state) => state.current);
  const open = useSelect((state) => state.chatsOpen);
  const panel = usePanelFocus<HTMLElement>(open, chatsButtonId);
  const perform = usePerform();
  const language = useSelect((state) => state.language);
  const listed = useMemo(() => listedChats(chats, page.untitled, language), [chats, page, language]);
  return (
    <nav ref={panel} className="chats" aria-label={page.chats} data-open={open} tabIndex={-1}>
      <header>
        <h2>{page.chats}</h2>
        <button
          type="button"
          className="quiet"
          aria-label={page.closeChats}
          onClick={() => store.setState(panelOpen(null))}
        >
          <Icon name="close" />
        </button>
      </header>
      {listed.length === 0 && <p className="hint">{page.noChats}</p>}
      <ul>
        {listed.map(({ id, title, when }) => (
          <li key={id}>
            <button
              type="button"
              dir="auto"
              aria-current={id === current ? 'page' : undefined}
              onClick={() => perform(openChat, id)}
            >
              <span className="title">{title}</span>
              {when !== null && (
                <>
                  {' '}
                  <span className="when" dir="auto">
                    {when}
                  </span>
                </>
              )}
            </button>
          </li>
        ))}
      </ul>
    </nav>
  );
}
