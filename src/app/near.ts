import { createContext, type RefObject, startTransition, useEffect, useState } from 'react';

/** Whether what an element stands in is near; null until that is known. */
export const NearContext = createContext<boolean | null>(null);

/** How far outside what scrolls something is near already, in its heights. */
const margin = '200%';

const heard = new WeakMap<Element, (isNear: boolean) => void>();

/** One for all: hundreds of elements wait to come near. */
let observer: IntersectionObserver | null = null;

function observerOfAll(): IntersectionObserver {
  // A list scrolls and the window does not; where a browser knows only the window's margin, what is seen alone is near.
  const options: IntersectionObserverInit & { readonly scrollMargin: string } = { scrollMargin: margin };
  observer ??= new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) heard.get(target)?.(isIntersecting);
  }, options);
  return observer;
}

/** Whether an element is on the screen, or soon is; null until that is known. Of what is watched the browser looks at each for every frame. */
export function useNear(element: RefObject<Element | null>): boolean | null {
  const [isNear, setNear] = useState<boolean | null>(null);
  useEffect(() => {
    const { current } = element;
    if (current === null) return;
    const all = observerOfAll();
    // What comes near is put up in slices, between which the page answers.
    heard.set(current, (near) => startTransition(() => setNear(near)));
    all.observe(current);
    return () => all.unobserve(current);
  }, [element]);
  return isNear;
}
