/** The kinds of fields that a person's settings are written into. */
import type { KeyboardEvent } from 'react';
import { typedNumber } from '../../model/typed-number.ts';
import { set } from '../actions/set.ts';
import { usePerform, useSelect, useWords } from '../app/context.tsx';
import { isForInputMethod } from '../app/input-method.ts';
import { Select } from '../app/select.tsx';
import { draftsOf, goodOf } from '../state/own-settings.ts';
import { Field } from './field.tsx';
import {
  isGood,
  isReversed,
  type NumberField,
  numberFields,
  type SettingName,
  usedNumber,
  wholeRange,
} from './fields.ts';

/** What fields show is of a bundle, and another one is being opened. */
export const useIsOpening = () => useSelect(({ model }) => model.phase === 'opening');

/** Whether a field is the open chat's own, over the general one. */
export const useWhose = (name: SettingName) =>
  useSelect(({ own, current }) => (own[current]?.drafts[name] === undefined ? 'general' : 'chat'));

/** Why the open bundle cannot serve a field, which then shows what holds instead of its draft; absent where it can. */
interface Availability {
  readonly unavailable?: string;
}

interface ChoiceProps extends Availability {
  readonly name: SettingName & ('task' | 'size' | 'decoder' | 'prefill');
  readonly options: readonly (readonly [value: string, label: string])[];
  readonly fallback: string;
}

export function Choice({ name, options, fallback, unavailable }: ChoiceProps) {
  const { settings } = useWords().page;
  const perform = usePerform();
  const whose = useWhose(name);
  const isOpening = useIsOpening();
  const draft = useSelect((state) => draftsOf(state)[name]);
  const isServed = unavailable === undefined;
  const chosen = isServed && options.some(([value]) => value === draft) ? String(draft) : fallback;
  return (
    <Field label={settings[name]} hint={unavailable ?? settings.hints[name]} whose={whose}>
      {(attributes) => (
        <Select
          {...attributes}
          disabled={!isServed || isOpening}
          value={chosen}
          options={options}
          choose={(value) => perform(set, name, value)}
        />
      )}
    </Field>
  );
}

interface NumberProps extends Availability {
  readonly name: NumberField;
  readonly fallback: number | undefined;
}

export function NumberInput({ name, fallback, unavailable }: NumberProps) {
  const { settings } = useWords().page;
  const perform = usePerform();
  const whose = useWhose(name);
  const isOpening = useIsOpening();
  const draft = useSelect((state) => draftsOf(state)[name]);
  const { low, high, whole, step } = numberFields[name];
  const isDrafted = typeof draft === 'string' && unavailable === undefined;
  const written = isDrafted ? draft : fallback === undefined ? '' : String(fallback);
  const isInvalid = !isGood(name, written);
  const isBorder = name === 'cfgFrom' || name === 'cfgTo';
  const good = useSelect(goodOf);
  const isTurned = useSelect((state) => isBorder && isDrafted && isReversed(draftsOf(state)));
  const reversed = isTurned
    ? settings.reversed(usedNumber('cfgFrom', good, wholeRange[0]), usedNumber('cfgTo', good, wholeRange[1]))
    : '';
  const used = usedNumber(name, good, fallback);
  const outside = (whole ? settings.wholeRange : settings.range)(low, high, used);
  const reason = isInvalid ? outside : reversed;
  const now = typedNumber(written) ?? fallback ?? low;
  const turn = (event: KeyboardEvent) => {
    if ((event.key !== 'ArrowUp' && event.key !== 'ArrowDown') || isForInputMethod(event.nativeEvent)) return;
    event.preventDefault();
    const turned = now + (event.key === 'ArrowUp' ? step : -step);
    perform(set, name, String(Math.min(high, Math.max(low, Math.round(turned * 100) / 100))));
  };
  return (
    <Field label={settings[name]} hint={unavailable ?? settings.hints[name]} whose={whose} reason={reason}>
      {(attributes) => (
        <input
          {...attributes}
          // A field of type number hides what cannot be parsed, so its reason could not be told.
          type="text"
          role="spinbutton"
          inputMode={whole ? 'numeric' : 'decimal'}
          aria-valuemin={low}
          aria-valuemax={high}
          aria-valuenow={now}
          aria-invalid={isInvalid || reversed !== ''}
          disabled={unavailable !== undefined || isOpening}
          autoComplete="off"
          // What holds where nothing is written.
          placeholder={fallback === undefined ? '' : String(fallback)}
          value={written}
          onChange={(event) => perform(set, name, event.currentTarget.value)}
          onKeyDown={turn}
        />
      )}
    </Field>
  );
}

interface TextProps extends Availability {
  readonly name: 'seed' | 'negative';
  readonly placeholder: string;
  /** Whether what is written can be used, and why not where it cannot. */
  readonly isRight: (written: string) => boolean;
  readonly wrong: string;
}

export function TextInput({ name, placeholder, isRight, wrong, unavailable }: TextProps) {
  const { settings } = useWords().page;
  const perform = usePerform();
  const whose = useWhose(name);
  const isOpening = useIsOpening();
  const draft = useSelect((state) => draftsOf(state)[name]);
  const written = typeof draft === 'string' && unavailable === undefined ? draft : '';
  const isInvalid = !isRight(written);
  return (
    <Field
      label={settings[name]}
      hint={unavailable ?? settings.hints[name]}
      whose={whose}
      reason={isInvalid ? wrong : ''}
    >
      {(attributes) => (
        <input
          {...attributes}
          type="text"
          dir="auto"
          placeholder={placeholder}
          aria-invalid={isInvalid}
          disabled={unavailable !== undefined || isOpening}
          value={written}
          spellCheck={false}
          autoComplete="off"
          onChange={(event) => perform(set, name, event.currentTarget.value)}
        />
      )}
    </Field>
  );
}
