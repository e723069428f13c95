import { type KeyboardEvent, memo, type RefObject, useEffect, useId, useRef, useState } from 'react';
import { flushSync } from 'react-dom';
import { deleteChat, openChat, pinChat, renameChat } from '../actions/chats.ts';
import { usePerform, useSelect, useWords } from '../app/context.tsx';
import { Icon, type IconName } from '../app/icon.tsx';
import { isForInputMethod } from '../app/input-method.ts';
import { focusMessage } from '../composer/message.ts';
import type { ChatId } from '../storage/records.ts';
import type { ListedChat } from './listed-chats.ts';

interface ChatRowProps {
  readonly chat: ListedChat;
  /** Something is at work in it, or waits. */
  readonly works: boolean;
  /** Tab comes to it; arrows go on from it to the others. */
  readonly isActive: boolean;
  /** It has the focus. */
  readonly enter: (id: ChatId) => void;
}

/** One chat of the list: opened, renamed in its place, deleted. */
export const ChatRow = memo(function ChatRow({ chat, works, isActive, enter }: ChatRowProps) {
  const { id, title, when, isPinned } = chat;
  const { page } = useWords();
  const perform = usePerform();
  const [renaming, setRenaming] = useState(false);
  const row = useRef<HTMLLIElement>(null);
  const rename = useRef<HTMLButtonElement>(null);
  const pin = useRef<HTMLButtonElement>(null);
  const name = useId();
  const current = useSelect((state) => state.current === id);
  const tabIndex = isActive ? 0 : -1;
  const leave = (how: Leaving) => {
    flushSync(() => setRenaming(false));
    if (how !== 'elsewhere') rename.current?.focus();
  };
  const togglePin = () => {
    flushSync(() => perform(pinChat, id));
    // The row has moved, and would have lost the focus.
    pin.current?.focus();
  };
  const remove = () => {
    const next = row.current?.nextElementSibling ?? row.current?.previousElementSibling;
    flushSync(() => perform(deleteChat, id));
    const button = next?.querySelector('button') ?? null;
    if (button === null) focusMessage();
    else button.focus();
  };
  return (
    <li ref={row} data-current={current} onFocus={() => enter(id)}>
      {renaming ? (
        <RenameField title={title} leave={leave} rename={(text) => perform(renameChat, id, text)} />
      ) : (
        <>
          <button
            type="button"
            className="opens-chat"
            dir="auto"
            tabIndex={tabIndex}
            aria-current={current ? 'page' : undefined}
            onClick={() => perform(openChat, id)}
          >
            <span className="title" id={name}>
              {title}
            </span>
            {isPinned && (
              <>
                {' '}
                <span className="pinned">
                  <Icon name="pin" />
                  <span className="unseen">{page.pinned}</span>
                </span>
              </>
            )}
            {when !== null && (
              <>
                {' '}
                <span className="when" dir="auto">
                  {when}
                </span>
              </>
            )}
            {works && (
              <>
                {' '}
                <span className="works">{page.chatWorks}</span>
              </>
            )}
          </button>
          <span className="chat-buttons">
            <RowButton
              ref={pin}
              icon="pin"
              label={page.pinChat}
              titleId={name}
              tabIndex={tabIndex}
              press={togglePin}
              isPressed={isPinned}
            />
            <RowButton
              ref={rename}
              icon="edit"
              label={page.renameChat}
              titleId={name}
              tabIndex={tabIndex}
              press={() => setRenaming(true)}
            />
            <RowButton icon="bin" label={page.deleteChat} titleId={name} tabIndex={tabIndex} press={remove} />
          </span>
        </>
      )}
    </li>
  );
});

interface RowButtonProps {
  readonly icon: IconName;
  readonly label: string;
  /** The id of the title of the chat that it is about. */
  readonly titleId: string;
  readonly tabIndex: 0 | -1;
  readonly press: () => void;
  /** For one that stays on until it is pressed again. */
  readonly isPressed?: boolean;
  readonly ref?: RefObject<HTMLButtonElement | null>;
}

function RowButton({ icon, label, titleId, tabIndex, press, isPressed, ref }: RowButtonProps) {
  return (
    <button
      ref={ref}
      type="button"
      className="quiet small"
      tabIndex={tabIndex}
      aria-label={label}
      aria-describedby={titleId}
      aria-pressed={isPressed}
      title={label}
      onClick={press}
    >
      <Icon name={icon} />
    </button>
  );
}

/** By a key, or because the focus went elsewhere. */
type Leaving = 'Enter' | 'Escape' | 'elsewhere';

interface RenameFieldProps {
  readonly title: string;
  readonly rename: (title: string) => void;
  readonly leave: (how: Leaving) => void;
}

/** Enter, or going elsewhere, gives the chat its new title; Escape leaves the old one. */
function RenameField({ title, rename, leave }: RenameFieldProps) {
  const { page } = useWords();
  const [text, setText] = useState(title);
  const isLeft = useRef(false);
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.select(), []);
  const end = (how: Leaving) => {
    if (isLeft.current) return;
    isLeft.current = true;
    if (how !== 'Escape') rename(text);
    leave(how);
  };
  const listen = (event: KeyboardEvent) => {
    if (isForInputMethod(event.nativeEvent) || (event.key !== 'Enter' && event.key !== 'Escape')) return;
    event.preventDefault();
    event.stopPropagation();
    end(event.key);
  };
  return (
    <input
      type="text"
      dir="auto"
      aria-label={page.chatTitle}
      ref={field}
      value={text}
      onChange={(event) => setText(event.currentTarget.value)}
      onKeyDown={listen}
      onBlur={() => end('elsewhere')}
    />
  );
}
