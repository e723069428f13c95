import { useEffect, useRef } from 'react';
import type { PageWords } from '../../words/words.ts';
import { secondsPerStep, type Tempo, tokensPerSecond } from '../state/tempo.ts';
import { useApp, useWords } from './context.tsx';

/** How fast the model works, beside what it does: written past React, and not read out. */
export function Speed() {
  const words = useWords().page.speed;
  const { live } = useApp();
  const element = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    const show = () => {
      const work = live.get();
      const sentence = work === null ? '' : speedSentence(work.tempo, words);
      if (element.current !== null && element.current.textContent !== sentence) element.current.textContent = sentence;
    };
    show();
    return live.subscribe(show);
  }, [live, words]);
  return <span className="speed" ref={element} />;
}

/** Of a drawing its steps, before that its words; empty while nothing can be said. */
export function speedSentence(tempo: Tempo, words: PageWords['speed']): string {
  if (tempo.steps !== null) {
    const seconds = secondsPerStep(tempo);
    return seconds === undefined ? '' : words.step(seconds);
  }
  const tokens = tokensPerSecond(tempo);
  return tokens === undefined ? '' : words.tokens(tokens);
}
