import { Select } from '../app/select.tsx';
import { Field } from './field.tsx';

interface ChoiceFieldProps<Value extends string> {
  readonly label: string;
  readonly hint?: string;
  readonly value: Value;
  /** In their order, with what each is called. */
  readonly values: readonly Value[];
  readonly names: Readonly<Record<Value, string>>;
  readonly choose: (value: Value) => void;
}

/** One of a few that there always are, whatever the open bundle serves. */
export function ChoiceField<Value extends string>({
  label,
  hint = '',
  values,
  names,
  ...rest
}: ChoiceFieldProps<Value>) {
  return (
    <Field label={label} hint={hint}>
      {(attributes) => (
        <Select {...attributes} {...rest} options={values.map((value) => [value, names[value]] as const)} />
      )}
    </Field>
  );
}
