import { openChat } from '../actions/chats.ts';
import { usePerform, useSelect, useWords } from '../app/context.tsx';

export function ChatList() {
  const { page } = useWords();
  const chats = useSelect((state) => state.chats);
  const current = useSelect((state) => state.current);
  const open = useSelect((state) => state.chatsOpen);
  const perform = usePerform();
  const begun = chats.filter(({ turns }) => turns.length > 0).toSorted((left, right) => right.changed - left.changed);
  return (
    <nav className="chats" aria-label={page.chats} data-open={open}>
      {begun.length === 0 && <p className="hint">{page.noChats}</p>}
      <ul>
        {begun.map(({ id, title }) => (
          <li key={id}>
            <button
              type="button"
              aria-current={id === current ? 'page' : undefined}
              onClick={() => perform(openChat, id)}
            >
              {title || page.untitled}
            </button>
          </li>
        ))}
      </ul>
    </nav>
  );
}
