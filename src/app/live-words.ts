import { type RefObject, useEffect, useRef } from 'react';
import type { LiveWork } from '../state/live.ts';
import { useApp } from './context.tsx';

/** An element whose words change many times a second: they are written past React. */
export function useLiveWords<Written extends HTMLElement>(
  wordsOf: (work: LiveWork | null) => string,
): RefObject<Written | null> {
  const { live } = useApp();
  const element = useRef<Written>(null);
  // After each render: they may be told of something else then.
  useEffect(() => {
    const show = () => {
      const words = wordsOf(live.get());
      if (element.current !== null && element.current.textContent !== words) element.current.textContent = words;
    };
    show();
    return live.subscribe(show);
  });
  return element;
}
