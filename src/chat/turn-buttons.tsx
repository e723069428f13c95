import type { RefObject } from 'react';
import { flushSync } from 'react-dom';
import { deleteTurn } from '../actions/chats.ts';
import { copyWords } from '../actions/copy-words.ts';
import { regenerate, showVersion } from '../actions/versions.ts';
import { useApp, usePerform, useWords } from '../app/context.tsx';
import { Icon, type IconName } from '../app/icon.tsx';
import { useSelectNear } from '../app/near-state.ts';
import { focusMessage } from '../composer/message.ts';
import { chatOfTurn, shownTurns } from '../state/chats.ts';
import type { AppState } from '../state/state.ts';
import { versionsOf } from '../state/tree.ts';
import type { TurnId, TurnRecord } from '../storage/records.ts';
import { spoken } from '../storage/spoken.ts';

/** The id of a turn's element, which can have the focus. */
export const turnElement = (id: TurnId) => `turn-${id}`;

interface TurnButtonsProps {
  readonly turn: TurnRecord;
  /** Opens the editor of a message. */
  readonly edit?: { readonly open: () => void; readonly button: RefObject<HTMLButtonElement | null> };
}

/** What can be done with a turn: quiet until a person comes near, and in the tree always. */
export function TurnButtons({ turn, edit }: TurnButtonsProps) {
  const { id, from } = turn;
  const { page } = useWords();
  const perform = usePerform();
  const { store } = useApp();
  const remove = () => {
    const at = shownTurns(store.getState()).findIndex((turn) => turn.id === id);
    flushSync(() => perform(deleteTurn, id));
    // Another version may stand there now.
    const next = shownTurns(store.getState())[at];
    if (next === undefined) focusMessage();
    else document.getElementById(turnElement(next.id))?.focus();
  };
  const answerable = useSelectNear((state) => regenerate.when(state, id));
  return (
    <div className="turn-buttons">
      <Versions turn={id} />
      <CopyButton turn={turn} />
      {edit !== undefined && <TurnButton icon="edit" label={page.turn.edit} press={edit.open} button={edit.button} />}
      {(from === 'model' || (from === 'person' && answerable)) && (
        <TurnButton
          icon="anew"
          label={page.turn.regenerate}
          press={() => perform(regenerate, id)}
          available={answerable}
        />
      )}
      {from !== 'unreadable' && <TurnButton icon="bin" label={page.turn.delete} press={remove} />}
    </div>
  );
}

/** Of a turn that says anything. */
function CopyButton({ turn }: { readonly turn: TurnRecord }) {
  const { page } = useWords();
  const perform = usePerform();
  const isCopied = useSelectNear(({ copied }) => copied === turn.id);
  const words = copied(turn);
  if (words === '') return null;
  return (
    <TurnButton
      icon={isCopied ? 'check' : 'copy'}
      label={page.turn.copy}
      press={() => perform(copyWords, words, turn.id)}
    />
  );
}

/** A person's words as they were typed. */
function copied(turn: TurnRecord): string {
  if (turn.from === 'person') return turn.text.trim() === '' ? '' : turn.text;
  return turn.from === 'model' ? spoken(turn.text) : '';
}

/** Which of several versions is shown, and the ways to the others. */
function Versions({ turn }: { readonly turn: TurnId }) {
  const { page } = useWords();
  const perform = usePerform();
  const { store } = useApp();
  const versions = (state: AppState) => versionsOf(chatOfTurn(state, turn)?.turns ?? [], turn);
  const count = useSelectNear((state) => versions(state).length);
  if (count < 2) return null;
  // Those beside it are never put in another order.
  const number = versions(store.getState()).findIndex(({ id }) => id === turn) + 1;
  return (
    <span className="versions">
      <TurnButton
        icon="back"
        label={page.turn.previous}
        press={() => perform(showVersion, turn, -1)}
        available={number > 1}
      />
      <span aria-live="polite">{page.turn.version(number, count)}</span>
      <TurnButton
        icon="forth"
        label={page.turn.next}
        press={() => perform(showVersion, turn, 1)}
        available={number < count}
      />
    </span>
  );
}

interface TurnButtonProps {
  readonly icon: IconName;
  readonly label: string;
  readonly press: () => void;
  /** One that does nothing now keeps the focus all the same. */
  readonly available?: boolean;
  readonly button?: RefObject<HTMLButtonElement | null>;
}

function TurnButton({ icon, label, press, available = true, button }: TurnButtonProps) {
  return (
    <button
      ref={button}
      type="button"
      className="quiet"
      aria-label={label}
      title={label}
      aria-disabled={available ? undefined : true}
      onClick={available ? press : undefined}
    >
      <Icon name={icon} />
    </button>
  );
}
