/** What went wrong in Models, told where it was tried, with the way on where there is one. */
import type { ModelKey } from '../../workers/library/protocol.ts';
import { dismissTrouble } from '../actions/library.ts';
import { allowHost } from '../actions/look.ts';
import { Alert } from '../app/alert.tsx';
import { usePerform, useSelect, useWords } from '../app/context.tsx';
import type { TriedAt, Trouble } from '../state/library.ts';

/** Of a form: what went wrong with it last. */
export const useTroubleOf = (kind: Exclude<TriedAt['kind'], 'model'>) =>
  useSelect(({ library: { trouble } }) => (trouble?.at.kind === kind ? trouble : null));

/** Beside a model. */
export function ModelTrouble({ model }: { readonly model: ModelKey }) {
  const trouble = useSelect((state) => state.library.trouble);
  const isOfModel = trouble?.at.kind === 'model' && trouble.at.key === model;
  return isOfModel ? <DismissedTrouble trouble={trouble} /> : null;
}

/** Of the list, or of a model that is not in it. */
export function ListTrouble() {
  const trouble = useSelect(({ library }) => library.trouble);
  const models = useSelect(({ library }) => library.models);
  const offered = useSelect(({ library }) => library.offered?.offer.key);
  if (trouble === null) return null;
  const { at } = trouble;
  const isListed = (model: ModelKey) => model !== offered && models?.some(({ key }) => key === model) === true;
  const isOfList = at.kind === 'list' || (at.kind === 'model' && !isListed(at.key));
  return isOfList ? <DismissedTrouble trouble={trouble} /> : null;
}

function DismissedTrouble({ trouble }: { readonly trouble: Trouble }) {
  const perform = usePerform();
  return <TroubleNote trouble={trouble} dismiss={() => perform(dismissTrouble)} />;
}

interface TroubleNoteProps {
  readonly trouble: Trouble;
  /** Of its words, for the control that they are about. */
  readonly id?: string;
  readonly dismiss?: () => void;
}

/** Where an address leads elsewhere, that host can be allowed; a licence can be read where it is accepted. */
export function TroubleNote({ trouble: { failure }, id, dismiss }: TroubleNoteProps) {
  const words = useWords().page.models;
  return (
    <>
      <Alert failure={failure} {...(id === undefined ? {} : { id })} {...(dismiss === undefined ? {} : { dismiss })} />
      {failure.code === 'MODEL_GATED' && (
        <a href={failure.data.gate} target="_blank" rel="noreferrer">
          {words.gate}
        </a>
      )}
      {failure.code === 'HOST_REFUSED' && <AllowHost host={failure.data.host} />}
    </>
  );
}

function AllowHost({ host }: { readonly host: string }) {
  const words = useWords().page.models;
  const perform = usePerform();
  const canAllow = useSelect((state) => allowHost.when(state, host));
  if (!canAllow) return null;
  return (
    <button type="button" onClick={() => perform(allowHost, host)}>
      {words.allow(host)}
    </button>
  );
}
