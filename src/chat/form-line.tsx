import { askAgain } from '../actions/ask.ts';
import { usePerform, useWords } from '../app/context.tsx';
import type { ModelTurn } from '../storage/records.ts';

const forms = ['draw', 'edit', 'ask'] as const;

/** What the turn was taken as, and one click to have it taken as something else. */
export function FormLine({ turn: { id, form, state } }: { readonly turn: ModelTurn }) {
  const { page } = useWords();
  const perform = usePerform();
  if (form === null || form === 'plain' || form === 'polish' || state === 'working' || state === 'queued') return null;
  return (
    <div className="form-line" aria-live="off">
      <span>{page.form.taken[form]}</span>
      {forms
        .filter((other) => other !== form)
        .map((other) => (
          <button key={other} type="button" className="link" onClick={() => perform(askAgain, id, other)}>
            {page.form.take[other]}
          </button>
        ))}
    </div>
  );
}
