/** What the model tells that belongs to no message: how far it is loaded, where it runs, and that it does not answer. */

import type { SessionEvent } from '../../session/model-session.ts';
import type { Opening } from '../state/state.ts';
import type { App } from './app.ts';
import { modelReopened } from './open-model.ts';

/** As the workers call it. */
const enginePart = 'onnxruntime';

export function watchModel(app: App): () => void {
  const { store, session } = app;
  const arrived = new Map<string, number>();
  return session.subscribe((event) => {
    switch (event.type) {
      case 'loading':
        return showLoading(app, arrived, event);
      case 'reopened':
        return modelReopened(app, event.opened);
      case 'silent':
        return store.setState({ silence: { side: event.side, seconds: event.seconds } });
      case 'answers':
        return store.setState(({ silence }) => (silence?.side === event.side ? { silence: null } : {}));
    }
  });
}

/** Both workers load at once, some files both of them: each counts once, and what is shown never goes back. */
function showLoading(
  { store }: App,
  arrived: Map<string, number>,
  { part, done }: Extract<SessionEvent, { type: 'loading' }>,
): void {
  const { model } = store.getState();
  if (model.phase !== 'opening') return;
  if (model.part === null) arrived.clear();
  arrived.set(part, Math.max(done, arrived.get(part) ?? 0));
  const engine = arrived.get(enginePart) ?? 0;
  const ofModel = [...arrived.values()].reduce((sum, bytes) => sum + bytes, -engine);
  const shown: Opening =
    part === enginePart
      ? { phase: 'opening', part: 'engine', bytes: engine }
      : { phase: 'opening', part: 'model', bytes: ofModel };
  store.setState({ model: shown });
}
