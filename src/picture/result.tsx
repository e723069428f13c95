import { useState } from 'react';
import { useSelect, useWords } from '../app/context.tsx';
import type { ModelTurn, PersonTurn, Result } from '../storage/records.ts';
import { Compare } from './compare.tsx';
import { ResultButtons } from './result-buttons.tsx';
import { ResultCanvas } from './result-canvas.tsx';

interface ResultProps {
  readonly turn: ModelTurn;
  readonly result: Result;
  readonly question: PersonTurn | undefined;
}

export function ResultView({ turn, result, question }: ResultProps) {
  const { page } = useWords();
  const [comparing, setComparing] = useState(false);
  const before = result.from?.reference?.image ?? question?.reference ?? question?.pictures[0]?.id ?? null;
  const ended = result.state === 'stopped' || result.state === 'failed';
  return (
    <div className="result">
      <div className="frame">
        <ResultCanvas turn={turn} result={result} />
        {comparing && before !== null && <Compare before={before} />}
        {result.state === 'working' && <Progress />}
        {result.state === 'queued' && <p className="badge">{page.result.queued}</p>}
        {ended && <p className="badge">{result.state === 'stopped' ? page.result.stopped : page.result.failed}</p>}
      </div>
      {result.state === 'done' && (
        <ResultButtons
          result={result}
          comparable={before !== null}
          comparing={comparing}
          compare={() => setComparing(!comparing)}
        />
      )}
    </div>
  );
}

function Progress() {
  const { page } = useWords();
  const activity = useSelect((state) => state.activity);
  const { value, max } =
    activity?.stage === 'step'
      ? { value: activity.step, max: activity.steps }
      : { value: activity?.stage === 'developing' ? 1 : 0, max: 1 };
  return (
    <progress
      className="progress"
      aria-label={page.result.drawing}
      value={value}
      max={max}
      aria-valuemin={0}
      aria-valuenow={value}
      aria-valuemax={max}
    />
  );
}
