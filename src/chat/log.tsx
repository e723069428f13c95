import { type CSSProperties, Fragment, memo, startTransition, useEffect, useRef, useState } from 'react';
import { firstSeen } from '../actions/path.ts';
import { useByFrames } from '../app/by-frames.ts';
import { useWords } from '../app/context.tsx';
import { ErrorBoundary } from '../app/error-boundary.tsx';
import { NearContext, useNear } from '../app/near.ts';
import { NearStateContext, useNearState } from '../app/near-state.ts';
import type { PersonTurn, TurnId, TurnRecord, UnreadableTurn } from '../storage/records.ts';
import { ModelTurnView } from './model-turn.tsx';
import { PersonTurnView } from './person-turn.tsx';
import { TurnButtons, turnElement } from './turn-buttons.tsx';

/** Where a skip link leads. */
export const conversationId = 'conversation';

/** So many turns are rendered, and come near the screen, together: a thousand alone would be a thousand things to watch. */
const groupSize = 4;
/** So many of the newest groups are there, with their pictures and buttons, as soon as the chat is shown. */
const atOnce = 3;
/** A question and its answer: so many turns of a group get their pictures and buttons in one frame. */
const wholeTogether = 2;
/** Groups that are added before the earliest at a time; between two additions the page answers. */
const addedTogether = 16;

/** Finished words are read out as they are added; what moves inside a turn is not, the status tells of it. */
export function Log({ turns }: { readonly turns: readonly TurnRecord[] }) {
  const { page } = useWords();
  const groups = groupsOf(turns);
  const { from, isWhole } = useEarlier(groups.length);
  const seen = firstSeen(turns);
  return (
    <div
      id={conversationId}
      className="log"
      role="log"
      aria-label={page.conversation}
      // What was said long ago is added after what was said last.
      aria-live={isWhole ? undefined : 'off'}
      tabIndex={-1}
    >
      {groups.slice(from).map((group, index) => (
        // A version takes the place of another, and the focus stays where it is.
        <TurnGroup
          key={group[0]?.parent ?? 'first'}
          turns={group}
          before={groups[from + index - 1]?.at(-1)}
          seen={group.some(({ id }) => id === seen) ? seen : null}
          startsWhole={from + index >= groups.length - atOnce}
        />
      ))}
    </div>
  );
}

/** Counted from the beginning, so that what is said next leaves the earlier groups as they are. */
function groupsOf(turns: readonly TurnRecord[]): readonly (readonly TurnRecord[])[] {
  const groups = Array.from({ length: Math.ceil(turns.length / groupSize) });
  return groups.map((_, index) => turns.slice(index * groupSize, (index + 1) * groupSize));
}

/** The first group that is rendered: one of the newest when a chat is shown, and soon the first of all. */
function useEarlier(groups: number): { readonly from: number; readonly isWhole: boolean } {
  const [from, setFrom] = useState(Math.max(0, groups - atOnce));
  const [isWhole, setWhole] = useState(from === 0);
  useEffect(() => {
    if (from > 0) startTransition(() => setFrom(Math.max(0, from - addedTogether)));
    else setWhole(true);
  }, [from]);
  return { from, isWhole };
}

interface TurnGroupProps {
  readonly turns: readonly TurnRecord[];
  /** The turn before the first of them. */
  readonly before: TurnRecord | undefined;
  /** The turn of these from which on the model saw the conversation. */
  readonly seen: TurnId | null;
  /** All of it is there before it is known to be near. */
  readonly startsWhole: boolean;
}

/** Turns far from the screen are their words, which can be found and read, until they first come near. */
const TurnGroup = memo(function TurnGroup({ turns, before, seen, startsWhole }: TurnGroupProps) {
  const { page } = useWords();
  const element = useRef<HTMLDivElement>(null);
  const isNear = useNear(element);
  const state = useNearState(isNear);
  const whole = useWhole(turns.length, isNear, startsWhole);
  return (
    <NearContext value={isNear}>
      <NearStateContext value={state}>
        <div ref={element} className="turn-group" style={contents(turns)}>
          {turns.map((turn, index) => (
            <Fragment key={turn.parent ?? 'first'}>
              {turn.id === seen && <p className="left-out hint">{page.status.leftOut}</p>}
              <TurnPlace
                turn={turn}
                question={asPerson(index === 0 ? before : turns[index - 1])}
                isWhole={index < whole}
              />
            </Fragment>
          ))}
        </div>
      </NearStateContext>
    </NearContext>
  );
}, isSameGroup);

/** How many of a group's turns have their pictures and buttons: all, or from when it first comes near a few more with each frame. */
function useWhole(count: number, isNear: boolean | null, startsWhole: boolean): number {
  const first = startsWhole ? Number.POSITIVE_INFINITY : 0;
  return useByFrames(first, wholeTogether, (whole) => whole < count && (isNear === true || whole > 0));
}

/** How high a group is taken to be that was never on the screen follows from what is in it. */
function contents(turns: readonly TurnRecord[]): CSSProperties {
  const pictures = turns.filter((turn) => turn.from === 'model' && turn.results.length > 0).length;
  return { '--said': turns.length - pictures, '--painted': pictures } as CSSProperties;
}

function isSameGroup(old: TurnGroupProps, now: TurnGroupProps): boolean {
  const hasSameTurns = old.turns.length === now.turns.length && old.turns.every((turn, at) => turn === now.turns[at]);
  return hasSameTurns && old.before === now.before && old.seen === now.seen;
}

interface TurnPlaceProps {
  readonly turn: TurnRecord;
  readonly question: PersonTurn | undefined;
  readonly isWhole: boolean;
}

/** Rendered when its own turn changes and not when another does. */
const TurnPlace = memo(function TurnPlace({ turn, question, isWhole }: TurnPlaceProps) {
  return (
    <ErrorBoundary>
      {turn.from === 'person' && <PersonTurnView turn={turn} isWhole={isWhole} />}
      {turn.from === 'model' && <ModelTurnView turn={turn} question={question} isWhole={isWhole} />}
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

function asPerson(turn: TurnRecord | undefined): PersonTurn | undefined {
  return turn?.from === 'person' ? turn : undefined;
}
