import { Fragment } from 'react';
import { firstSeen } from '../actions/path.ts';
import { useSelect, useWords } from '../app/context.tsx';
import { ErrorBoundary } from '../app/error-boundary.tsx';
import { Icon } from '../app/icon.tsx';
import { currentChat } from '../state/chats.ts';
import type { TurnRecord } from '../storage/records.ts';
import { useFollowingEnd } from './following.ts';
import { ModelTurnView } from './model-turn.tsx';
import { Next } from './next.tsx';
import { Opening } from './opening.tsx';
import { PersonTurnView } from './person-turn.tsx';

/** Where a skip link leads. */
export const conversationId = 'conversation';

const none: readonly TurnRecord[] = [];

export function Conversation() {
  const chat = useSelect((state) => state.current);
  const turns = useSelect((state) => currentChat(state)?.turns ?? none);
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
        <Fragment key={turn.id}>
          {turn.id === seen && <p className="left-out hint">{page.status.leftOut}</p>}
          <ErrorBoundary>
            {turn.from === 'person' && <PersonTurnView turn={turn} />}
            {turn.from === 'model' && <ModelTurnView turn={turn} question={questionBefore(turns, index)} />}
            {turn.from === 'unreadable' && <p className="unreadable hint">{page.unreadable[turn.why]}</p>}
          </ErrorBoundary>
        </Fragment>
      ))}
    </div>
  );
}

function questionBefore(turns: readonly TurnRecord[], index: number) {
  const before = turns[index - 1];
  return before?.from === 'person' ? before : undefined;
}
