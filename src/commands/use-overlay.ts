import type { RefObject } from 'react';
import { closeOverlay } from '../actions/page.ts';
import { usePerform } from '../app/context.tsx';
import { useModal } from '../app/use-modal.ts';

/** The dialog of what lies over the whole page. */
export function useOverlay(): { dialog: RefObject<HTMLDialogElement | null>; close: () => void } {
  const perform = usePerform();
  const close = () => perform(closeOverlay);
  return { dialog: useModal(close), close };
}
