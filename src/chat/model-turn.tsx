import { useEffect, useRef } from 'react';
import { failureSentence } from '../../words/index.ts';
import { useApp, useWords } from '../app/context.tsx';
import { ResultView } from '../picture/result.tsx';
import type { ModelTurn, PersonTurn } from '../storage/records.ts';

interface ModelTurnProps {
  readonly turn: ModelTurn;
  readonly question: PersonTurn | undefined;
}

export function ModelTurnView({ turn, question }: ModelTurnProps) {
  const words = useWords();
  const { page } = words;
  const text = plain(turn.text);
  return (
    <article className="turn model" aria-label={page.name} data-state={turn.state}>
      {turn.turnsLeftOut > 0 && <p className="left-out hint">{page.status.leftOut}</p>}
      {text === '' && turn.state === 'working' ? (
        <StreamedWords turn={turn} />
      ) : (
        text !== '' && <p className="words">{text}</p>
      )}
      {turn.state === 'queued' && <p className="hint">{page.result.queued}</p>}
      {turn.results.map((result) => (
        <ResultView key={result.id} turn={turn} result={result} question={question} />
      ))}
      {turn.state === 'stopped' && turn.results.length === 0 && <p className="hint">{page.status.stopped}</p>}
      {turn.failure !== null && (
        <p role="alert" className="alert">
          {failureSentence(words, turn.failure)}
        </p>
      )}
    </article>
  );
}

/** The picture stands for its mark. */
function plain(text: string): string {
  return text.replaceAll('<image>', '').trim();
}

/** Words as they come, written past React. */
function StreamedWords({ turn: { id } }: { readonly turn: ModelTurn }) {
  const { live } = useApp();
  const paragraph = useRef<HTMLParagraphElement>(null);
  useEffect(() => {
    const show = () => {
      const work = live.get();
      if (paragraph.current !== null && work?.turn === id) paragraph.current.textContent = plain(work.text);
    };
    show();
    return live.subscribe(show);
  }, [live, id]);
  return <p className="words streaming" ref={paragraph} />;
}
