import type { PageWords } from '../../words/words.ts';
import { secondsPerStep, type Tempo, tokensPerSecond } from '../state/tempo.ts';
import { useWords } from './context.tsx';
import { useLiveWords } from './live-words.ts';

/** How fast the model works, beside what it does; not read out. */
export function Speed() {
  const words = useWords().page.speed;
  const element = useLiveWords<HTMLSpanElement>((work) => (work === null ? '' : speedSentence(work.tempo, words)));
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
