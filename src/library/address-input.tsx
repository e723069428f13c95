/** Where a person types an address of the web. */
import type { FieldControl } from './form-field.tsx';

interface AddressInputProps {
  readonly control: FieldControl<HTMLInputElement>;
  readonly address: string;
  readonly write: (address: string) => void;
}

export function AddressInput({ control, address, write }: AddressInputProps) {
  return (
    <input
      {...control}
      type="text"
      inputMode="url"
      autoComplete="off"
      spellCheck={false}
      placeholder="https://"
      value={address}
      onChange={({ currentTarget }) => write(currentTarget.value)}
    />
  );
}
