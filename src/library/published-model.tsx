/** What the published model is and what it takes, told before any host is asked for it. */
import { useEffect, useId } from 'react';
import { byteText } from '../../words/byte-text.ts';
import { countPublished } from '../actions/look.ts';
import { useApp, useSelect, useWords } from '../app/context.tsx';
import { PlanTable } from './plan-table.tsx';

/** Bytes a second of a common line: 100 Mbit. */
const commonRate = 100e6 / 8;

export function PublishedModel() {
  const words = useWords().page.models;
  const title = useId();
  const app = useApp();
  const opened = useSelect(({ model }) => (model.phase === 'ready' ? model.opened : null));
  useEffect(() => {
    countPublished.perform(app, opened);
  }, [app, opened]);
  const facts = useSelect(({ library }) => library.published);
  if (facts === null) return <p className="hint">{words.published.counting}</p>;
  const { name, bytes, passing, licences } = facts;
  return (
    <article className="model" aria-labelledby={title}>
      <h3 id={title}>{name}</h3>
      <p>{words.published.what}</p>
      <p>{words.published.amounts(byteText(passing), byteText(bytes), passing / commonRate)}</p>
      <p>{words.published.order}</p>
      <PlanTable facts={facts} rate={(commonRate * bytes) / passing} readingRate={null} lacking={words.lacking} />
      <p className="hint">{words.published.licences}</p>
      {licences.map((line) => (
        <p key={line} className="hint" dir="auto">
          {line}
        </p>
      ))}
    </article>
  );
}
