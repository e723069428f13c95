import type { ComponentProps } from 'react';
import { Icon } from './icon.tsx';

interface SelectProps<Value extends string> extends Omit<ComponentProps<'select'>, 'onChange' | 'children'> {
  readonly value: Value;
  readonly options: readonly (readonly [value: Value, label: string, state?: 'disabled' | undefined])[];
  readonly choose: (value: Value) => void;
}

/** A combobox in the page's own dress. */
export function Select<Value extends string>({ options, choose, className = '', ...attributes }: SelectProps<Value>) {
  return (
    <span className={`select ${className}`}>
      <select
        {...attributes}
        onChange={({ currentTarget }) => {
          const chosen = options.find(([value]) => value === currentTarget.value);
          if (chosen !== undefined) choose(chosen[0]);
        }}
      >
        {options.map(([value, label, state]) => (
          <option key={value} value={value} disabled={state === 'disabled'}>
            {label}
          </option>
        ))}
      </select>
      <Icon name="chevron" />
    </span>
  );
}
