import { useSyncExternalStore } from 'react';

/** Whether a media query holds now: for what CSS cannot say, as words that stand in an attribute. */
export function useMatches(query: string): boolean {
  const subscribe = (changed: () => void) => {
    const list = matchMedia(query);
    list.addEventListener('change', changed);
    return () => list.removeEventListener('change', changed);
  };
  return useSyncExternalStore(subscribe, () => matchMedia(query).matches);
}
