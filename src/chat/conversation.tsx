import { useEffect, useRef } from 'react';
import { useSelect, useWords } from '../app/context.tsx';
import { currentChat } from '../state/chats.ts';
import type { TurnRecord } from '../storage/records.ts';
import { ModelTurnView } from './model-turn.tsx';
import { Opening } from './opening.tsx';
import { PersonTurnView } from './person-turn.tsx';
import { Suggestions } from './suggestions.tsx';

const none: readonly TurnRecord[] = [];

export function Conversation() {
  const { page } = useWords();
  const turns = useSelect((state) => currentChat(state)?.turns ?? none);
  const scroller = useFollowingEnd(turns);
  return (
    <div className="scroller" ref={scroller}>
      {turns.length === 0 && <Opening />}
      <div className="log" role="log" aria-label={page.conversation} aria-live="off">
        {turns.map((turn, index) => {
          if (turn.from === 'person') return <PersonTurnView key={turn.id} turn={turn} />;
          const before = turns[index - 1];
          return <ModelTurnView key={turn.id} turn={turn} question={before?.from === 'person' ? before : undefined} />;
        })}
      </div>
      <Suggestions />
    </div>
  );
}

/** Stays at the end while a person is there; leaves them where they have scrolled to. */
function useFollowingEnd(turns: readonly TurnRecord[]) {
  const scroller = useRef<HTMLDivElement>(null);
  const count = turns.length;
  useEffect(() => {
    const element = scroller.current;
    if (element === null || count === 0) return;
    const toEnd = () => element.scrollTo({ top: element.scrollHeight });
    toEnd();
    let atEnd = true;
    const watch = () => {
      atEnd = element.scrollHeight - element.scrollTop - element.clientHeight < 120;
    };
    const observer = new ResizeObserver(() => {
      if (atEnd) toEnd();
    });
    for (const child of element.children) observer.observe(child);
    element.addEventListener('scroll', watch, { passive: true });
    return () => {
      observer.disconnect();
      element.removeEventListener('scroll', watch);
    };
  }, [count]);
  return scroller;
}
