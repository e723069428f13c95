/** Rows that a person puts in another order with two buttons each: those of the queue, and pictures of the message. */
import type { RefObject } from 'react';
import { flushSync } from 'react-dom';
import { useWords } from '../app/context.tsx';
import { Icon, type IconName } from '../app/icon.tsx';

export type List = RefObject<HTMLElement | null>;
export type Step = -1 | 1;
type Kind = 'earlier' | 'later' | 'cancel';

interface MoveButtonsProps {
  /** Whether the row can be put before or behind its neighbour. */
  readonly movable: (step: Step) => boolean;
  readonly move: (step: Step) => void;
  /** The id of the words that the row is about. */
  readonly name: string;
}

export function MoveButtons({ movable, move, name }: MoveButtonsProps) {
  const words = useWords().page.queue;
  return ([-1, 1] as const).map((step) => {
    const kind = kindOf(step);
    return (
      <RowButton
        key={kind}
        kind={kind}
        icon={kind}
        label={words[kind]}
        name={name}
        {...(movable(step) ? { press: () => move(step) } : {})}
      />
    );
  });
}

/** Does it, and goes along with the row: the button that was pressed has the focus still. */
export function moveWithFocus(list: List, at: number, step: Step, move: () => void): void {
  flushSync(move);
  buttonIn(list, at + step, kindOf(step))?.focus();
}

function kindOf(step: Step): 'earlier' | 'later' {
  return step === -1 ? 'earlier' : 'later';
}

interface RowButtonProps {
  readonly kind: Kind;
  readonly icon: IconName;
  readonly label: string;
  readonly name: string;
  /** One that does nothing now keeps the focus all the same. */
  readonly press?: () => void;
}

export function RowButton({ kind, icon, label, name, press }: RowButtonProps) {
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

/** Of a row that has it. */
export function buttonIn(list: List, at: number, kind: Kind): HTMLElement | null {
  return (
    list.current
      ?.querySelectorAll<HTMLElement>(':scope > [data-row]')
      [at]?.querySelector<HTMLElement>(`[data-kind="${kind}"]`) ?? null
  );
}
