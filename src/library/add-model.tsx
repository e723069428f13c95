/** Where another model comes from: the official files, an address, or a folder of this machine. */
import type { ReactNode } from 'react';
import { dismissTrouble } from '../actions/library.ts';
import { fillForm, lookInFolder } from '../actions/look.ts';
import { usePerform, useSelect, useWords } from '../app/context.tsx';
import type { SourceForm } from '../state/library.ts';
import { AddressForm } from './address-form.tsx';
import { OfficialForm } from './official-form.tsx';
import { TroubleNote, useTroubleOf } from './trouble.tsx';

const emptyOfficial = { kind: 'official', layout: 'huggingface', mirror: '', token: '' } as const;
const emptyAddress = { kind: 'address', address: '' } as const;

export function AddModel() {
  const words = useWords().page.models;
  const form = useSelect(({ library }) => library.form);
  const isLooking = useSelect(({ library }) => library.looking !== null);
  return (
    <div className="add">
      <p className="hint">{words.about}</p>
      <div className="row">
        <Opener form={emptyOfficial}>{words.addOfficial}</Opener>
        <Opener form={emptyAddress}>{words.addAddress}</Opener>
        <OpenFolder />
      </div>
      <FolderTrouble />
      {form?.kind === 'official' && <OfficialForm fields={form} />}
      {form?.kind === 'address' && <AddressForm address={form.address} />}
      {isLooking && (
        <p role="status" className="hint">
          {words.looking}
        </p>
      )}
    </div>
  );
}

/** Opens an empty form, and closes it. */
function Opener({ form, children }: { readonly form: SourceForm; readonly children: ReactNode }) {
  const perform = usePerform();
  const isOpen = useSelect(({ library }) => library.form?.kind === form.kind);
  return (
    <button type="button" aria-expanded={isOpen} onClick={() => perform(fillForm, isOpen ? null : form)}>
      {children}
    </button>
  );
}

const folderTroubleId = 'folder-trouble';

function OpenFolder() {
  const words = useWords().page.models;
  const perform = usePerform();
  const isDescribed = useTroubleOf('folder') !== null;
  return (
    <button
      type="button"
      aria-describedby={isDescribed ? folderTroubleId : undefined}
      onClick={() => perform(lookInFolder)}
    >
      {words.openFolder}
    </button>
  );
}

/** Below the button that the browser's own dialog came from. */
function FolderTrouble() {
  const trouble = useTroubleOf('folder');
  const perform = usePerform();
  return trouble && <TroubleNote trouble={trouble} id={folderTroubleId} dismiss={() => perform(dismissTrouble)} />;
}
