/** Where the official files come from: one of the hosts that publish them, or a mirror of it, with a token where a person has one. */
import type { FormEvent } from 'react';
import { fillForm, lookAt } from '../actions/look.ts';
import { usePerform, useSelect, useWords } from '../app/context.tsx';
import { Select } from '../app/select.tsx';
import type { SourceForm, Trouble } from '../state/library.ts';
import { AddressInput } from './address-input.tsx';
import { FormField } from './form-field.tsx';
import { PublishedModel } from './published-model.tsx';
import { useTroubleOf } from './trouble.tsx';

type OfficialFields = Extract<SourceForm, { kind: 'official' }>;

export function OfficialForm({ fields }: { readonly fields: OfficialFields }) {
  const words = useWords().page.models;
  const perform = usePerform();
  const trouble = useTroubleOf('official');
  const { layout, mirror, token } = fields;
  const gate = useSelect(({ library }) => library.published?.gates[layout]);
  const isMirrored = mirror.trim() !== '';
  const wrong = trouble && fieldAtFault(trouble, isMirrored);
  const troubleOf = (field: keyof OfficialFields) => (wrong === field ? trouble : null);
  const fill = (changed: Partial<OfficialFields>) => perform(fillForm, { ...fields, ...changed });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const given = isMirrored || token.trim() === '' ? null : token.trim();
    const source = {
      kind: 'official',
      layout,
      mirror: isMirrored ? mirror.trim() : null,
      hosts: [],
      token: given,
    } as const;
    perform(lookAt, source, { kind: 'official' });
  };
  const { layouts } = words;
  return (
    <form className="field" onSubmit={submit}>
      <PublishedModel />
      <FormField<HTMLSelectElement> label={words.official} trouble={troubleOf('layout')}>
        {(control) => (
          <Select
            {...control}
            value={layout}
            options={[
              ['huggingface', layouts.huggingface],
              ['modelscope', layouts.modelscope],
            ]}
            choose={(chosen) => fill({ layout: chosen })}
          />
        )}
      </FormField>
      <FormField<HTMLInputElement> label={words.mirror} hint={words.mirrorHint} trouble={troubleOf('mirror')}>
        {(control) => (
          <AddressInput control={control} address={mirror} write={(written) => fill({ mirror: written })} />
        )}
      </FormField>
      <FormField<HTMLInputElement> label={words.token} hint={words.tokenHint} trouble={troubleOf('token')}>
        {(control) => (
          <input
            {...control}
            // No field of this page's own that a browser would offer to remember.
            type="password"
            autoComplete="off"
            spellCheck={false}
            disabled={isMirrored}
            value={isMirrored ? '' : token}
            onChange={({ currentTarget }) => fill({ token: currentTarget.value })}
          />
        )}
      </FormField>
      {gate !== undefined && !isMirrored && wrong !== 'token' && (
        <a href={gate} target="_blank" rel="noreferrer">
          {words.gate}
        </a>
      )}
      <button type="submit" className="primary">
        {words.look}
      </button>
    </form>
  );
}

/** A mirror takes no token, and its address is a person's own. */
function fieldAtFault({ failure }: Trouble, isMirrored: boolean): 'layout' | 'mirror' | 'token' {
  if (isMirrored) return 'mirror';
  return failure.code === 'MODEL_GATED' ? 'token' : 'layout';
}
