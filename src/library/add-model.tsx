/** Where another model comes from: the official files, an address, or a folder of this machine. */
import { type FormEvent, useId, useState } from 'react';
import { lookAt, lookInFolder } from '../actions/library.ts';
import { usePerform, useSelect, useWords } from '../app/context.tsx';
import { OfficialForm } from './official-form.tsx';

export function AddModel() {
  const words = useWords().page.models;
  const [asked, setAsked] = useState<'official' | 'address' | null>(null);
  const ask = (what: 'official' | 'address') => setAsked(asked === what ? null : what);
  const looking = useSelect(({ library }) => library.looking);
  return (
    <div className="add">
      <p className="hint">{words.about}</p>
      <div className="row">
        <button type="button" aria-expanded={asked === 'official'} onClick={() => ask('official')}>
          {words.addOfficial}
        </button>
        <button type="button" aria-expanded={asked === 'address'} onClick={() => ask('address')}>
          {words.addAddress}
        </button>
        <OpenFolder />
      </div>
      {asked === 'official' && <OfficialForm />}
      {asked === 'address' && <AddressForm done={() => setAsked(null)} />}
      {looking && (
        <p role="status" className="hint">
          {words.looking}
        </p>
      )}
    </div>
  );
}

function AddressForm({ done }: { readonly done: () => void }) {
  const words = useWords().page.models;
  const perform = usePerform();
  const id = useId();
  const [address, setAddress] = useState('');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    perform(lookAt, { kind: 'address', address, hosts: [] });
    done();
  };
  return (
    <form className="field" onSubmit={submit}>
      <label htmlFor={id}>{words.address}</label>
      <input
        id={id}
        type="text"
        inputMode="url"
        autoComplete="off"
        spellCheck={false}
        placeholder="https://"
        value={address}
        // biome-ignore lint/a11y/noAutofocus: it was asked for with the button in front of it
        autoFocus
        onChange={({ currentTarget }) => setAddress(currentTarget.value)}
      />
      <p className="hint">{words.addressHint}</p>
      <button type="submit" className="primary" disabled={address.trim() === ''}>
        {words.look}
      </button>
    </form>
  );
}

function OpenFolder() {
  const words = useWords().page.models;
  const perform = usePerform();
  return (
    <button type="button" onClick={() => perform(lookInFolder)}>
      {words.openFolder}
    </button>
  );
}
