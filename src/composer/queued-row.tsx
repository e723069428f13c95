import { type RefObject, useId } from 'react';
import { flushSync } from 'react-dom';
import { useShallow } from 'zustand/react/shallow';
import { cancelQueued, moveInQueue } from '../actions/queue.ts';
import { usePerform, useSelect, useWords } from '../app/context.tsx';
import { Icon, type IconName } from '../app/icon.tsx';
import type { Queued } from '../state/queue.ts';
import { focusMessage } from './message.ts';
import { queuedWords } from './queued-words.ts';

type List = RefObject<HTMLOListElement | null>;

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
  const waits = job.state === 'waiting';
  /** The row takes another place, or its words do. */
  const move = (step: -1 | 1) => {
    flushSync(() => perform(moveInQueue, job.id, step));
    tell(words.moved(at + step + 1, count));
    buttonIn(list, at + step, step === -1 ? 'earlier' : 'later')?.focus();
  };
  const cancel = () => {
    flushSync(() => perform(cancelQueued, job.id));
    const next = buttonIn(list, at, 'cancel') ?? buttonIn(list, at - 1, 'cancel');
    if (next === null) focusMessage();
    else next.focus();
  };
  return (
    <li data-state={job.state}>
      <Words job={job} name={name} />
      {waits && <MoveButton job={job} step={-1} move={move} name={name} />}
      {waits && <MoveButton job={job} step={1} move={move} name={name} />}
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

interface MoveButtonProps {
  readonly job: Queued;
  readonly step: -1 | 1;
  readonly move: (step: -1 | 1) => void;
  readonly name: string;
}

function MoveButton({ job, step, move, name }: MoveButtonProps) {
  const words = useWords().page.queue;
  const movable = useSelect((state) => moveInQueue.when(state, job.id, step));
  const kind = step === -1 ? 'earlier' : 'later';
  return (
    <RowButton
      kind={kind}
      icon={kind}
      label={words[kind]}
      name={name}
      {...(movable ? { press: () => move(step) } : {})}
    />
  );
}

type Kind = 'earlier' | 'later' | 'cancel';

interface RowButtonProps {
  readonly kind: Kind;
  readonly icon: IconName;
  readonly label: string;
  /** The id of the words that it is about. */
  readonly name: string;
  /** One that does nothing now keeps the focus all the same. */
  readonly press?: () => void;
}

function RowButton({ kind, icon, label, name, press }: RowButtonProps) {
  return (
    <button
      type="button"
      className="quiet small"
      data-kind={kind}
      aria-label={label}
      aria-describedby={name}
      aria-disabled={press === undefined ? true : undefined}
      title={label}
      onClick={press}
    >
      <Icon name={icon} />
    </button>
  );
}

function buttonIn(list: List, at: number, kind: Kind): HTMLElement | null {
  return list.current?.children[at]?.querySelector<HTMLElement>(`[data-kind="${kind}"]`) ?? null;
}
