/** The address of a model's folder. */
import { type FormEvent, useEffect, useRef } from 'react';
import { fillForm, lookAt } from '../actions/look.ts';
import { usePerform, useWords } from '../app/context.tsx';
import { AddressInput } from './address-input.tsx';
import { FormField } from './form-field.tsx';
import { useTroubleOf } from './trouble.tsx';

export function AddressForm({ address }: { readonly address: string }) {
  const words = useWords().page.models;
  const perform = usePerform();
  const trouble = useTroubleOf('address');
  const form = useRef<HTMLFormElement>(null);
  // It was asked for with the button in front of it.
  useEffect(() => form.current?.querySelector('input')?.focus(), []);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    perform(lookAt, { kind: 'address', address, hosts: [] }, { kind: 'address' });
  };
  return (
    <form ref={form} className="field" onSubmit={submit}>
      <FormField<HTMLInputElement> label={words.address} hint={words.addressHint} trouble={trouble}>
        {(control) => (
          <AddressInput
            control={control}
            address={address}
            write={(written) => perform(fillForm, { kind: 'address', address: written })}
          />
        )}
      </FormField>
      <button type="submit" className="primary" disabled={address.trim() === ''}>
        {words.look}
      </button>
    </form>
  );
}
