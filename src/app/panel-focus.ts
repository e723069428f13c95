import { type RefObject, useEffect, useRef } from 'react';

/**
 * The focus of a panel that is opened and closed: opened, it takes the focus; closed, the focus goes back to where it was, or, where
 * that is gone, to the button that opens the panel. Whoever has gone elsewhere meanwhile stays there.
 *
 * @param opener the id of the button that opens it
 * @returns for the panel, which has to take the focus (`tabIndex={-1}`)
 */
export function usePanelFocus<Panel extends HTMLElement>(isOpen: boolean, opener: string): RefObject<Panel | null> {
  const panel = useRef<Panel>(null);
  useEffect(() => {
    const opened = panel.current;
    if (!isOpen || opened === null) return;
    const before = focused();
    opened.focus();
    return () => {
      const now = focused();
      if (now !== null && !opened.contains(now)) return;
      if (before?.isConnected === true) before.focus();
      else document.getElementById(opener)?.focus();
    };
  }, [isOpen, opener]);
  return panel;
}

/** What has the focus; the document has it where nothing else does. */
function focused(): HTMLElement | null {
  const { activeElement } = document;
  return activeElement instanceof HTMLElement && activeElement !== document.body ? activeElement : null;
}
