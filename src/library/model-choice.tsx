import { chooseModel } from '../actions/open-model.ts';
import { useApp, useSelect, useWords } from '../app/context.tsx';
import { Select } from '../app/select.tsx';

export function ModelChoice() {
  const app = useApp();
  const { page } = useWords();
  const bundles = useSelect((state) => state.bundles);
  const chosen = useSelect((state) => state.bundle);
  const options = bundles.length === 0 ? ([['', '…']] as const) : bundles.map(({ id, name }) => [id, name] as const);
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
