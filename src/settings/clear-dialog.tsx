import { useEffect, useRef } from 'react';
import { clearAll } from '../actions/archive.ts';
import { useBackCloses } from '../app/back.ts';
import { usePerform, useWords } from '../app/context.tsx';

interface ClearDialogProps {
  readonly isOpen: boolean;
  readonly close: () => void;
}

/** Asks before everything goes. */
export function ClearDialog({ isOpen, close }: ClearDialogProps) {
  const words = useWords().page.data;
  const perform = usePerform();
  const dialog = useRef<HTMLDialogElement>(null);
  useBackCloses(isOpen, close);
  useEffect(() => {
    if (!isOpen) dialog.current?.close();
    else if (dialog.current?.open === false) dialog.current.showModal();
  }, [isOpen]);
  return (
    <dialog ref={dialog} className="dialog" aria-labelledby="clear-title" closedby="any" onClose={close}>
      <h2 id="clear-title">{words.ask.title}</h2>
      <p>{words.ask.goes}</p>
      <p className="hint">{words.ask.first}</p>
      <footer>
        <button type="button" onClick={close}>
          {words.ask.cancel}
        </button>
        <button type="button" className="danger" onClick={() => perform(clearAll)}>
          {words.clear}
        </button>
      </footer>
    </dialog>
  );
}
