import { finishAll } from '../actions/vary.ts';
import { usePerform, useWords } from '../app/context.tsx';
import { Icon } from '../app/icon.tsx';
import { useSelectNear } from '../app/near-state.ts';
import type { TurnId } from '../storage/records.ts';
import { turnElement } from './turn-buttons.tsx';

/** There while an answer has several drafts that are not finished. */
export function FinishAll({ turn }: { readonly turn: TurnId }) {
  const words = useWords().page.variations;
  const perform = usePerform();
  const available = useSelectNear((state) => finishAll.when(state, turn));
  if (!available) return null;
  const finish = () => {
    perform(finishAll, turn);
    // The button goes; the focus stays at the answer that is finished.
    document.getElementById(turnElement(turn))?.focus();
  };
  return (
    <button type="button" className="finish-all" onClick={finish}>
      <Icon name="check" />
      {words.finishAll}
    </button>
  );
}
