import { type ChangeEvent, type KeyboardEvent, useRef } from 'react';
import { addPictures, editThis, removePicture, send, stop, write } from '../actions/compose.ts';
import { usePerform, useSelect, useWords } from '../app/context.tsx';
import { Icon } from '../app/icon.tsx';
import { Thumbnail } from '../picture/thumbnail.tsx';
import type { Attachment } from '../state/state.ts';
import { messageId } from './message.ts';

export function Composer() {
  const { page } = useWords();
  const text = useSelect((state) => state.text);
  const sendable = useSelect((state) => send.when(state));
  const working = useSelect((state) => stop.when(state));
  const perform = usePerform();
  const keys = useComposerKeys();
  return (
    <form
      className="composer"
      onSubmit={(event) => {
        event.preventDefault();
        perform(send);
      }}
    >
      <Attachments />
      <textarea
        id={messageId}
        aria-label={page.composer.message}
        placeholder={page.composer.placeholder}
        rows={1}
        value={text}
        onChange={(event) => perform(write, event.currentTarget.value)}
        onKeyDown={keys}
      />
      <div className="composer-buttons">
        <AddImage />
        {working && (
          <button type="button" className="round stop" aria-label={page.composer.stop} onClick={() => perform(stop)}>
            <Icon name="stop" />
          </button>
        )}
        <button type="submit" className="round primary" aria-label={page.composer.send} disabled={!sendable}>
          <Icon name="send" />
        </button>
      </div>
    </form>
  );
}

/** Enter sends, Shift+Enter breaks the line; not while an input method composes a word. */
function useComposerKeys(): (event: KeyboardEvent) => void {
  const perform = usePerform();
  return (event) => {
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    perform(send);
  };
}

function AddImage() {
  const { page } = useWords();
  const perform = usePerform();
  const input = useRef<HTMLInputElement>(null);
  const choose = (event: ChangeEvent<HTMLInputElement>) => {
    perform(addPictures, [...(event.currentTarget.files ?? [])]);
    event.currentTarget.value = '';
  };
  return (
    <>
      <button
        type="button"
        className="quiet"
        aria-label={page.composer.addImage}
        title={page.composer.drop}
        onClick={() => input.current?.click()}
      >
        <Icon name="add" />
      </button>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        accept="image/png,image/jpeg,image/webp,image/gif,image/avif"
        onChange={choose}
      />
    </>
  );
}

function Attachments() {
  const { page } = useWords();
  const attachments = useSelect((state) => state.attachments);
  const reference = useSelect((state) => state.reference);
  const perform = usePerform();
  if (attachments.length === 0 && reference === null) return null;
  return (
    <ul className="attachments">
      {reference !== null && (
        <li>
          <Thumbnail image={reference} label={page.composer.editing} />
          <Remove name={page.result.editThis} remove={() => perform(editThis, null)} />
        </li>
      )}
      {attachments.map((attachment) => (
        <li key={attachment.key}>
          <AttachedPicture attachment={attachment} />
          <Remove name={attachment.name} remove={() => perform(removePicture, attachment.key)} />
        </li>
      ))}
    </ul>
  );
}

function AttachedPicture({ attachment: { record, name } }: { readonly attachment: Attachment }) {
  const { page } = useWords();
  if (record === null) return <span className="thumbnail waiting">{page.composer.reading(name)}</span>;
  return <Thumbnail image={record.id} label={page.result.attached(name)} />;
}

function Remove({ name, remove }: { readonly name: string; readonly remove: () => void }) {
  const { page } = useWords();
  return (
    <button type="button" className="remove" aria-label={page.composer.remove(name)} onClick={remove}>
      <Icon name="close" />
    </button>
  );
}
