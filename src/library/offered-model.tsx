/** A model that could be installed: what a person has to know before anything is fetched. */
import { useId, useState } from 'react';
import { abilities, type Extra, extras, type Installable } from '../../model/bundle/installables.ts';
import { byteText } from '../../words/byte-text.ts';
import type { Offer } from '../../workers/library/protocol.ts';
import { install, leaveOffer } from '../actions/library.ts';
import { Check } from '../app/check.tsx';
import { usePerform, useWords } from '../app/context.tsx';
import { type Amounts, amountsOf, rateOfKept, type Wish } from './offer-amounts.ts';
import { linesOf, OwnNegatives } from './own-negatives.tsx';
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
  const [written, setWritten] = useState(offer.words?.begun.join('\n') ?? '');
  // Extras are of what draws.
  const draws = chosen.includes('draw') || chosen.includes('edit');
  const isChosen = (extra: Extra) => draws && (chosen.includes(extra) || offer.extras[extra] === null);
  const takesWords = offer.words !== null && isChosen('negative');
  const negativeTexts = takesWords ? linesOf(written).filter((line) => !offer.words?.held.includes(line)) : [];
  const withWords = negativeTexts.length > 0 ? [...new Set([...chosen, 'negative' as const])] : chosen;
  const wish: Wish = { wanted: draws ? withWords : chosen.filter((one) => one === 'chat'), negativeTexts };
  const amounts = amountsOf(offer, wish);
  const isDone = isThere && !takesWords;
  return (
    <article className="model" aria-labelledby={title}>
      <h3 id={title}>{name}</h3>
      {isThere && <p>{words.already}</p>}
      {(!isThere || amounts.still > 0) && <Cost offer={offer} amounts={amounts} />}
      <PlanTable facts={offer} rate={isThere ? 'there' : rateOfKept(offer)} lacking={words.lacking} />
      {!isThere && able.length + beside.length > 1 && (
        <Wanted offer={offer} all={[...able, ...beside]} wanted={wish.wanted} choose={setChosen} />
      )}
      {takesWords && offer.words !== null && (
        <OwnNegatives
          offer={offer.words}
          written={written}
          write={setWritten}
          layers={isChosen('other-schedules') ? 'there' : 'not chosen'}
        />
      )}
      {licences.length > 0 && !isDone && <Licence lines={licences} accepted={accepted} accept={setAccepted} />}
      <div className="row">
        {!isDone && (
          <button
            type="button"
            className="primary"
            disabled={!accepted || amounts.still === 0}
            onClick={() => perform(install, wish.wanted, negativeTexts)}
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

interface LicenceProps {
  readonly lines: readonly string[];
  readonly accepted: boolean;
  readonly accept: (accepted: boolean) => void;
}

function Licence({ lines, accepted, accept }: LicenceProps) {
  const words = useWords().page.models;
  return (
    <div className="licence">
      {lines.map((line) => (
        <p key={line} dir="auto">
          {line}
        </p>
      ))}
      <Check label={words.accept} checked={accepted} choose={accept} />
    </div>
  );
}

interface CostProps {
  readonly offer: Offer;
  readonly amounts: Amounts;
}

/** Bytes, minutes and room of what is wanted. */
function Cost({ offer, amounts }: CostProps) {
  const words = useWords().page.models;
  const { of, rate, stored } = offer;
  const { kept, still, passes, beside } = amounts;
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
