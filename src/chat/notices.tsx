import { useShallow } from 'zustand/react/shallow';
import { chooseDevice, openModel } from '../actions/open-model.ts';
import { Alert } from '../app/alert.tsx';
import { useApp, usePerform, useSelect } from '../app/context.tsx';
import { returnToMessage } from '../composer/message.ts';
import { dismiss, noticesShown } from '../state/notices.ts';

/** Failures that belong to no turn and no result: files, storage, the model itself. */
export function Notices() {
  const app = useApp();
  const perform = usePerform();
  const notices = useSelect(useShallow(noticesShown));
  const unsaved = useSelect((state) => state.unsaved);
  const modelFailure = useSelect(({ model }) => (model.phase === 'failed' ? model.failure : null));
  if (notices.length === 0 && unsaved === null && modelFailure === null) return null;
  const close = (id: string) => {
    dismiss(app.store, id);
    returnToMessage();
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
      {notices.map(({ id, failure }) => (
        <Alert key={id} failure={failure} dismiss={() => close(id)} />
      ))}
    </div>
  );
}
