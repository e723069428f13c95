import { type RefObject, useEffect, useState } from 'react';

/** How far outside the window something is near already. */
const margin = '75%';

const heard = new WeakMap<Element, (isNear: boolean) => void>();

/** One for all: hundreds of elements wait to come near. */
let observer: IntersectionObserver | null = null;

function observerOfAll(): IntersectionObserver {
  // The list scrolls and the window does not; where a browser knows only the window's margin, what is seen alone is near.
  const options: IntersectionObserverInit & { readonly scrollMargin: string } = { scrollMargin: margin };
  observer ??= new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) heard.get(target)?.(isIntersecting);
  }, options);
  return observer;
}

/** Whether an element is on the screen, or soon is. */
export function useNear(element: RefObject<Element | null>): boolean {
  const [isNear, setNear] = useState(false);
  useEffect(() => {
    const { current } = element;
    if (current === null) return;
    const all = observerOfAll();
    heard.set(current, setNear);
    all.observe(current);
    return () => all.unobserve(current);
  }, [element]);
  return isNear;
}
