/** Where the official files come from: one of the hosts that publish them, or a mirror of it, with a token where a person has one. */
import { type ComponentProps, type FormEvent, useId, useState } from 'react';
import type { OfficialSource } from '../../workers/library/protocol.ts';
import { lookAt } from '../actions/library.ts';
import { usePerform, useSelect, useWords } from '../app/context.tsx';
import { Select } from '../app/select.tsx';

export function OfficialForm() {
  const words = useWords().page.models;
  const perform = usePerform();
  const isLooking = useSelect(({ library }) => library.looking);
  const id = useId();
  const [layout, setLayout] = useState<OfficialSource['layout']>('huggingface');
  const [mirror, setMirror] = useState('');
  const [token, setToken] = useState('');
  const isMirrored = mirror.trim() !== '';
  const submit = (event: FormEvent) => {
    event.preventDefault();
    perform(lookAt, {
      kind: 'official',
      layout,
      mirror: isMirrored ? mirror.trim() : null,
      hosts: [],
      token: isMirrored || token.trim() === '' ? null : token.trim(),
    });
  };
  const { layouts } = words;
  return (
    <form className="field" onSubmit={submit}>
      <label htmlFor={id}>{words.official}</label>
      <Select
        id={id}
        value={layout}
        options={[
          ['huggingface', layouts.huggingface],
          ['modelscope', layouts.modelscope],
        ]}
        choose={setLayout}
      />
      <TextField
        label={words.mirror}
        hint={words.mirrorHint}
        type="text"
        inputMode="url"
        placeholder="https://"
        value={mirror}
        change={setMirror}
      />
      <TextField
        label={words.token}
        hint={words.tokenHint}
        // No field of this page's own that a browser would offer to remember.
        type="password"
        disabled={isMirrored}
        value={isMirrored ? '' : token}
        change={setToken}
      />
      <button type="submit" className="primary" disabled={isLooking}>
        {words.look}
      </button>
    </form>
  );
}

interface TextFieldProps extends Omit<ComponentProps<'input'>, 'onChange' | 'id'> {
  readonly label: string;
  readonly hint: string;
  readonly change: (text: string) => void;
}

function TextField({ label, hint, change, ...attributes }: TextFieldProps) {
  const id = useId();
  return (
    <>
      <label htmlFor={id}>{label}</label>
      <input
        {...attributes}
        id={id}
        aria-describedby={`${id}-hint`}
        autoComplete="off"
        spellCheck={false}
        onChange={({ currentTarget }) => change(currentTarget.value)}
      />
      <p className="hint" id={`${id}-hint`}>
        {hint}
      </p>
    </>
  );
}
