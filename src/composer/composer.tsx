import { type KeyboardEvent, lazy, useEffect } from 'react';
import { send, stop, works, write } from '../actions/compose.ts';
import { isPolishing } from '../actions/polish.ts';
import { useApp, usePerform, useSelect, useWords } from '../app/context.tsx';
import { Icon } from '../app/icon.tsx';
import { isForInputMethod } from '../app/input-method.ts';
import { LazyPlace } from '../app/lazy-place.tsx';
import { useMatches } from '../app/use-matches.ts';
import { AddImage } from './add-image.tsx';
import { Attachments } from './attachments.tsx';
import { beginAtMessage, messageId, returnToMessage } from './message.ts';
import { PolishButton } from './polish-button.tsx';
import { recalled } from './recalled.ts';

const Polished = lazy(() => import('./polished.tsx'));

export function Composer() {
  const perform = usePerform();
  return (
    <form
      className="composer"
      onSubmit={(event) => {
        event.preventDefault();
        perform(send);
      }}
    >
      <LazyPlace isOpen={(state) => state.polishedFrom !== null || isPolishing(state)} part={Polished} />
      <Attachments />
      <AddImage />
      <Message />
      <SendAndStop />
    </form>
  );
}

function Message() {
  const { store } = useApp();
  const { page } = useWords();
  const text = useSelect((state) => state.text);
  const edits = useSelect(({ reference }) => reference !== null);
  const isNarrow = useMatches('(max-width: 29.99rem)');
  const invitation = isNarrow ? page.composer.short : page.composer;
  const perform = usePerform();
  useEffect(beginAtMessage, []);
  /** Not where an arrow goes from line to line, nor with the keys that select. */
  const recall = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    const { shiftKey, ctrlKey, altKey, metaKey, currentTarget, nativeEvent } = event;
    if (shiftKey || ctrlKey || altKey || metaKey || isForInputMethod(nativeEvent)) return;
    if (currentTarget.value.includes('\n')) return;
    const earlier = recalled(store.getState(), event.key === 'ArrowUp' ? -1 : 1);
    if (earlier === null) return;
    event.preventDefault();
    perform(write, earlier);
  };
  /** Enter sends, Shift+Enter breaks the line; not while an input method composes a word. */
  const listen = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    if (event.key === 'ArrowUp' || event.key === 'ArrowDown') return recall(event);
    if (event.key !== 'Enter' || event.shiftKey || isForInputMethod(event.nativeEvent)) return;
    event.preventDefault();
    perform(send);
  };
  return (
    <textarea
      id={messageId}
      dir="auto"
      aria-label={page.composer.message}
      placeholder={edits ? invitation.sayChange : invitation.placeholder}
      rows={1}
      enterKeyHint="send"
      value={text}
      onChange={(event) => perform(write, event.currentTarget.value)}
      onKeyDown={listen}
    />
  );
}

function SendAndStop() {
  const { page } = useWords();
  const perform = usePerform();
  const sendable = useSelect(send.when);
  const lacksWords = useSelect((state) => state.reference !== null && !send.when(state));
  const hasWork = useSelect(works);
  const stoppable = useSelect(stop.when);
  return (
    <div className="composer-buttons">
      <PolishButton />
      {hasWork && (
        <button
          type="button"
          className="round stop"
          aria-label={page.composer.stop}
          title={stoppable ? page.composer.stop : page.status.stopping}
          disabled={!stoppable}
          onClick={() => {
            perform(stop);
            returnToMessage();
          }}
        >
          <Icon name="stop" />
        </button>
      )}
      <button
        type="submit"
        className="round primary"
        aria-label={page.composer.send}
        title={lacksWords ? page.composer.sayChange : page.composer.send}
        disabled={!sendable}
      >
        <Icon name="send" />
      </button>
    </div>
  );
}
