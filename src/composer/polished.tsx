import { useDeferredValue, useMemo } from 'react';
import type { Action } from '../actions/app.ts';
import { isPolishing, keepPolished, undoPolish } from '../actions/polish.ts';
import { usePerform, useSelect, useWords } from '../app/context.tsx';
import { useLiveWords } from '../app/live-words.ts';
import { focusMessage } from './message.ts';
import { wordChanges, wordsAdded } from './word-changes.ts';

/** Words while they are polished, and then what came of it: the message holds the new ones, this tells them from the old. */
export default function Polished() {
  const words = useWords().page.polish;
  const from = useSelect(({ polishedFrom }) => polishedFrom);
  const polishing = useSelect(isPolishing);
  return (
    <section className="polished" aria-label={words.region}>
      {polishing ? <Coming /> : from !== null && <Review from={from} />}
    </section>
  );
}

function Coming() {
  const words = useWords().page.polish;
  const paragraph = useLiveWords<HTMLParagraphElement>((work) => (work?.turn === null ? work.text : ''));
  return (
    <>
      <p className="hint">{words.polishing}</p>
      <p ref={paragraph} dir="auto" aria-live="off" />
    </>
  );
}

const elements = { same: 'span', added: 'ins', removed: 'del' } as const;

function Review({ from }: { readonly from: string }) {
  const words = useWords().page.polish;
  const text = useDeferredValue(useSelect((state) => state.text));
  const changes = useMemo(() => wordChanges(from, text), [from, text]);
  const perform = usePerform();
  const take = (action: Action) => {
    perform(action);
    focusMessage();
  };
  return (
    <>
      <header>
        {/* No second status: that is the one about what works. */}
        <p aria-live="polite">{words.added(wordsAdded(changes))}</p>
        <button type="button" className="quiet" onClick={() => take(undoPolish)}>
          {words.undo}
        </button>
        <button type="button" className="quiet" onClick={() => take(keepPolished)}>
          {words.keep}
        </button>
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls where it is long, by keyboard too */}
      <p className="word-changes" dir="auto" tabIndex={0}>
        {changes.map(({ kind, text: part }, at) => {
          const Element = elements[kind];
          // biome-ignore lint/suspicious/noArrayIndexKey: parts have no other name
          return <Element key={at}>{part}</Element>;
        })}
      </p>
      <p className="hint">{words.hint}</p>
    </>
  );
}
