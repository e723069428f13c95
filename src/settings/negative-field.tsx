import { servedNegatives, servesCfg, servesWords } from '../../session/negatives.ts';
import type { BundleSummary } from '../../workers/protocol.ts';
import { set } from '../actions/set.ts';
import { usePerform, useSelect, useWords } from '../app/context.tsx';
import { goodOf } from '../state/own-settings.ts';
import { isServedNegative, usedNegative } from './fields.ts';
import { TextInput, useIsOpening } from './inputs.tsx';

/** A negative prompt among those that the open bundle holds: written, or chosen from the list below. */
export function NegativeField() {
  const words = useWords().page.settings;
  const bundle = useSelect(({ lastBundle }) => lastBundle ?? undefined);
  const used = useSelect((state) => usedNegative(goodOf(state), bundle));
  const reason = useReason(bundle);
  return (
    <div className="negative">
      <TextInput
        name="negative"
        placeholder=""
        isRight={(written) => bundle === undefined || isServedNegative(written, bundle)}
        wrong={words.negativeOther(used)}
        {...(reason === null ? {} : { unavailable: reason })}
      />
      {bundle !== undefined && reason === null && <Held texts={servedNegatives(bundle)} />}
    </div>
  );
}

/** Why no words can be written; null where some can. */
function useReason(bundle: BundleSummary | undefined): string | null {
  const words = useWords().page.settings;
  if (bundle === undefined || servedNegatives(bundle).length > 1) return null;
  if (!servesCfg(bundle)) return words.noNegative;
  return bundle.negatives.length > 1 && !servesWords(bundle) ? words.negativeLayers : words.negativeEmpty;
}

function Held({ texts }: { readonly texts: readonly string[] }) {
  const perform = usePerform();
  const isOpening = useIsOpening();
  return (
    <ul>
      {texts
        .filter((text) => text !== '')
        .map((text) => (
          <li key={text}>
            <button
              type="button"
              className="link"
              dir="auto"
              disabled={isOpening}
              onClick={() => perform(set, 'negative', text)}
            >
              {text}
            </button>
          </li>
        ))}
    </ul>
  );
}
