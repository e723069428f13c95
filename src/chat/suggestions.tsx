import { useSelect, useWords } from '../app/context.tsx';
import { currentChat } from '../state/chats.ts';
import { Examples } from './opening.tsx';

/** What can be said to a first picture. */
export function Suggestions() {
  const { opening } = useWords().page;
  const first = useSelect((state) => {
    const turns = currentChat(state)?.turns ?? [];
    const last = turns.at(-1);
    const done = last?.from === 'model' && last.results.some(({ state: result }) => result === 'done');
    return done && turns.length === 2 && state.text === '' && state.jobs.length === 0;
  });
  return first ? <Examples label={opening.suggestions} sentences={opening.follow} /> : null;
}
