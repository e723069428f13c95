/** What the model tells that belongs to no message: how far it is loaded, where it runs, and that it does not answer. */

import type { App } from './app.ts';
import { modelReopened } from './open-model.ts';

export function watchModel(app: App): () => void {
  const { store, session } = app;
  return session.subscribe((event) => {
    switch (event.type) {
      case 'loading':
        return showLoading(app, event.done, event.total);
      case 'reopened':
        return modelReopened(app, event.opened);
      case 'silent':
        return store.setState({ silence: { side: event.side, seconds: event.seconds } });
      case 'answers':
        return store.setState(({ silence }) => (silence?.side === event.side ? { silence: null } : {}));
    }
  });
}

/** Both workers load at once; what is shown never goes back. */
function showLoading({ store }: App, done: number, total: number): void {
  const { model } = store.getState();
  if (model.phase !== 'opening' || total === 0 || done * model.total < model.done * total) return;
  store.setState({ model: { phase: 'opening', done, total } });
}
