/** Another release of the page: it never takes the place of one in which something works. */
import type { AppState } from '../state/state.ts';
import type { Action, App } from './app.ts';
import { works } from './compose.ts';

/** Takes the new release as soon as nothing works any more. */
export const update: Action = {
  when: (state) => state.update === 'offered',
  perform({ store }) {
    if (update.when(store.getState())) store.setState({ update: 'asked' });
  },
};

export function watchReleases({ store, serviceWorker }: App): void {
  serviceWorker.onOtherRelease(() => {
    if (store.getState().update === 'none') store.setState({ update: 'offered' });
  });
  let isChanging = false;
  store.subscribe((state) => {
    if (isChanging || state.update !== 'asked' || !isAtRest(state)) return;
    isChanging = true;
    void serviceWorker.changeRelease();
  });
}

/** Nothing works or waits, and everything that a person has done is on the disk. */
function isAtRest(state: AppState): boolean {
  const { attachments, unsaved, library } = state;
  const isReading = attachments.some(({ record }) => record === null);
  const isInstalling = Object.values(library.work).some(({ where }) => where === 'here');
  return !works(state) && !isReading && unsaved === null && !isInstalling && library.leaving.length === 0;
}

/** Has the page kept for use without a network, behind what the person is waiting for. */
export async function keepPage({ store, serviceWorker }: App): Promise<void> {
  store.setState({ kept: await serviceWorker.keep() });
}
