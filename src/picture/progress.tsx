import { useSelect, useWords } from '../app/context.tsx';
import { activitySentence } from '../app/status.tsx';
import type { Activity } from '../state/state.ts';

/** Steps done of all, on the picture itself. */
export function Progress() {
  const { page } = useWords();
  const activity = useSelect((state) => state.activity);
  const { value, max } = stepsOf(activity);
  return (
    <div className="progress">
      <p aria-hidden="true">{shortly(activity)}</p>
      <progress
        aria-label={page.result.drawing}
        aria-valuetext={activity === null ? '' : activitySentence(activity, page.status)}
        value={value}
        max={max}
        aria-valuemin={0}
        aria-valuenow={value}
        aria-valuemax={max}
      />
    </div>
  );
}

function stepsOf(activity: Activity | null): { readonly value: number; readonly max: number } {
  if (activity?.stage === 'step') return { value: activity.step, max: activity.steps };
  return { value: activity?.stage === 'developing' ? 1 : 0, max: 1 };
}

/** The sentence of the status, where there is little room. */
function shortly(activity: Activity | null): string {
  if (activity?.stage !== 'step') return '';
  const seconds = Math.round(activity.remainingMs / 1000);
  return `${activity.step} / ${activity.steps}${seconds > 1 ? ` · ${seconds} s` : ''}`;
}
