import type { CSSProperties } from 'react';
import type { Form } from '../../workers/protocol.ts';
import { askAgain } from '../actions/ask.ts';
import { chooseDevice } from '../actions/open-model.ts';
import { Alert } from '../app/alert.tsx';
import { usePerform, useWords } from '../app/context.tsx';
import { Icon } from '../app/icon.tsx';
import { useLiveWords } from '../app/live-words.ts';
import { ResultView } from '../picture/result.tsx';
import type { ModelTurn, PersonTurn, Result } from '../storage/records.ts';
import { spoken } from '../storage/spoken.ts';
import { FinishAll } from './finish-all.tsx';
import { FormLine } from './form-line.tsx';
import { ReplyWords } from './reply-words.tsx';
import { TurnButtons, turnElement } from './turn-buttons.tsx';

interface ModelTurnProps {
  readonly turn: ModelTurn;
  readonly question: PersonTurn | undefined;
  /** With its pictures and buttons. */
  readonly isWhole: boolean;
}

export function ModelTurnView({ turn, question, isWhole }: ModelTurnProps) {
  const { page } = useWords();
  const text = spoken(turn.text);
  return (
    <article
      id={turnElement(turn.id)}
      tabIndex={-1}
      className="turn model"
      aria-label={page.name}
      data-state={turn.state}
    >
      {turn.form === null && turn.state === 'working' ? (
        <StreamedWords turn={turn} />
      ) : (
        text !== '' && <ReplyWords text={text} />
      )}
      {turn.state === 'queued' && <p className="hint">{page.result.queued}</p>}
      {turn.results.length > 0 && (
        <div className="results" aria-live="off" data-count={turn.results.length}>
          {turn.results.map((result) =>
            isWhole ? (
              <ResultView key={result.id} turn={turn} result={result} question={question} />
            ) : (
              <RestingResult key={result.id} result={result} />
            ),
          )}
        </div>
      )}
      {isEmptied(turn) && <p className="hint">{page.gallery.deleted}</p>}
      {turn.cut !== undefined && <p className="hint">{page.form.cut[turn.cut.by](turn.cut.tokens)}</p>}
      {isWhole ? (
        <>
          <FinishAll turn={turn.id} />
          <End turn={turn} form={question?.form ?? 'auto'} />
          <div className="turn-end">
            <FormLine turn={turn} />
            {turn.tokensPerSecond !== undefined && (
              <p className="speed" aria-live="off">
                {page.speed.tokens(turn.tokensPerSecond)}
              </p>
            )}
            <TurnButtons turn={turn} />
          </div>
        </>
      ) : (
        <div className="turn-buttons" />
      )}
    </article>
  );
}

/** The place of a picture that is far from the screen. */
function RestingResult({ result: { prompt, width, height } }: { readonly result: Result }) {
  const { page } = useWords();
  const shape = { '--ratio': width / height } as CSSProperties;
  return (
    <div className="result resting" style={shape}>
      <div className="frame">
        <div className="picture" role="img" aria-label={page.result.image(prompt)} />
      </div>
    </div>
  );
}

/** How a turn that did not go well ended, and trying it again. */
function End({ turn, form }: { readonly turn: ModelTurn; readonly form: Form | 'auto' }) {
  const { page } = useWords();
  const perform = usePerform();
  const again = () => perform(askAgain, turn.id, form);
  const onProcessor = () => {
    perform(chooseDevice, 'wasm');
    again();
  };
  if (turn.failure !== null) return <Alert failure={turn.failure} again={again} onProcessor={onProcessor} />;
  if (turn.state !== 'stopped') return null;
  return (
    <p className="ended hint">
      {turn.results.length === 0 && page.status.stopped}
      <button type="button" className="quiet" onClick={again}>
        <Icon name="again" />
        {page.failure.retry}
      </button>
    </p>
  );
}

/** All that was said was a picture, which was deleted. */
function isEmptied({ state, text, results }: ModelTurn): boolean {
  return state === 'done' && results.length === 0 && text.includes('<image>') && spoken(text) === '';
}

/** Words as they come; read out when they are whole. */
function StreamedWords({ turn: { id, text } }: { readonly turn: ModelTurn }) {
  // In another tab there are those alone that were kept.
  const paragraph = useLiveWords<HTMLParagraphElement>((work) => spoken(work?.turn === id ? work.text : text));
  return <p className="words streaming" dir="auto" aria-live="off" ref={paragraph} />;
}
