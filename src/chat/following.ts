import { type RefObject, useEffect, useRef, useState } from 'react';

/** Nearer to the end than this, a person is at the end. */
const nearPixels = 120;

export interface Following {
  readonly scroller: RefObject<HTMLDivElement | null>;
  readonly atEnd: boolean;
  readonly toEnd: () => void;
}

/** Stays at the end while a person is there and leaves them where they have scrolled to; a new turn is always shown. */
export function useFollowingEnd(turns: number): Following {
  const scroller = useRef<HTMLDivElement>(null);
  const [atEnd, setAtEnd] = useState(true);
  useEffect(() => {
    const element = scroller.current;
    if (element === null || turns === 0) return;
    let follows = true;
    const toEnd = () => element.scrollTo({ top: element.scrollHeight });
    const watch = () => {
      follows = element.scrollHeight - element.scrollTop - element.clientHeight < nearPixels;
      setAtEnd(follows);
    };
    const observer = new ResizeObserver(() => (follows ? toEnd() : watch()));
    for (const child of element.children) observer.observe(child);
    observer.observe(element);
    element.addEventListener('scroll', watch, { passive: true });
    toEnd();
    return () => {
      observer.disconnect();
      element.removeEventListener('scroll', watch);
    };
  }, [turns]);
  const toEnd = () => scroller.current?.scrollTo({ top: scroller.current.scrollHeight, behavior: 'smooth' });
  return { scroller, atEnd: atEnd || turns === 0, toEnd };
}
