import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { failure as failed, failureOf } from '../model/failure.ts';
import { createModelSession } from '../session/model-session.ts';
import { loadWords } from '../words/load.ts';
import type { App } from './actions/app.ts';
import { createJobs } from './actions/jobs.ts';
import { readModels, watchLibrary } from './actions/library.ts';
import { openedModel } from './actions/open-model.ts';
import { takeShared } from './actions/shared.ts';
import { keepPage, watchReleases } from './actions/update.ts';
import { watchModel } from './actions/watch-model.ts';
import { watchWork } from './actions/watch-work.ts';
import { AppProvider } from './app/context.tsx';
import { watchErrors } from './app/error-log.ts';
import { Page } from './app/page.tsx';
import { withArchive } from './engine/archive.ts';
import { deviceAsked } from './engine/device-asked.ts';
import { createLibrary } from './engine/library.ts';
import { encodePng } from './engine/picture-files.ts';
import { hearRequests } from './engine/requests.ts';
import { registerServiceWorker } from './engine/service-worker.ts';
import { modelWorkers, spawnLibrary, spawnStorage } from './engine/spawn.ts';
import { createLive } from './state/live.ts';
import { languageToRead, persistLook, readLook, takeLook } from './state/look.ts';
import { notify } from './state/notices.ts';
import { persistState } from './state/persist.ts';
import { withRequests } from './state/requests.ts';
import { createAppStore } from './state/state.ts';
import { readThroughputs } from './state/throughputs.ts';
import { clearWhereAsked, followClearing } from './storage/clear.ts';
import { storageOfPage } from './storage/open-storage.ts';
import { retryingBlobs, trackUnsaved } from './storage/unsaved.ts';

// The policy has no say over peer connections, which could reach other hosts.
Reflect.deleteProperty(globalThis, 'RTCPeerConnection');
Reflect.deleteProperty(globalThis, 'webkitRTCPeerConnection');

watchErrors(window);

/** The model is not kept waiting by a storage that is slower than this. */
const restoringMs = 4000;

const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no #root');

const look = readLook();
const store = createAppStore(await loadWords(languageToRead()), look.theme ?? 'auto');
takeLook(store, look);
store.setState({ throughputs: readThroughputs() });
persistLook(store);
hearRequests((told) => store.setState(({ requests }) => ({ requests: withRequests(requests, told, location.origin) })));
const asked = deviceAsked(location.search);
if (asked !== null) store.setState({ device: asked });

followClearing();
const cleared = clearWhereAsked();
const serviceWorker = registerServiceWorker(cleared);
const unsaved = trackUnsaved((failure) => store.setState({ unsaved: failure }));
const storage = retryingBlobs(storageOfPage(serviceWorker.ready, spawnStorage), unsaved);
const persisted = persistState(store, storage, unsaved).catch((error: unknown) => {
  // A part of the page did not come: what is said lasts until the page is closed.
  store.setState({ storage: 'session' });
  notify(store, failureOf(error));
});
const restored = Promise.race([persisted, new Promise((resolve) => setTimeout(resolve, restoringMs))]);

const live = createLive();
const session = createModelSession(modelWorkers, () => store.getState().device);
const app: App = {
  store,
  live,
  session,
  encodePng,
  storage,
  restored,
  jobs: createJobs(store),
  library: createLibrary(spawnLibrary),
  archive: withArchive,
  serviceWorker,
};

watchModel(app);
watchWork(store);
watchLibrary(app);
watchReleases(app);

void cleared.then((extent) => {
  if (extent === null) return;
  const failure = extent === 'all' ? null : failed('CLEAR_PARTLY', {});
  // What remains is shown there.
  store.setState({
    panel: 'settings',
    archive: { work: null, outcome: failure === null ? { of: 'clear' } : null, failure },
  });
});

createRoot(root).render(
  <StrictMode>
    <AppProvider app={app}>
      <Page />
    </AppProvider>
  </StrictMode>,
);

await serviceWorker.ready;
await painted();
// At hand before the first picture is drawn or saved, wherever the page's server may be by then.
void Promise.all([
  import('../session/recipe.ts'),
  import('../session/recipe-choice.ts'),
  import('../model/recipe/png.ts'),
  import('./composer/polished.tsx'),
  import('./gallery/gallery.tsx'),
  import('./picture/recipe-dialog.tsx'),
  import('./picture/viewer.tsx'),
  import('./commands/overlays.tsx'),
  import('./network/privacy.tsx'),
]).catch(() => undefined);
void takeShared(app);
// A message may have had it opened already. What goes wrong here is shown by the state it leaves.
await openedModel(app).catch(() => undefined);
void keepPage(app);
if (store.getState().library.models === null && (await app.library.isInUse()))
  await readModels(app).catch(() => undefined);

/** The page is on the screen: the workers may have the processor. A page in the background is not painted, and not waited for. */
function painted(): Promise<unknown> {
  const shown = new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
  return Promise.race([shown, new Promise((resolve) => setTimeout(resolve, 500))]);
}
