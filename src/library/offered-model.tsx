/** A model that could be installed: what a person has to know before anything is fetched. */
import { useId, useState } from 'react';
import { byteText } from '../../words/byte-text.ts';
import type { Offer } from '../../workers/library/protocol.ts';
import { install, leaveOffer } from '../actions/library.ts';
import { usePerform, useWords } from '../app/context.tsx';
import { PlanTable } from './plan-table.tsx';

export function OfferedModel({ offer }: { readonly offer: Offer }) {
  const words = useWords().page.models;
  const perform = usePerform();
  const title = useId();
  const { name, bytes, missing, rate, stored, licences, known } = offer;
  const isThere = known === 'installed';
  const [accepted, setAccepted] = useState(licences.length === 0);
  return (
    <article className="model" aria-labelledby={title}>
      <h3 id={title}>{name}</h3>
      <p>{isThere ? words.already : words[offer.of](byteText(missing), byteText(bytes))}</p>
      {!isThere && (
        <>
          {rate !== null && <p className="hint">{words.rate(missing / rate, byteText(rate))}</p>}
          {stored !== null && <p className="hint">{words.disk(byteText(stored), byteText(stored + missing))}</p>}
        </>
      )}
      <PlanTable facts={offer} rate={isThere ? 'there' : rate} />
      {licences.length > 0 && !isThere && (
        <div className="licence">
          {licences.map((line) => (
            <p key={line} dir="auto">
              {line}
            </p>
          ))}
          <label className="check">
            <input
              type="checkbox"
              checked={accepted}
              onChange={({ currentTarget }) => setAccepted(currentTarget.checked)}
            />
            {words.accept}
          </label>
        </div>
      )}
      <div className="row">
        {!isThere && (
          <button type="button" className="primary" disabled={!accepted} onClick={() => perform(install)}>
            {words.install}
          </button>
        )}
        <button type="button" onClick={() => perform(leaveOffer)}>
          {words.leave}
        </button>
      </div>
    </article>
  );
}
