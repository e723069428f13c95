import { useState } from 'react';
import { canBeEnlarged } from '../../model/image/enlarge.ts';
import type { Enlargement } from '../../model/recipe/recipe.ts';
import { type EnlargeWords, enlargeWords } from '../../words/enlarge.ts';
import { enlargementIn, enlargeResult, leaveEnlarge } from '../actions/enlarge.ts';
import { cancelQueued } from '../actions/queue.ts';
import { usePerform, useSelect, useWords } from '../app/context.tsx';
import { DialogHeader } from '../app/dialog-header.tsx';
import { useModal } from '../app/use-modal.ts';
import { findResult } from '../state/chats.ts';
import type { Result } from '../storage/records.ts';
import { EnlargeNews } from './enlarge-news.tsx';

/** How a result is saved larger, and how far that is. */
export default function EnlargeDialog() {
  const enlarging = useSelect((state) => state.enlarging);
  const result = useSelect((state) => (enlarging === null ? undefined : findResult(state, enlarging)?.result));
  return result === undefined ? null : <EnlargeOf key={result.id} result={result} />;
}

function EnlargeOf({ result }: { readonly result: Result }) {
  const words = enlargeWords[useWords().language];
  const perform = usePerform();
  const close = () => perform(leaveEnlarge);
  const dialog = useModal(close);
  const [by, setBy] = useState<Enlargement['by']>('pixels');
  const [factor, setFactor] = useState<Enlargement['factor']>(2);
  const job = useSelect((state) => enlargementIn(state, result.id));
  const available = useSelect((state) => enlargeResult.when(state, result.id, { by, factor }));
  return (
    <dialog ref={dialog} className="dialog enlarge" aria-labelledby="enlarge-title" onClose={close}>
      <DialogHeader id="enlarge-title" title={words.title} leave={words.close} close={close} />
      <p className="hint">{words.hint}</p>
      <Ways words={words} by={by} choose={setBy} />
      <Factors words={words} result={result} factor={factor} choose={setFactor} />
      <EnlargeNews result={result.id} words={words} />
      <footer>
        {job !== undefined && (
          <button type="button" disabled={job.state === 'stopping'} onClick={() => perform(cancelQueued, job.id)}>
            {words.stop}
          </button>
        )}
        <button
          type="button"
          className="primary"
          aria-disabled={available ? undefined : true}
          onClick={() => perform(enlargeResult, result.id, { by, factor })}
        >
          {words.save}
        </button>
      </footer>
    </dialog>
  );
}

interface WaysProps {
  readonly words: EnlargeWords;
  readonly by: Enlargement['by'];
  readonly choose: (by: Enlargement['by']) => void;
}

function Ways({ words, by, choose }: WaysProps) {
  return (
    <fieldset>
      <legend>{words.way}</legend>
      {(['pixels', 'esrgan-slim'] as const).map((way) => (
        <label key={way}>
          <input
            type="radio"
            name="enlarge-by"
            checked={by === way}
            aria-labelledby={`enlarge-${way}`}
            aria-describedby={`enlarge-${way}-hint`}
            onChange={() => choose(way)}
          />
          <span id={`enlarge-${way}`}>{words.by[way]}</span>
          <span id={`enlarge-${way}-hint`} className="hint">
            {words.explained[way]}
          </span>
        </label>
      ))}
    </fieldset>
  );
}

interface FactorsProps {
  readonly words: EnlargeWords;
  readonly result: Result;
  readonly factor: Enlargement['factor'];
  readonly choose: (factor: Enlargement['factor']) => void;
}

function Factors({ words, result, factor, choose }: FactorsProps) {
  const { width, height } = result;
  return (
    <fieldset>
      <legend>{words.size}</legend>
      {([2, 4] as const).map((each) => (
        <label key={each}>
          <input
            type="radio"
            name="enlarge-factor"
            checked={factor === each}
            disabled={!canBeEnlarged(result, each)}
            onChange={() => choose(each)}
          />
          {words.factor(each, width * each, height * each)}
          {!canBeEnlarged(result, each) && <span className="hint">{words.tooLarge}</span>}
        </label>
      ))}
    </fieldset>
  );
}
