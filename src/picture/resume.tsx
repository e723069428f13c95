import { useId } from 'react';
import { isInterrupted, resume, whyNotResumed } from '../actions/resume.ts';
import { usePerform, useWords } from '../app/context.tsx';
import { Icon } from '../app/icon.tsx';
import { useSelectNear } from '../app/near-state.ts';
import { turnElement } from '../chat/turn-buttons.tsx';
import type { Result, TurnId } from '../storage/records.ts';

interface ResumeProps {
  readonly turn: TurnId;
  readonly result: Result;
}

/** There while an interrupted drawing can be gone on with, if not here then with what began it. */
export function Resume({ turn, result }: ResumeProps) {
  const words = useWords().page.resume;
  const perform = usePerform();
  const reason = useId();
  const whyNot = useSelectNear((state) => (isInterrupted(result) ? whyNotResumed(state, result) : null));
  if (!isInterrupted(result)) return null;
  const goOn = () => {
    perform(resume, result.id);
    // The button goes; the focus stays at the answer that goes on.
    document.getElementById(turnElement(turn))?.focus();
  };
  return (
    <div className="resume">
      <button type="button" disabled={whyNot !== null} aria-describedby={reason} onClick={goOn}>
        <Icon name="play" />
        {words.resume}
      </button>
      {whyNot !== null && (
        <p id={reason} className="hint">
          {words.notResumed[whyNot]}
        </p>
      )}
    </div>
  );
}
