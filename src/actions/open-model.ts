/** Choosing and opening a model: the list that lies beside the page, and the bundle a person last chose. */
import { FailureError, failure, failureOf } from '../../model/failure.ts';
import type { Opened } from '../../workers/protocol.ts';
import type { BundleEntry } from '../state/state.ts';
import type { App } from './app.ts';

const openings = new WeakMap<App, Promise<Opened>>();

/** Reads the list of models. */
async function readBundles(): Promise<readonly BundleEntry[]> {
  const address = new URL('models/index.json', document.baseURI);
  const response = await fetch(address).catch((error: unknown) => {
    throw new FailureError(failure('FILE_UNREADABLE', { file: 'models/index.json', reason: String(error) }));
  });
  if (!response.ok) {
    throw new FailureError(failure('BUNDLE_FILE', { file: 'models/index.json', problem: 'missing' }));
  }
  const { restoreBundleList } = await import('../storage/restore.ts');
  const bundles = restoreBundleList(await response.json().catch(() => null));
  if (bundles === null) throw new FailureError(failure('BUNDLE_FILE', { file: 'models/index.json', problem: 'hash' }));
  return bundles.map((bundle) => ({ ...bundle, base: new URL(bundle.base, address).href }));
}

async function open(app: App): Promise<Opened> {
  const { store, session } = app;
  store.setState({ model: { phase: 'opening', done: 0, total: 0 } });
  if (store.getState().bundles.length === 0) store.setState({ bundles: await readBundles() });
  const { bundles, bundle } = store.getState();
  const chosen = bundles.find(({ id }) => id === bundle) ?? bundles[0];
  if (chosen === undefined) throw new FailureError(failure('MODEL_CLOSED', { worker: 'language' }));
  store.setState({ bundle: chosen.id });
  const base = chosen.base.endsWith('/') ? chosen.base : `${chosen.base}/`;
  return session.open({ kind: 'http', base, sha256: chosen.sha256 });
}

/** Opens the chosen model; a later choice takes an earlier one's place. */
export function openModel(app: App): Promise<Opened> {
  const opening = open(app);
  openings.set(app, opening);
  opening.then(
    (opened) => {
      if (openings.get(app) === opening) app.store.setState({ model: { phase: 'ready', opened } });
    },
    (error: unknown) => {
      if (openings.get(app) !== opening) return;
      openings.delete(app);
      app.store.setState({ model: { phase: 'failed', failure: failureOf(error) } });
    },
  );
  return opening;
}

/** The open model, once it is; one that failed to open is tried again. */
export function openedModel(app: App): Promise<Opened> {
  return openings.get(app) ?? openModel(app);
}

export function chooseModel(app: App, id: string): void {
  if (app.store.getState().bundle === id) return;
  app.jobs.stop();
  app.store.setState({ bundle: id });
  void openModel(app).catch(() => undefined);
}
