/** A model that could be installed: what a person has to know before anything is fetched. */
import { useId, useState } from 'react';
import { byteText } from '../../words/byte-text.ts';
import type { Extra, Installable, Offer } from '../../workers/library/protocol.ts';
import { install, leaveOffer } from '../actions/library.ts';
import { Check } from '../app/check.tsx';
import { usePerform, useWords } from '../app/context.tsx';
import { PlanTable } from './plan-table.tsx';

export function OfferedModel({ offer }: { readonly offer: Offer }) {
  const words = useWords().page.models;
  const perform = usePerform();
  const title = useId();
  const { name, licences } = offer;
  const able = (['chat', 'draw', 'edit'] as const).filter((ability) => offer.abilities[ability] !== null);
  const beside = (['other-schedules', 'negative'] as const).filter((extra) => offer.extras[extra] !== null);
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
function amountsOf({ abilities, extras, bytes, missing, passing }: Offer, wanted: readonly Installable[]) {
  const of = (all: readonly (readonly [Installable, number])[], which: 'wanted' | 'left') =>
    all.reduce((sum, [one, size]) => sum + (wanted.includes(one) === (which === 'wanted') ? size : 0), 0);
  const offered = (['other-schedules', 'negative'] as const).flatMap((extra) => {
    const adds = extras[extra];
    return adds === null ? [] : [[extra, adds] as const];
  });
  const added = offered.map(([extra, adds]) => [extra, adds.bytes] as const);
  const passed = offered.map(([extra, adds]) => [extra, adds.passing] as const);
  const whole = (all: typeof added) => all.reduce((sum, [, size]) => sum + size, 0);
  const left = of(
    (['chat', 'draw', 'edit'] as const).map((ability) => [ability, abilities[ability] ?? 0]),
    'left',
  );
  const missingHere = Math.max(0, missing - whole(added));
  const still = Math.max(0, missingHere - left);
  // The negative branch is little, and gigabytes pass for it.
  const share = missingHere === 0 ? 0 : still / missingHere;
  return {
    kept: bytes - left - of(added, 'left'),
    still: still + of(added, 'wanted'),
    passes: Math.max(0, passing - whole(passed)) * share + of(passed, 'wanted'),
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
  return one === 'other-schedules' || one === 'negative';
}
