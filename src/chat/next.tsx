import { useMemo } from 'react';
import { useSelect, useWords } from '../app/context.tsx';
import type { TurnRecord } from '../storage/records.ts';
import { useSay } from './say.ts';
import { suggestionsFor } from './suggestions.ts';

/** Sentences to go on with, while nothing works and nothing is being written. */
export function Next({ turns }: { readonly turns: readonly TurnRecord[] }) {
  const { opening } = useWords().page;
  const idle = useSelect(({ text, jobs, attachments }) => text === '' && jobs.length === 0 && attachments.length === 0);
  const serves = useSelect(({ model }) =>
    model.phase !== 'ready' || model.opened.bundle.decoders.includes('editing') ? 'edits and questions' : 'questions',
  );
  const sentences = useMemo(() => suggestionsFor(turns, opening, serves), [turns, opening, serves]);
  const say = useSay();
  if (!idle || sentences.length === 0) return null;
  return (
    <ul className="next" aria-label={opening.suggestions}>
      {sentences.map((sentence) => (
        <li key={sentence}>
          <button type="button" onClick={() => say(sentence)}>
            {sentence}
          </button>
        </li>
      ))}
    </ul>
  );
}
