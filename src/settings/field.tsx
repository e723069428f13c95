import { type ReactNode, useId } from 'react';
import { set } from '../actions/set.ts';
import { usePerform, useSelect, useWords } from '../app/context.tsx';
import { isGood, type NumberField, numberFields, type SettingName } from './fields.ts';

interface ChoiceProps {
  readonly name: SettingName;
  readonly label: string;
  readonly options: readonly (readonly [value: string, label: string])[];
  readonly fallback: string;
  readonly unavailable?: string;
}

export function Choice({ name, label, options, fallback, unavailable }: ChoiceProps) {
  const perform = usePerform();
  const draft = useSelect((state) => state.drafts[name]);
  return (
    <Field label={label} reason={unavailable ?? ''}>
      {(attributes) => (
        <select
          {...attributes}
          disabled={unavailable !== undefined}
          value={typeof draft === 'string' && draft !== '' ? draft : fallback}
          onChange={(event) => perform(set, name, event.currentTarget.value)}
        >
          {options.map(([value, text]) => (
            <option key={value} value={value}>
              {text}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

interface NumberProps {
  readonly name: NumberField;
  readonly label: string;
  readonly fallback: number | undefined;
  readonly unavailable?: string;
}

export function NumberInput({ name, label, fallback, unavailable }: NumberProps) {
  const { page } = useWords();
  const perform = usePerform();
  const draft = useSelect((state) => state.drafts[name]);
  const { low, high, whole, step } = numberFields[name];
  const written = typeof draft === 'string' ? draft : fallback === undefined ? '' : String(fallback);
  const invalid = !isGood(name, written);
  const reason = invalid ? (whole ? page.settings.wholeRange(low, high) : page.settings.range(low, high)) : '';
  const turnBy = (count: number) => {
    const value = (Number(written) || (fallback ?? low)) + count * step;
    perform(set, name, String(Math.min(high, Math.max(low, Math.round(value * 100) / 100))));
  };
  return (
    <Field label={label} reason={reason || (unavailable ?? '')}>
      {(attributes) => (
        <input
          {...attributes}
          // A field of type number hides what cannot be parsed, so its reason could not be told.
          type="text"
          role="spinbutton"
          inputMode={whole ? 'numeric' : 'decimal'}
          aria-valuemin={low}
          aria-valuemax={high}
          aria-valuenow={Number(written) || (fallback ?? low)}
          aria-invalid={invalid}
          disabled={unavailable !== undefined}
          placeholder={fallback === undefined ? '' : String(fallback)}
          value={written}
          onChange={(event) => perform(set, name, event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key !== 'ArrowUp' && event.key !== 'ArrowDown') return;
            event.preventDefault();
            turnBy(event.key === 'ArrowUp' ? 1 : -1);
          }}
        />
      )}
    </Field>
  );
}

interface TextProps {
  readonly name: 'seed' | 'negative';
  readonly label: string;
  readonly placeholder: string;
  /** Why what is written cannot be used. */
  readonly wrong: string;
  readonly unavailable?: string;
}

export function TextInput({ name, label, placeholder, wrong, unavailable }: TextProps) {
  const perform = usePerform();
  const draft = useSelect((state) => state.drafts[name]);
  const written = typeof draft === 'string' ? draft : '';
  const invalid = !isGood(name, written);
  return (
    <Field label={label} reason={invalid ? wrong : (unavailable ?? '')}>
      {(attributes) => (
        <input
          {...attributes}
          type="text"
          placeholder={placeholder}
          aria-invalid={invalid}
          disabled={unavailable !== undefined}
          value={written}
          spellCheck={false}
          autoComplete="off"
          onChange={(event) => perform(set, name, event.currentTarget.value)}
        />
      )}
    </Field>
  );
}

interface FieldProps {
  readonly label: string;
  readonly reason: string;
  readonly children: (attributes: { readonly id: string; readonly 'aria-describedby'?: string }) => ReactNode;
}

function Field({ label, reason, children }: FieldProps) {
  const id = useId();
  const attributes = reason === '' ? { id } : { id, 'aria-describedby': `${id}-reason` };
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      {children(attributes)}
      {reason !== '' && (
        <p id={`${id}-reason`} className="reason">
          {reason}
        </p>
      )}
    </div>
  );
}
