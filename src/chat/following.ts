import { type RefObject, useEffect, useRef, useState } from 'react';
import { edgePixels, fitsIn, newestPicture, type Span } from './newest-picture.ts';

/** Nearer to the end than this, a person is at the end. */
const nearPixels = 120;

export interface Following {
  readonly scroller: RefObject<HTMLDivElement | null>;
  readonly atEnd: boolean;
  readonly toEnd: () => void;
}

/** Where a scroller stands, in CSS pixels. */
export type Place = Pick<HTMLElement, 'scrollTop' | 'scrollHeight' | 'clientHeight'>;

/**
 * Whether the end is still followed once a scroller has moved. Only going up leaves it: the end also draws away by itself, when
 * the conversation grew between a scroll and the news of it, and what gets shorter moves the view up without anybody's doing: by
 * what it lost, and where it has grown again since by less than a view more.
 *
 * @param before where it stood when it was last looked at
 */
export function followsAfter(follows: boolean, before: Place, now: Place): boolean {
  if (isNearEnd(now)) return true;
  const lost = before.scrollHeight - now.scrollHeight;
  const byItself = lost > 0 ? lost + now.clientHeight : 0;
  const hasGoneUp = now.scrollTop < before.scrollTop - byItself;
  return follows && !hasGoneUp;
}

/**
 * Where whoever follows the end is taken: as far as what is newest is seen from its beginning, where it fits, and else to the end.
 * What was scrolled past stays so.
 */
export function followedTo(place: Place, newest: Span | null): number {
  const end = place.scrollHeight - place.clientHeight;
  if (newest === null || !fitsIn(place, newest)) return end;
  return Math.min(end, Math.max(place.scrollTop, newest.top - edgePixels));
}

function isNearEnd({ scrollTop, scrollHeight, clientHeight }: Place): boolean {
  return scrollHeight - scrollTop - clientHeight < nearPixels;
}

function placeOf({ scrollTop, scrollHeight, clientHeight }: Place): Place {
  return { scrollTop, scrollHeight, clientHeight };
}

/** Follows the end until a person scrolls up, and leaves them where they have scrolled to; a new turn is always shown. */
export function useFollowingEnd(turns: number): Following {
  const scroller = useRef<HTMLDivElement>(null);
  const follows = useRef(true);
  /** The end itself was asked for, and not what is newest from its beginning. */
  const wantsEnd = useRef(false);
  const [atEnd, setAtEnd] = useState(true);
  useEffect(() => {
    const element = scroller.current;
    if (element === null || turns === 0) return;
    follows.current = true;
    wantsEnd.current = false;
    let before = placeOf(element);
    const watch = () => {
      follows.current = followsAfter(follows.current, before, element);
      before = placeOf(element);
      setAtEnd(follows.current);
    };
    const keepUp = () => {
      // What was gone to in this very frame is not told of yet.
      watch();
      if (!follows.current) return;
      element.scrollTo({ top: followedTo(element, wantsEnd.current ? null : newestPicture(element)) });
      watch();
    };
    const sizes = new ResizeObserver(keepUp);
    const observeAll = () => {
      for (const child of element.children) sizes.observe(child);
    };
    // What is offered next comes and goes.
    const children = new MutationObserver(observeAll);
    observeAll();
    sizes.observe(element);
    children.observe(element, { childList: true });
    element.addEventListener('scroll', watch, { passive: true });
    keepUp();
    return () => {
      sizes.disconnect();
      children.disconnect();
      element.removeEventListener('scroll', watch);
    };
  }, [turns]);
  const toEnd = () => {
    follows.current = true;
    wantsEnd.current = true;
    scroller.current?.scrollTo({ top: scroller.current.scrollHeight, behavior: 'smooth' });
  };
  return { scroller, atEnd: atEnd || turns === 0, toEnd };
}
