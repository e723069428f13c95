import { stepsOfDraft } from '../actions/vary.ts';
import { useApp, useSelect, useWords } from '../app/context.tsx';
import { Icon } from '../app/icon.tsx';
import type { VariationChoice } from '../state/state.ts';

const counts = [1, 2, 3, 4, 5, 6, 7, 8];

interface VariationsChoiceProps {
  /** Its id. */
  readonly result: string;
  readonly disabled: boolean;
}

/** How many pictures Variations paints, in the corner of its button. */
export function VariationsChoice({ result, disabled }: VariationsChoiceProps) {
  const { store } = useApp();
  const words = useWords().page.variations;
  const choice = useSelect((state) => state.variations);
  const hasDrafts = useSelect((state) => stepsOfDraft(state, result) !== null);
  const kind = hasDrafts ? choice.kind : 'full';
  const choose = (chosen: VariationChoice) => store.setState({ variations: chosen });
  return (
    <span className="how-many">
      <select
        aria-label={words.howMany}
        title={`${words.howMany}: ${(kind === 'draft' ? words.asDrafts : words.pictures)(choice.count)}`}
        disabled={disabled}
        value={`${kind} ${choice.count}`}
        onChange={({ currentTarget: { selectedIndex } }) =>
          choose({
            count: counts[selectedIndex % counts.length] ?? 1,
            kind: selectedIndex < counts.length ? 'full' : 'draft',
          })
        }
      >
        <optgroup label={words.full}>
          {counts.map((count) => (
            <option key={count} value={`full ${count}`}>
              {words.pictures(count)}
            </option>
          ))}
        </optgroup>
        <optgroup label={hasDrafts ? words.drafts : words.noDrafts} disabled={!hasDrafts}>
          {counts.map((count) => (
            <option key={count} value={`draft ${count}`}>
              {words.asDrafts(count)}
            </option>
          ))}
        </optgroup>
      </select>
      <span aria-hidden="true">
        {choice.count === 1 && kind === 'full' ? <Icon name="chevron" /> : `×${choice.count}`}
      </span>
    </span>
  );
}
