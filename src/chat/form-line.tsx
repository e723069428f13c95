import type { PageWords } from '../../words/words.ts';
import { askAgain } from '../actions/ask.ts';
import { hasPictureBefore } from '../actions/path.ts';
import { usePerform, useWords } from '../app/context.tsx';
import { useSelectNear } from '../app/near-state.ts';
import { shownTurns } from '../state/chats.ts';
import type { ModelTurn } from '../storage/records.ts';

const forms = ['draw', 'edit', 'ask'] as const;

/** What was asked for, and what the model did where that is something else. */
export function formSentence(
  { state, results }: Pick<ModelTurn, 'state' | 'results'>,
  form: (typeof forms)[number],
  pictures: 'some to edit' | 'none to edit',
  words: PageWords['form'],
): string {
  const drew = results.length > 0;
  if (form === 'edit' && pictures === 'none to edit') return words.nothingToEdit[drew ? 'picture' : 'words'];
  const isOtherwise = form === 'ask' ? drew : !drew && state === 'done';
  return isOtherwise ? words.otherwise[form] : words.taken[form];
}

/** What the turn was taken as, and one click to have it taken as something else. */
export function FormLine({ turn }: { readonly turn: ModelTurn }) {
  const { id, form, state } = turn;
  const { page } = useWords();
  const perform = usePerform();
  const pictures = useSelectNear((shown) => {
    if (form !== 'edit') return 'some to edit';
    return hasPictureBefore(shownTurns(shown), id) ? 'some to edit' : 'none to edit';
  });
  if (form === null || form === 'plain' || form === 'polish' || state === 'working' || state === 'queued') return null;
  return (
    <div className="form-line" aria-live="off">
      <span>{formSentence(turn, form, pictures, page.form)}</span>
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
