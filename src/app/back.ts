import { useEffect, useRef } from 'react';

/** Back closes what is open, as people know it from a phone: while it is open the history has one more entry. */
export function useBackCloses(isOpen: boolean, close: () => void): void {
  const latest = useRef(close);
  useEffect(() => {
    latest.current = close;
  }, [close]);
  useEffect(() => {
    if (!isOpen) return;
    let isLeft = false;
    history.pushState(null, '');
    const leave = () => {
      isLeft = true;
      latest.current();
    };
    addEventListener('popstate', leave, { once: true });
    return () => {
      removeEventListener('popstate', leave);
      if (!isLeft) history.back();
    };
  }, [isOpen]);
}
