import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { write } from '../actions/compose.ts';
import { editMessage } from '../actions/versions.ts';
import { useApp, usePerform, useSelect, useWords } from '../app/context.tsx';
import { isForInputMethod } from '../app/input-method.ts';
import { chatOfTurn } from '../state/chats.ts';
import type { PersonTurn } from '../storage/records.ts';

interface MessageEditorProps {
  readonly turn: PersonTurn;
  readonly leave: () => void;
}

/** A sent message in an editor in its place: Enter or Save asks it in its new words, Escape leaves everything as it is. */
export function MessageEditor({ turn, leave }: MessageEditorProps) {
  const { page } = useWords();
  const perform = usePerform();
  const [text, setText] = useState(turn.text);
  const area = useRef<HTMLTextAreaElement>(null);
  const sendable = useSelect((state) => editMessage.when(state, turn.id, text));
  useEffect(() => {
    area.current?.focus();
    area.current?.setSelectionRange(turn.text.length, turn.text.length);
  }, [turn]);
  useWordsKept(turn, text);
  const save = () => {
    if (!sendable) return;
    if (text.trim() !== turn.text) perform(editMessage, turn.id, text);
    leave();
  };
  const listen = (event: KeyboardEvent) => {
    if (isForInputMethod(event.nativeEvent)) return;
    if (event.key === 'Escape') {
      // Work goes on.
      event.stopPropagation();
      leave();
    } else if (event.key === 'Enter' && !event.shiftKey) {
      event.preventDefault();
      save();
    }
  };
  return (
    <form
      className="message-editor"
      onSubmit={(event) => {
        event.preventDefault();
        save();
      }}
    >
      <textarea
        ref={area}
        dir="auto"
        aria-label={page.turn.edited}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        onKeyDown={listen}
      />
      <div>
        <button type="button" className="quiet" onClick={leave}>
          {page.turn.cancel}
        </button>
        <button type="submit" className="primary" disabled={!sendable}>
          {page.turn.save}
        </button>
      </div>
    </form>
  );
}

/** Where another tab deletes the message meanwhile, its new words lie in the composer, if that is empty. */
function useWordsKept({ id }: PersonTurn, text: string): void {
  const app = useApp();
  const written = useRef(text);
  written.current = text;
  useEffect(
    () => () => {
      const state = app.store.getState();
      if (chatOfTurn(state, id) === undefined && state.text === '') write.perform(app, written.current);
    },
    [app, id],
  );
}
