import { useSelect, useWords } from '../app/context.tsx';
import { Icon } from '../app/icon.tsx';
import { shownTurns } from '../state/chats.ts';
import type { TurnRecord } from '../storage/records.ts';
import { useFollowingEnd } from './following.ts';
import { Log } from './log.tsx';
import { Next } from './next.tsx';
import { Opening } from './opening.tsx';

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
        {/* A chat that is read from the storage is there all at once. */}
        <Log key={turns.length === 0 ? 'empty' : 'said'} turns={turns} />
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
