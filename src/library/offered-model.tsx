/** A model that could be installed: what a person has to know before anything is fetched. */
import { useId, useState } from 'react';
import { abilities, type Extra, extras, type Installable, wantedBytes } from '../../model/bundle/installables.ts';
import { byteText } from '../../words/byte-text.ts';
import type { Offer } from '../../workers/library/protocol.ts';
import { install, leaveOffer } from '../actions/library.ts';
import { Check } from '../app/check.tsx';
import { usePerform, useWords } from '../app/context.tsx';
import { PlanTable } from './plan-table.tsx';

export function OfferedModel({ offer }: { readonly offer: Offer }) {
  const words = useWords().page.models;
  const perform = usePerform();
  const title = useId();
  const { name, licences } = offer;
  const able = abilities.filter((ability) => offer.abilities[ability] !== null);
  const beside = extras.filter((extra) => offer.extras[extra] !== null);
  const isThere = offer.known === 'installed' && offer.missing === 0;
  const [accepted, setAccepted] = useState(licences.length === 0);
  const [chosen, setChosen] = useState<readonly Installable[]>([...able, ...beside]);
  // Extras are of what draws.
  const draws = chosen.includes('draw') || chosen.includes('edit');
  const wanted = draws ? chosen : chosen.filter((one) => one === 'chat');
  return (
    <article className="model" aria-labelledby={title}>
      <h3 id={title}>{name}</h3>
      {isThere ? <p>{words.already}</p> : <Cost offer={offer} wanted={wanted} />}
      <PlanTable facts={offer} rate={isThere ? 'there' : rateOfKept(offer)} lacking={words.lacking} />
      {!isThere && able.length + beside.length > 1 && (
        <Wanted offer={offer} all={[...able, ...beside]} wanted={wanted} choose={setChosen} />
      )}
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
          <button
            type="button"
            className="primary"
            disabled={!accepted || amountsOf(offer, wanted).still === 0}
            onClick={() => perform(install, wanted)}
          >
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
  readonly wanted: readonly Installable[];
}

/** Bytes, minutes and room of what is wanted. */
function Cost({ offer, wanted }: CostProps) {
  const words = useWords().page.models;
  const { of, beside, rate, stored } = offer;
  const { kept, still, passes } = amountsOf(offer, wanted);
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

/** Bytes that are kept of what is wanted, those of them that are still to be kept, and those that are read for these. */
function amountsOf(offer: Offer, wanted: readonly Installable[]) {
  const { bytes, missing, passing } = offer;
  const all = addedBy(offer, extras);
  const added = addedBy(offer, wanted);
  const leftAbilities = bytes - wantedBytes(offer, [...wanted, ...extras]);
  const missingAbilities = Math.max(0, missing - all.bytes);
  const still = Math.max(0, missingAbilities - leftAbilities);
  // The negative branch is little, and gigabytes pass for it.
  const share = missingAbilities === 0 ? 0 : still / missingAbilities;
  return {
    kept: wantedBytes(offer, wanted),
    still: still + added.bytes,
    passes: Math.max(0, passing - all.passing) * share + added.passing,
  };
}

function addedBy(offer: Offer, wanted: readonly Installable[]) {
  const added = extras.flatMap((extra) => (wanted.includes(extra) ? (offer.extras[extra] ?? []) : []));
  return {
    bytes: added.reduce((sum, { bytes }) => sum + bytes, 0),
    passing: added.reduce((sum, { passing }) => sum + passing, 0),
  };
}

/** Bytes a second that come to be kept: of a checkpoint fewer than pass. */
function rateOfKept({ rate, missing, passing }: Offer): number | null {
  return rate === null || passing === 0 ? rate : (rate * missing) / passing;
}

interface WantedProps {
  readonly offer: Offer;
  readonly all: readonly Installable[];
  readonly wanted: readonly Installable[];
  readonly choose: (wanted: readonly Installable[]) => void;
}

/** Chat comes first, for nothing works without it; the others follow in their order. */
function Wanted({ offer, all, wanted, choose }: WantedProps) {
  const words = useWords().page.models;
  const draws = wanted.includes('draw') || wanted.includes('edit');
  const sizeOf = (extra: Extra) => byteText(offer.extras[extra]?.bytes ?? 0);
  return (
    <fieldset className="wanted">
      <legend>{words.wanted}</legend>
      {all.map((one) => (
        <Check
          key={one}
          label={isExtra(one) ? words.extraWith(words.extras[one], sizeOf(one)) : words.abilities[one]}
          checked={wanted.includes(one)}
          disabled={one === 'chat' || (isExtra(one) && !draws)}
          choose={(checked) => choose(all.filter((each) => (each === one ? checked : wanted.includes(each))))}
        />
      ))}
    </fieldset>
  );
}

function isExtra(one: Installable): one is Extra {
  return extras.some((extra) => extra === one);
}
