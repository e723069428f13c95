import { type CSSProperties, useEffect, useRef, useState } from 'react';
import { changedPicture } from '../actions/about.ts';
import { isInterrupted } from '../actions/resume.ts';
import { useSelect, useWords } from '../app/context.tsx';
import type { ModelTurn, PersonTurn, Result } from '../storage/records.ts';
import { ChainStrip } from './chain-strip.tsx';
import { Compare } from './compare.tsx';
import { Difference } from './difference.tsx';
import { Progress } from './progress.tsx';
import { type Look, ResultButtons } from './result-buttons.tsx';
import { ResultCanvas } from './result-canvas.tsx';
import { ResultNotices } from './result-notices.tsx';
import { Resume } from './resume.tsx';
import { ViewButton } from './view-button.tsx';

interface ResultProps {
  readonly turn: ModelTurn;
  readonly result: Result;
  readonly question: PersonTurn | undefined;
}

export function ResultView({ turn, result, question }: ResultProps) {
  const { page } = useWords();
  const [look, setLook] = useState<Look>('alone');
  const before = pictureBefore(result, question);
  const number = turn.results.indexOf(result) + 1;
  const element = useRef<HTMLDivElement>(null);
  // Of several that begin at once, the first.
  const begun = useRef(turn.results.find(isBegun)?.id === result.id);
  const isDone = result.state === 'done';
  useEffect(() => {
    // A variation of an older picture may begin out of sight, and its buttons come with its end.
    if (begun.current && isToBeSeen(element.current, isDone ? 'end' : 'whole'))
      element.current?.scrollIntoView({ block: 'nearest' });
  }, [isDone]);
  const shape = { '--ratio': result.width / result.height } as CSSProperties;
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for controls; this is a picture and what can be done with it
    <div
      ref={element}
      className="result"
      role="group"
      aria-label={page.result.results(number, turn.results.length)}
      data-state={result.state}
      style={shape}
    >
      <div className="frame">
        <ResultCanvas turn={turn} result={result} />
        {look === 'compared' && before !== null && <Compare before={before} />}
        {look === 'difference' && before !== null && result.image !== null && (
          <Difference key={result.image} before={before} after={result.image} />
        )}
        {/* A comparison is moved by a press anywhere on it. */}
        {result.image !== null && look !== 'compared' && (
          <ViewButton image={result.image} label={page.result.image(result.prompt)} result={result} />
        )}
        {result.state === 'working' && <Progress />}
        <Badge result={result} />
        {turn.results.length > 1 && look !== 'compared' && (
          // The group has it as its name.
          <p className="which" aria-hidden="true">
            {page.result.results(number, turn.results.length)}
          </p>
        )}
      </div>
      {isDone && (
        <ResultButtons
          result={result}
          before={before}
          look={look}
          choose={(chosen) => setLook(chosen === look ? 'alone' : chosen)}
        />
      )}
      {isDone && <ChainStrip result={result} />}
      <Resume turn={turn.id} result={result} />
      <ResultNotices result={result.id} />
    </div>
  );
}

function isBegun({ state }: Result): boolean {
  return state === 'queued' || state === 'working';
}

/** Whoever follows the conversation has it before their eyes: nothing is scrolled up but to what is not seen at all. */
function isToBeSeen(element: HTMLElement | null, lacks: 'whole' | 'end'): boolean {
  const box = element?.getBoundingClientRect();
  const view = element?.closest('.scroller')?.getBoundingClientRect();
  if (box === undefined || view === undefined) return false;
  const endsBelow = box.bottom > view.bottom;
  if (lacks === 'whole') return endsBelow || box.bottom < view.top;
  return endsBelow && box.top >= view.top && box.top < view.bottom && box.height <= view.height;
}

/** What the picture was made from, where it was made from one. */
function pictureBefore({ from }: Result, question: PersonTurn | undefined) {
  return from?.reference?.image ?? (question === undefined ? null : changedPicture(question));
}

/** Why there is no picture, or not a whole one; or that it is to be finished. */
function Badge({ result }: Pick<ResultProps, 'result'>) {
  const { state, fullSteps } = result;
  const { page } = useWords();
  const imagining = useSelect(({ activity }) => activity?.stage === 'imagining');
  if (state === 'working' && imagining) return <p className="badge">{page.status.imagining}</p>;
  if (isInterrupted(result)) {
    return <p className="badge">{page.resume.interrupted(result.reached.step, result.from.recipe.steps)}</p>;
  }
  if (state === 'queued' || state === 'stopped' || state === 'failed') {
    return <p className="badge">{page.result[state]}</p>;
  }
  if (state === 'done' && fullSteps !== undefined) return <p className="badge">{page.variations.draft}</p>;
  return null;
}
