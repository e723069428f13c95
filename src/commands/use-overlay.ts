import { type RefObject, useEffect, useRef } from 'react';
import { closeOverlay } from '../actions/page.ts';
import { useBackCloses } from '../app/back.ts';
import { usePerform } from '../app/context.tsx';

/** A dialog that is there while it is open: shown over the page, and closed by Back too. */
export function useOverlay(): { dialog: RefObject<HTMLDialogElement | null>; close: () => void } {
  const perform = usePerform();
  const dialog = useRef<HTMLDialogElement>(null);
  const close = () => perform(closeOverlay);
  useBackCloses(true, close);
  useEffect(() => {
    const opened = dialog.current;
    const before = document.activeElement;
    if (opened?.open === false) opened.showModal();
    return () => {
      // A dialog that is taken away does not give the focus back.
      if (document.activeElement === document.body && before instanceof HTMLElement) before.focus();
    };
  }, []);
  return { dialog, close };
}
