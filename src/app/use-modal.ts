import { type RefObject, useEffect, useRef } from 'react';
import { returnToMessage } from '../composer/message.ts';
import { useBackCloses } from './back.ts';

/** A dialog that is there while it is open: shown over the page, and closed by Back too. */
export function useModal(close: () => void): RefObject<HTMLDialogElement | null> {
  const dialog = useRef<HTMLDialogElement>(null);
  useBackCloses(true, close);
  useEffect(() => {
    const opened = dialog.current;
    const before = document.activeElement;
    if (opened?.open === false) opened.showModal();
    return () => {
      // A dialog that is taken away does not give the focus back.
      if (document.activeElement !== document.body || !(before instanceof HTMLElement)) return;
      if (before.isConnected) before.focus();
      else returnToMessage();
    };
  }, []);
  return dialog;
}
