/** A model that could be installed: what a person has to know before anything is fetched. */
import { useEffect, useId, useRef, useState } from 'react';
import { abilities, type Extra, extras, type Installable } from '../../model/bundle/installables.ts';
import { byteText } from '../../words/byte-text.ts';
import type { Offer } from '../../workers/library/protocol.ts';
import { install, leaveOffer } from '../actions/library.ts';
import { Check } from '../app/check.tsx';
import { usePerform, useSelect, useWords } from '../app/context.tsx';
import type { InstallOrder, Offered, Trouble } from '../state/library.ts';
import { useFocusOn } from './form-field.tsx';
import { type Amounts, amountsOf, rateOfKept } from './offer-amounts.ts';
import { linesOf, OwnNegatives } from './own-negatives.tsx';
import { PlanTable } from './plan-table.tsx';
import { TroubleNote, useTroubleOf } from './trouble.tsx';

export function OfferedModel({ offered: { offer, refused } }: { readonly offered: Offered }) {
  const words = useWords().page.models;
  const title = useId();
  const article = useRef<HTMLElement>(null);
  // The form that it was found from is gone, and the keyboard goes on here.
  useEffect(() => {
    const { activeElement } = document;
    if (activeElement?.contains(article.current)) article.current?.focus();
  }, []);
  const { name, licences } = offer;
  const able = abilities.filter((ability) => offer.abilities[ability] !== null);
  const beside = extras.filter((extra) => offer.extras[extra] !== null);
  const isThere = offer.known === 'installed' && offer.missing === 0;
  const readingRate = useSelect(({ library }) => library.readingRates[offer.key] ?? null);
  const [accepted, setAccepted] = useState(licences.length === 0 || refused !== null);
  const [chosen, setChosen] = useState(refused?.wanted ?? [...able, ...beside]);
  const [written, setWritten] = useState((refused?.negativeTexts ?? offer.words?.begun ?? []).join('\n'));
  // Extras are of what draws.
  const draws = chosen.includes('draw') || chosen.includes('edit');
  const isChosen = (extra: Extra) => draws && (chosen.includes(extra) || offer.extras[extra] === null);
  const takesWords = offer.words !== null && isChosen('negative');
  const negativeTexts = takesWords ? linesOf(written).filter((line) => !offer.words?.held.includes(line)) : [];
  const withWords = negativeTexts.length > 0 ? [...new Set([...chosen, 'negative' as const])] : chosen;
  const wish: InstallOrder = { wanted: draws ? withWords : chosen.filter((one) => one === 'chat'), negativeTexts };
  const amounts = amountsOf(offer, wish);
  const isDone = isThere && !takesWords;
  const trouble = useTroubleOf('offer');
  const isOfWords = trouble?.failure.code === 'SOURCE_MISSING' && negativeTexts.length > 0;
  return (
    <article ref={article} className="model" aria-labelledby={title} tabIndex={-1}>
      <h3 id={title}>{name}</h3>
      {isThere && <p>{words.already}</p>}
      {(!isThere || amounts.still > 0) && <Cost offer={offer} amounts={amounts} />}
      <PlanTable
        facts={offer}
        rate={isThere ? 'there' : rateOfKept(offer)}
        readingRate={readingRate}
        lacking={words.lacking}
      />
      {!isThere && able.length + beside.length > 1 && (
        <Wanted offer={offer} all={[...able, ...beside]} wanted={wish.wanted} choose={setChosen} />
      )}
      {takesWords && offer.words !== null && (
        <OwnNegatives
          offer={offer.words}
          written={written}
          write={setWritten}
          layers={isChosen('other-schedules') ? 'there' : 'not chosen'}
          trouble={isOfWords ? trouble : null}
        />
      )}
      {licences.length > 0 && !isDone && <Licence lines={licences} accepted={accepted} accept={setAccepted} />}
      <Decide
        order={isDone ? null : wish}
        isReady={accepted && amounts.still > 0}
        trouble={isOfWords ? null : trouble}
      />
    </article>
  );
}

interface DecideProps {
  /** Null where nothing is left to install. */
  readonly order: InstallOrder | null;
  readonly isReady: boolean;
  readonly trouble: Trouble | null;
}

function Decide({ order, isReady, trouble }: DecideProps) {
  const words = useWords().page.models;
  const perform = usePerform();
  const id = useId();
  const button = useRef<HTMLButtonElement>(null);
  useFocusOn(button, trouble);
  return (
    <>
      {trouble !== null && <TroubleNote trouble={trouble} id={id} />}
      <div className="row">
        {order !== null && (
          <button
            ref={button}
            type="button"
            className="primary"
            aria-describedby={trouble === null ? undefined : id}
            disabled={!isReady}
            onClick={() => perform(install, order)}
          >
            {words.install}
          </button>
        )}
        <button type="button" onClick={() => perform(leaveOffer)}>
          {words.leave}
        </button>
      </div>
    </>
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
