import { conversationId } from '../chat/log.tsx';
import { focusMessage, messageId } from '../composer/message.ts';
import { currentChat } from '../state/chats.ts';
import { useSelect, useWords } from './context.tsx';

/** The first things that Tab comes to: past header and chats, to where words are written, or to what was said. */
export function SkipLinks() {
  const { page } = useWords();
  const hasTurns = useSelect((state) => (currentChat(state)?.turns.length ?? 0) > 0);
  return (
    <nav className="skip" aria-label={page.skip.links}>
      <SkipLink label={page.skip.message} to={messageId} go={focusMessage} />
      {hasTurns && <SkipLink label={page.skip.conversation} to={conversationId} go={focusConversation} />}
    </nav>
  );
}

interface SkipLinkProps {
  readonly label: string;
  /** The id of what it leads to. */
  readonly to: string;
  readonly go: () => void;
}

function SkipLink({ label, to, go }: SkipLinkProps) {
  return (
    <a
      href={`#${to}`}
      onClick={(event) => {
        // The address stays as it is: a reload would jump there.
        event.preventDefault();
        go();
      }}
    >
      {label}
    </a>
  );
}

/** Where a person has scrolled to stays in sight. */
export function focusConversation(): void {
  document.getElementById(conversationId)?.focus({ preventScroll: true });
}
