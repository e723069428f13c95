/** Negative prompts of a person's own words, to be added to a model. */
import { useEffect } from 'react';
import { byteText } from '../../words/byte-text.ts';
import type { WordsOffer } from '../../workers/library/protocol.ts';
import { countWords } from '../actions/look.ts';
import { useApp, useSelect, useWords } from '../app/context.tsx';
import type { Trouble } from '../state/library.ts';
import { FormField } from './form-field.tsx';

interface OwnNegativesProps {
  readonly offer: WordsOffer;
  /** One a line. */
  readonly written: string;
  readonly write: (written: string) => void;
  /** Whether pictures can steer away from words, with the layers of other schedules. */
  readonly layers: 'there' | 'not chosen';
  /** Why these words could not be made. */
  readonly trouble: Trouble | null;
}

export function OwnNegatives({ offer, written, write, layers, trouble }: OwnNegativesProps) {
  const words = useWords().page.models;
  const { held, cost } = offer;
  const hint =
    cost.from === 'files'
      ? words.ownNegatives.lacking(cost.lacking.join(words.listed))
      : words.ownNegatives.made(byteText(cost.takes), byteText(cost.bytes), cost.tokens);
  const lines = linesOf(written);
  const added = lines.filter((line) => !held.includes(line));
  const cut = useCutWords(added, cost);
  const again = lines.filter((line) => held.includes(line));
  return (
    <div className="field">
      <FormField<HTMLTextAreaElement>
        label={words.ownNegatives.label}
        hint={[hint, layers === 'there' ? '' : words.ownNegatives.layers(words.extras['other-schedules'])].join(' ')}
        trouble={trouble}
      >
        {(control) => (
          <textarea
            {...control}
            dir="auto"
            rows={2}
            autoComplete="off"
            value={written}
            onChange={({ currentTarget }) => write(currentTarget.value)}
          />
        )}
      </FormField>
      <p role="status" className="hint">
        {[...(again.length > 0 ? [words.ownNegatives.held(again)] : []), ...cut].join(' ')}
      </p>
    </div>
  );
}

/** Whoever still writes is not counted after. */
const countedMs = 500;

/** A sentence for each of these that an encoder does not read to its end. */
function useCutWords(lines: readonly string[], cost: WordsOffer['cost']): readonly string[] {
  const words = useWords().page.models.ownNegatives;
  const app = useApp();
  const canCount = cost.from === 'encoders';
  const lengths = useSelect(({ library }) => library.offered?.lengths);
  const text = lines.join('\n');
  useEffect(() => {
    if (!canCount || text === '') return;
    const timer = setTimeout(() => countWords.perform(app, text.split('\n')), countedMs);
    return () => clearTimeout(timer);
  }, [canCount, text, app]);
  if (cost.from === 'files') return [];
  return lines.flatMap((line) => {
    const counts = lengths?.[line];
    const isCut = counts !== undefined && (counts.clip > cost.tokens.clip || counts.t5 > cost.tokens.t5);
    return isCut ? [words.cut(line, counts, cost.tokens)] : [];
  });
}

/** Without the spaces around them, which no text encoder reads; each once. */
export function linesOf(written: string): readonly string[] {
  const lines = written.split('\n').map((line) => line.trim());
  return [...new Set(lines)].filter((line) => line !== '');
}
