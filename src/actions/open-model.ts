/** Choosing and opening a model: the list that lies beside the page, and the bundle a person last chose. */
import { type Failure, FailureError, failure, failureOf } from '../../model/failure.ts';
import type { Opened } from '../../workers/protocol.ts';
import { installedModels } from '../state/library.ts';
import { type AppState, type BundleEntry, type DeviceChoice, opening } from '../state/state.ts';
import type { Action, App } from './app.ts';

const openings = new WeakMap<App, Promise<Opened>>();

/** The list is small: a server that takes so long is taken to be gone. */
const listTimeoutMs = 30_000;

/** Reads the list of models. */
async function readBundles(): Promise<readonly BundleEntry[]> {
  const address = new URL('models/index.json', document.baseURI);
  // An older list in the browser's cache would name files that are there no more.
  const request = { signal: AbortSignal.timeout(listTimeoutMs), cache: 'no-cache' } as const;
  const response = await fetch(address, request).catch((error: unknown) => {
    const problem = error instanceof DOMException && error.name === 'TimeoutError' ? 'silent' : 'unreachable';
    throw new FailureError(failure('MODEL_FETCH', { file: 'models/index.json', problem }));
  });
  if (!response.ok) {
    throw new FailureError(failure('BUNDLE_FILE', { file: 'models/index.json', problem: 'missing' }));
  }
  const { restoreBundleList } = await import('../storage/restore.ts');
  const bundles = restoreBundleList(await response.json().catch(() => null));
  if (bundles === null) throw new FailureError(failure('BUNDLE_FILE', { file: 'models/index.json', problem: 'hash' }));
  return bundles.map(({ id, name, base, sha256 }) => {
    const folder = new URL(base.endsWith('/') ? base : `${base}/`, address).href;
    return { id, name, location: { kind: 'http', base: folder, sha256 } };
  });
}

/** Opens the bundle that is chosen by the time the list is there, unless another opening took this one's place meanwhile. */
async function open(app: App, isLatest: () => boolean): Promise<Opened> {
  const { store, session, serviceWorker } = app;
  const { model: last, bundles: known } = store.getState();
  store.setState({ model: opening });
  // What is fetched before is not kept: the list, which says what may be kept, and all that the model's workers fetch.
  await serviceWorker.ready;
  // Files that are not as the list says may be those of a newer model: the list is asked for again.
  const isStale = last.phase === 'failed' && last.failure.code === 'BUNDLE_FILE';
  if (known.length === 0 || isStale) store.setState({ bundles: await readBundles() });
  await app.restored;
  if (!isLatest()) throw new FailureError(failure('STOPPED', { stage: 'loading' }));
  const chosen = await chosenEntry(app);
  if (chosen === undefined) throw new FailureError(failure('MODEL_CLOSED', { worker: 'language' }));
  store.setState({ bundle: chosen.id });
  return session.open(chosen.location);
}

/** The model that is chosen; the first where that one is not there any more. */
async function chosenEntry(app: App): Promise<BundleEntry | undefined> {
  const listed = () => {
    const state = app.store.getState();
    return listedEntries(state).find(({ id }) => id === state.bundle);
  };
  const { bundle, library } = app.store.getState();
  const mayBeInstalled = listed() === undefined && bundle !== null && library.models === null;
  if (mayBeInstalled && (await app.library.isInUse())) {
    const models = await app.library.ask((worker) => worker.list(null)).catch(() => null);
    app.store.setState((state) => ({ library: { ...state.library, models } }));
  }
  return listed() ?? app.store.getState().bundles[0];
}

/** Every model that can be opened: those beside the page, then those of this browser. */
export function listedEntries({ bundles, library }: Pick<AppState, 'bundles' | 'library'>): readonly BundleEntry[] {
  const installed = installedModels(library).flatMap(({ key, name, location }) =>
    location === null ? [] : [{ id: key, name, location }],
  );
  return [...bundles, ...installed];
}

/** Opens the chosen model; a later choice takes an earlier one's place. */
export function openModel(app: App): Promise<Opened> {
  const { promise, resolve, reject } = Promise.withResolvers<Opened>();
  openings.set(app, promise);
  const isLatest = () => openings.get(app) === promise;
  open(app, isLatest).then(resolve, reject);
  promise.then(
    (opened) => {
      if (isLatest()) app.store.setState({ model: { phase: 'ready', opened }, lastBundle: opened.bundle });
    },
    (error: unknown) => {
      if (!isLatest()) return;
      openings.delete(app);
      app.store.setState({ model: { phase: 'failed', failure: failureOf(error) } });
    },
  );
  return promise;
}

/** The open model, once it is; one that failed to open is tried again. */
export function openedModel(app: App): Promise<Opened> {
  return openings.get(app) ?? openModel(app);
}

/** The open model, after this failure of it: one whose files were replaced is opened anew by whatever needs it next. */
export function modelFailed(app: App, problem: Failure): void {
  if (problem.code !== 'BUNDLE_FILE' || app.store.getState().model.phase !== 'ready') return;
  openings.delete(app);
  app.store.setState({ model: { phase: 'failed', failure: problem } });
}

/** The model that is open runs on another device from now on, or by another plan of memory. */
export function modelReopened(app: App, opened: Opened): void {
  if (app.store.getState().model.phase !== 'ready') return;
  openings.set(app, Promise.resolve(opened));
  app.store.setState({ model: { phase: 'ready', opened }, lastBundle: opened.bundle });
}

export function chooseModel(app: App, id: string): void {
  if (app.store.getState().bundle === id) return;
  app.store.setState({ bundle: id });
  openAnew(app);
}

/** Opens the chosen model again, that could not be opened before. */
export const openAgain: Action = {
  when: ({ model }) => model.phase === 'failed',
  perform: openAnew,
};

/** Opens the chosen model anew, of which more is there than when it was opened. */
export const openGrown: Action = {
  when: ({ bundle, model, library }) => {
    const listed = library.models?.find(({ key }) => key === bundle);
    return model.phase === 'ready' && listed?.state === 'installed' && listed.sha256 !== model.opened.bundle.sha256;
  },
  perform: openAnew,
};

/** What is at work stops; the model is opened on the chosen device. */
export const chooseDevice: Action<[device: DeviceChoice]> = {
  when: ({ device }, chosen) => device !== chosen,
  perform(app, device) {
    if (!chooseDevice.when(app.store.getState(), device)) return;
    app.store.setState({ device });
    openAnew(app);
  },
};

/** Has a worker that does not answer replaced; what it was doing begins again. */
export const restartModel: Action = {
  when: ({ silence }) => silence !== null,
  perform: ({ session }) => void session.restart(),
};

function openAnew(app: App): void {
  app.jobs.stop();
  void openModel(app).catch(() => undefined);
}
