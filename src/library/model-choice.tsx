import { useMemo } from 'react';
import { chooseModel, listedEntries } from '../actions/open-model.ts';
import { useApp, useSelect, useWords } from '../app/context.tsx';
import { Select } from '../app/select.tsx';
import type { BundleEntry } from '../state/state.ts';

export function ModelChoice() {
  const app = useApp();
  const { page } = useWords();
  const shipped = useSelect((state) => state.bundles);
  const library = useSelect((state) => state.library);
  const bundles = useMemo(() => listedEntries({ bundles: shipped, library }), [shipped, library]);
  const chosen = useSelect((state) => state.bundle);
  const labelled = ({ id, name, location }: BundleEntry) =>
    [id, location.kind === 'http' ? name : page.models.onDevice(name)] as const;
  const options = bundles.length === 0 ? ([['', '…']] as const) : bundles.map(labelled);
  return (
    <Select
      className="model-choice"
      aria-label={page.settings.model}
      title={page.settings.model}
      disabled={bundles.length === 0}
      value={chosen ?? ''}
      options={options}
      choose={(id) => chooseModel(app, id)}
    />
  );
}
