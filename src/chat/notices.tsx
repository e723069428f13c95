import { savePicture } from '../actions/keep-picture.ts';
import { chooseDevice, openModel } from '../actions/open-model.ts';
import { Alert } from '../app/alert.tsx';
import { useApp, usePerform, useSelect } from '../app/context.tsx';
import { focusMessage } from '../composer/message.ts';

/** Failures that belong to no turn: files, storage, the model itself. */
export function Notices() {
  const app = useApp();
  const perform = usePerform();
  const notices = useSelect((state) => state.notices);
  const unsaved = useSelect((state) => state.unsaved);
  const modelFailure = useSelect(({ model }) => (model.phase === 'failed' ? model.failure : null));
  if (notices.length === 0 && unsaved === null && modelFailure === null) return null;
  const dismiss = (id: string) => {
    app.store.setState((state) => ({ notices: state.notices.filter((notice) => notice.id !== id) }));
    focusMessage();
  };
  return (
    <div className="notices">
      {modelFailure !== null && (
        <Alert
          failure={modelFailure}
          again={() => void openModel(app).catch(() => undefined)}
          onProcessor={() => perform(chooseDevice, 'wasm')}
        />
      )}
      {unsaved !== null && <Alert failure={unsaved} />}
      {notices.map(({ id, failure, savable }) => (
        <Alert
          key={id}
          failure={failure}
          dismiss={() => dismiss(id)}
          {...(savable === null ? {} : { save: () => savePicture.perform(app, savable) })}
        />
      ))}
    </div>
  );
}
