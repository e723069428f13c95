import { polish, whyNotPolished } from '../actions/polish.ts';
import { usePerform, useSelect, useWords } from '../app/context.tsx';
import { Icon } from '../app/icon.tsx';

/** One that does nothing now keeps the focus all the same. */
export function PolishButton() {
  const words = useWords().page.polish;
  const perform = usePerform();
  const whyNot = useSelect(whyNotPolished);
  return (
    <button
      type="button"
      className="quiet round polish"
      aria-label={words.polish}
      title={whyNot === null ? words.polish : words.notNow[whyNot]}
      aria-disabled={whyNot === null ? undefined : true}
      onClick={() => perform(polish)}
    >
      <Icon name="polish" />
    </button>
  );
}
