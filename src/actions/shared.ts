/** What another app shared with this one: pictures and words come into the message. */
import { failure } from '../../model/failure.ts';
import { notify } from '../state/notices.ts';
import type { App } from './app.ts';
import { addPictures, write } from './compose.ts';

/** The service worker puts the name of what it took into the page's address. */
const parameter = 'shared';

export async function takeShared(app: App): Promise<void> {
  const { store, serviceWorker, restored } = app;
  const address = new URL(location.href);
  const name = address.searchParams.get(parameter);
  if (name === null) return;
  // The message that it is added to may be on its way from the disk.
  await restored;
  const shared = await serviceWorker.shared(name);
  address.searchParams.delete(parameter);
  history.replaceState(history.state, '', address);
  if (shared === null) {
    const chat = store.getState().current;
    return notify(store, failure('DROP_UNREADABLE', { what: 'shared', name: '' }), { kind: 'file', chat });
  }
  const { text } = store.getState();
  if (shared.text !== '') write.perform(app, text === '' ? shared.text : `${text}\n${shared.text}`);
  if (shared.files.length > 0) addPictures.perform(app, shared.files);
  await read(app);
  await serviceWorker.received(name);
}

/** Settles when no picture of a message is still being read. */
function read({ store }: App): Promise<void> {
  const isReading = () => store.getState().attachments.some(({ record }) => record === null);
  return new Promise((resolve) => {
    if (!isReading()) return resolve();
    const stop = store.subscribe(() => {
      if (isReading()) return;
      stop();
      resolve();
    });
  });
}
