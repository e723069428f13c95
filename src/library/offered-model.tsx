/** A model that could be installed: what a person has to know before anything is fetched. */
import { useId, useState } from 'react';
import { byteText } from '../../words/byte-text.ts';
import type { Ability, Offer } from '../../workers/library/protocol.ts';
import { install, leaveOffer } from '../actions/library.ts';
import { Check } from '../app/check.tsx';
import { usePerform, useWords } from '../app/context.tsx';
import { PlanTable } from './plan-table.tsx';

export function OfferedModel({ offer }: { readonly offer: Offer }) {
  const words = useWords().page.models;
  const perform = usePerform();
  const title = useId();
  const { name, licences, abilities } = offer;
  const able = (['chat', 'draw', 'edit'] as const).filter((ability) => abilities[ability] !== null);
  const isThere = offer.known === 'installed' && offer.missing === 0;
  const [accepted, setAccepted] = useState(licences.length === 0);
  const [wanted, setWanted] = useState<readonly Ability[]>(able);
  return (
    <article className="model" aria-labelledby={title}>
      <h3 id={title}>{name}</h3>
      {isThere ? <p>{words.already}</p> : <Cost offer={offer} wanted={wanted} />}
      <PlanTable facts={offer} rate={isThere ? 'there' : rateOfKept(offer)} lacking={words.lacking} />
      {!isThere && able.length > 1 && <Wanted able={able} wanted={wanted} choose={setWanted} />}
      {licences.length > 0 && !isThere && (
        <div className="licence">
          {licences.map((line) => (
            <p key={line} dir="auto">
              {line}
            </p>
          ))}
          <Check label={words.accept} checked={accepted} choose={setAccepted} />
        </div>
      )}
      <div className="row">
        {!isThere && (
          <button type="button" className="primary" disabled={!accepted} onClick={() => perform(install, wanted)}>
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

interface CostProps {
  readonly offer: Offer;
  readonly wanted: readonly Ability[];
}

/** Bytes, minutes and room of what is wanted. */
function Cost({ offer, wanted }: CostProps) {
  const words = useWords().page.models;
  const { of, abilities, bytes, missing, beside, passing, rate, stored } = offer;
  const isAll = Object.entries(abilities).every(
    ([ability, size]) => size === null || wanted.some((it) => it === ability),
  );
  const kept = isAll ? bytes : wanted.reduce((sum, ability) => sum + (abilities[ability] ?? 0), 0);
  const still = Math.max(0, missing - (bytes - kept));
  const passes = missing === 0 ? 0 : (passing * still) / missing;
  const moved = of === 'checkpoint' ? passes : still;
  return (
    <>
      <p>{words[of](byteText(moved), byteText(kept))}</p>
      {rate !== null && <p className="hint">{words.rate(moved / rate, byteText(rate))}</p>}
      {stored !== null && <p className="hint">{words.disk(byteText(stored), byteText(stored + still))}</p>}
      {beside > 0 && <p className="hint">{words.beside(byteText(beside))}</p>}
    </>
  );
}

/** Bytes a second that come to be kept: of a checkpoint fewer than pass. */
function rateOfKept({ rate, missing, passing }: Offer): number | null {
  return rate === null || passing === 0 ? rate : (rate * missing) / passing;
}

interface WantedProps {
  readonly able: readonly Ability[];
  readonly wanted: readonly Ability[];
  readonly choose: (wanted: readonly Ability[]) => void;
}

/** Chat comes first, for nothing works without it; the others follow in their order. */
function Wanted({ able, wanted, choose }: WantedProps) {
  const words = useWords().page.models;
  return (
    <fieldset className="wanted">
      <legend>{words.wanted}</legend>
      {able.map((ability) => (
        <Check
          key={ability}
          label={words.abilities[ability]}
          checked={wanted.includes(ability)}
          disabled={ability === 'chat'}
          choose={(checked) => choose(able.filter((each) => (each === ability ? checked : wanted.includes(each))))}
        />
      ))}
    </fieldset>
  );
}
