import { chooseModel } from '../actions/open-model.ts';
import { useApp, useSelect, useWords } from '../app/context.tsx';

export function ModelChoice() {
  const app = useApp();
  const { page } = useWords();
  const bundles = useSelect((state) => state.bundles);
  const chosen = useSelect((state) => state.bundle);
  return (
    <select
      className="model-choice"
      aria-label={page.settings.model}
      value={chosen ?? ''}
      disabled={bundles.length === 0}
      onChange={(event) => chooseModel(app, event.currentTarget.value)}
    >
      {bundles.length === 0 && <option value="">…</option>}
      {bundles.map(({ id, name }) => (
        <option key={id} value={id}>
          {name}
        </option>
      ))}
    </select>
  );
}
