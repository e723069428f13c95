import { useEffect, useRef } from 'react';

/** Something that is open; each is closed by one Back. */
interface Opened {
  close(): void;
}

/** What is open, the latest last. The history has as many entries more, each with how many were open at it. */
const open: Opened[] = [];
let isListening = false;
let isSettling = false;
/** The page itself goes back, and this comes later: nothing is closed by it. */
let isLeaving = false;

/** Back closes what was opened last, as people know it from a phone. */
export function useBackCloses(isOpen: boolean, close: () => void): void {
  const latest = useRef(close);
  useEffect(() => {
    latest.current = close;
  }, [close]);
  useEffect(() => {
    if (!isOpen) return;
    const opened = { close: () => latest.current() };
    open.push(opened);
    listen();
    settle();
    return () => {
      const at = open.indexOf(opened);
      if (at >= 0) open.splice(at, 1);
      settle();
    };
  }, [isOpen]);
}

function listen(): void {
  if (isListening) return;
  isListening = true;
  addEventListener('popstate', () => {
    // Forward leads to where something was open once: what is open now stays, and the history follows it.
    while (!isLeaving && open.length > entries()) open.pop()?.close();
    isLeaving = false;
    settle();
  });
}

/** How many were open at the present entry; a page that was reloaded may have some left. */
function entries(): number {
  const { state } = history;
  return typeof state === 'number' ? state : 0;
}

/** Makes the history as long as what is open: once for all that opens and closes together, so that one may take another's place. */
function settle(): void {
  if (isSettling) return;
  isSettling = true;
  queueMicrotask(() => {
    isSettling = false;
    const surplus = entries() - open.length;
    if (isLeaving) return;
    isLeaving = surplus > 0;
    if (isLeaving) history.go(-surplus);
    for (let count = entries() + 1; count <= open.length; count += 1) history.pushState(count, '');
  });
}
