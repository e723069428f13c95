import { failureSentence } from '../../words/index.ts';
import { openModel } from '../actions/open-model.ts';
import { useApp, useSelect, useWords } from '../app/context.tsx';
import { Icon } from '../app/icon.tsx';

/** Failures that belong to no turn: files, storage, the model itself. */
export function Notices() {
  const app = useApp();
  const words = useWords();
  const notices = useSelect((state) => state.notices);
  const modelFailure = useSelect(({ model }) => (model.phase === 'failed' ? model.failure : null));
  if (notices.length === 0 && modelFailure === null) return null;
  const dismiss = (id: string) =>
    app.store.setState((state) => ({ notices: state.notices.filter((notice) => notice.id !== id) }));
  return (
    <div className="notices">
      {modelFailure !== null && (
        <div role="alert" className="alert">
          <p>{failureSentence(words, modelFailure)}</p>
          <button type="button" onClick={() => void openModel(app).catch(() => undefined)}>
            {words.page.failure.retry}
          </button>
        </div>
      )}
      {notices.map(({ id, failure }) => (
        <div key={id} role="alert" className="alert">
          <p>{failureSentence(words, failure)}</p>
          <button type="button" className="quiet" aria-label={words.page.failure.dismiss} onClick={() => dismiss(id)}>
            <Icon name="close" />
          </button>
        </div>
      ))}
    </div>
  );
}
