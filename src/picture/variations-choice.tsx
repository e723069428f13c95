import { stepsOfDraft } from '../actions/vary.ts';
import { useApp, useWords } from '../app/context.tsx';
import { Menu } from '../app/menu.tsx';
import { useSelectNear } from '../app/near-state.ts';
import type { VariationChoice } from '../state/state.ts';

const counts = [1, 2, 3, 4, 5, 6, 7, 8];
const full = counts.map((count): VariationChoice => ({ kind: 'full', count }));
const drafts = counts.map((count): VariationChoice => ({ kind: 'draft', count }));

const keyOf = ({ kind, count }: VariationChoice) => `${kind} ${count}`;

interface VariationsChoiceProps {
  /** Its id. */
  readonly result: string;
  readonly disabled: boolean;
}

/**
 * How many pictures Variations paints, in the corner of its button, and below it where they are not one. No select: whenever a field
 * is added Chrome looks at every other one of the page, and lays out for that what is far from the screen.
 */
export function VariationsChoice({ result, disabled }: VariationsChoiceProps) {
  const { store } = useApp();
  const words = useWords().page.variations;
  const { kind, count } = useSelectNear((state) => state.variations);
  const hasDrafts = useSelectNear((state) => stepsOfDraft(state, result) !== null);
  const choice: VariationChoice = { kind: hasDrafts ? kind : 'full', count };
  const nameOf = (of: VariationChoice) => (of.kind === 'draft' ? words.asDrafts : words.pictures)(of.count);
  const items = (choices: readonly VariationChoice[]) => choices.map((of) => [keyOf(of), nameOf(of)] as const);
  return (
    <>
      <Menu
        label={words.howMany}
        title={words.howMany}
        hint={words.thenPress}
        description={nameOf(choice)}
        disabled={disabled}
        groups={[
          { title: words.full, items: items(full) },
          { title: hasDrafts ? words.drafts : words.noDrafts, items: items(drafts), disabled: !hasDrafts },
        ]}
        chosen={keyOf(choice)}
        choose={(key) => store.setState({ variations: [...full, ...drafts].find((of) => keyOf(of) === key) ?? choice })}
      />
      {keyOf(choice) !== 'full 1' && (
        <span className="how-many" aria-hidden="true">
          {nameOf(choice)}
        </span>
      )}
    </>
  );
}
