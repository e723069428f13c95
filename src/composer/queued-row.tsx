import { useId } from 'react';
import { flushSync } from 'react-dom';
import { useShallow } from 'zustand/react/shallow';
import { cancelQueued, moveInQueue } from '../actions/queue.ts';
import { usePerform, useSelect, useWords } from '../app/context.tsx';
import type { Queued } from '../state/queue.ts';
import { focusMessage } from './message.ts';
import { buttonIn, type List, MoveButtons, moveWithFocus, RowButton, type Step } from './move-buttons.tsx';
import { queuedWords } from './queued-words.ts';

interface QueuedRowProps {
  readonly job: Queued;
  readonly at: number;
  readonly list: List;
  /** Says to a screen reader what a move came to. */
  readonly tell: (sentence: string) => void;
}

export function QueuedRow({ job, at, list, tell }: QueuedRowProps) {
  const words = useWords().page.queue;
  const perform = usePerform();
  const count = useSelect(({ jobs }) => jobs.length);
  const name = useId();
  const movable = useSelect(
    useShallow((state) => ({ [-1]: moveInQueue.when(state, job.id, -1), 1: moveInQueue.when(state, job.id, 1) })),
  );
  const waits = job.state === 'waiting';
  /** The row takes another place, or its words do. */
  const move = (step: Step) => {
    moveWithFocus(list, at, step, () => perform(moveInQueue, job.id, step));
    tell(words.moved(at + step + 1, count));
  };
  const cancel = () => {
    flushSync(() => perform(cancelQueued, job.id));
    const next = buttonIn(list, at, 'cancel') ?? buttonIn(list, at - 1, 'cancel');
    if (next === null) focusMessage();
    else next.focus();
  };
  return (
    <li data-row data-state={job.state}>
      <Words job={job} name={name} />
      {waits && <MoveButtons movable={(step) => movable[step]} move={move} name={name} />}
      <RowButton kind="cancel" icon="close" label={waits ? words.cancel : words.stop} name={name} press={cancel} />
    </li>
  );
}

function Words({ job, name }: { readonly job: Queued; readonly name: string }) {
  const { page } = useWords();
  const { asked, elsewhere } = useSelect(useShallow((state) => queuedWords(state, job)));
  const words = asked || page.queue.wordless;
  return (
    <p id={name} className="queued-words">
      {job.state !== 'waiting' && <span className="now">{page.queue.now}</span>}
      <span className="asked" dir="auto" title={words}>
        {job.subject.kind === 'answer' ? words : page.queue[job.subject.kind](words)}
      </span>
      {elsewhere !== null && (
        <span className="hint" dir="auto">
          {page.queue.elsewhere(elsewhere || page.untitled)}
        </span>
      )}
    </p>
  );
}
