import { Fragment, memo } from 'react';
import { firstSeen } from '../actions/path.ts';
import { useSelect, useWords } from '../app/context.tsx';
import { ErrorBoundary } from '../app/error-boundary.tsx';
import { Icon } from '../app/icon.tsx';
import { shownTurns } from '../state/chats.ts';
import type { PersonTurn, TurnRecord, UnreadableTurn } from '../storage/records.ts';
import { useFollowingEnd } from './following.ts';
import { ModelTurnView } from './model-turn.tsx';
import { Next } from './next.tsx';
import { Opening } from './opening.tsx';
import { PersonTurnView } from './person-turn.tsx';
import { TurnButtons, turnElement } from './turn-buttons.tsx';

/** Where a skip link leads. */
export const conversationId = 'conversation';

/**
 * So many of the newest turns have their pictures and buttons at once. Earlier ones of a long chat are their words, which can be
 * found and read, until they first come near.
 */
const wholeAtStart = 8;

export function Conversation() {
  const chat = useSelect((state) => state.current);
  const turns = useSelect(shownTurns);
  // Made anew for each chat: what was said in another one is not read out.
  return <Turns key={chat} turns={turns} />;
}

function Turns({ turns }: { readonly turns: readonly TurnRecord[] }) {
  const { page } = useWords();
  const restoring = useSelect(({ storage }) => storage === 'opening');
  const { scroller, atEnd, toEnd } = useFollowingEnd(turns.length);
  return (
    <div className="conversation">
      <div className="scroller" ref={scroller}>
        {turns.length === 0 && !restoring && <Opening />}
        <Log turns={turns} />
        <Next turns={turns} />
      </div>
      {!atEnd && (
        <button type="button" className="round to-end" aria-label={page.status.toEnd} onClick={toEnd}>
          <Icon name="down" />
        </button>
      )}
    </div>
  );
}

/** Finished words are read out as they are added; what moves inside a turn is not, the status tells of it. */
function Log({ turns }: { readonly turns: readonly TurnRecord[] }) {
  const { page } = useWords();
  const seen = firstSeen(turns);
  return (
    <div id={conversationId} className="log" role="log" aria-label={page.conversation} tabIndex={-1}>
      {turns.map((turn, index) => (
        // A version takes the place of another, and the focus stays where it is.
        <Fragment key={turn.parent ?? 'first'}>
          {turn.id === seen && <p className="left-out hint">{page.status.leftOut}</p>}
          <TurnPlace
            turn={turn}
            question={questionBefore(turns, index)}
            startsWhole={turns.length - index <= wholeAtStart}
          />
        </Fragment>
      ))}
    </div>
  );
}

interface TurnPlaceProps {
  readonly turn: TurnRecord;
  readonly question: PersonTurn | undefined;
  /** All of it is there before it is known to be near. */
  readonly startsWhole: boolean;
}

/** Rendered when its own turn changes and not when another does. */
const TurnPlace = memo(function TurnPlace({ turn, question, startsWhole }: TurnPlaceProps) {
  return (
    <ErrorBoundary>
      {turn.from === 'person' && <PersonTurnView turn={turn} startsWhole={startsWhole} />}
      {turn.from === 'model' && <ModelTurnView turn={turn} question={question} startsWhole={startsWhole} />}
      {turn.from === 'unreadable' && <UnreadableTurnView turn={turn} />}
    </ErrorBoundary>
  );
});

function UnreadableTurnView({ turn }: { readonly turn: UnreadableTurn }) {
  const { page } = useWords();
  return (
    <div id={turnElement(turn.id)} tabIndex={-1} className="turn">
      <p className="unreadable hint">{page.unreadable[turn.why]}</p>
      <TurnButtons turn={turn} />
    </div>
  );
}

function questionBefore(turns: readonly TurnRecord[], index: number) {
  const before = turns[index - 1];
  return before?.from === 'person' ? before : undefined;
}
