/** What a person does with the models of this browser. */

import type { FitDevice } from '../../model/bundle/fit.ts';
import { FailureError, failure, failureOf } from '../../model/failure.ts';
import type { InstallSource, ModelKey } from '../../workers/library/protocol.ts';
import type { Opened } from '../../workers/protocol.ts';
import type { LibraryNews } from '../engine/library.ts';
import { askForFolder } from '../library/folders.ts';
import type { InstallOrder, LibraryState, ModelWork, TriedAt } from '../state/library.ts';
import type { Action, App } from './app.ts';
import { chooseModel, openedModel } from './open-model.ts';

export function change({ store }: App, changed: Partial<LibraryState>): void {
  store.setState(({ library }) => ({ library: { ...library, ...changed } }));
}

/** The device of the model that is open: what plans are made for. */
export function deviceOf(opened: Opened | null): FitDevice | null {
  if (opened === null) return null;
  const { device: report, memory } = opened;
  return { device: report.device, memoryBytes: memory.deviceBytes, activations: report.activations };
}

export function openedNow({ store }: App): Opened | null {
  const { model } = store.getState();
  return model.phase === 'ready' ? model.opened : null;
}

/** Reads the list anew. */
export async function readModels(app: App, opened = openedNow(app)): Promise<void> {
  const models = await app.library.ask((worker) => worker.list(deviceOf(opened)));
  change(app, { models });
}

/** The library tells of what is done with models, here and in other tabs. */
export function watchLibrary(app: App): () => void {
  return app.library.subscribe(({ event, from }: LibraryNews) => {
    if (event.type === 'progress') {
      const { key, doing, done, total } = event;
      setWork(app, key, { doing, where: from, done, total });
    } else if (app.store.getState().library.models !== null) {
      if (from === 'elsewhere') forgetWorkElsewhere(app);
      void readModels(app).catch((error: unknown) => tell(app, error, { kind: 'list' }));
    }
  });
}

function forgetWorkElsewhere(app: App): void {
  const { work } = app.store.getState().library;
  change(app, { work: Object.fromEntries(Object.entries(work).filter(([, { where }]) => where === 'here')) });
}

function setWork(app: App, key: ModelKey, work: ModelWork | null): void {
  const { [key]: _, ...others } = app.store.getState().library.work;
  change(app, { work: work === null ? others : { ...others, [key]: work } });
}

/** @param source that was looked at or installed from, where it was one */
export function tell(app: App, error: unknown, at: TriedAt, source: InstallSource | null = null): void {
  change(app, { trouble: { failure: failureOf(error), at, source } });
}

/** Shows what there is, and how it would run beside the model that is open. */
export const openModels: Action<[opened: Opened | null]> = {
  when: () => true,
  perform(app, opened) {
    void readModels(app, opened).catch((error: unknown) => tell(app, error, { kind: 'list' }));
  },
};

export const dismissTrouble: Action = {
  when: ({ library }) => library.trouble !== null,
  perform: (app) => change(app, { trouble: null }),
};

/** What went wrong with an offer goes with it. */
export const leaveOffer: Action = {
  when: ({ library }) => library.offered !== null,
  perform(app) {
    const { trouble } = app.store.getState().library;
    change(app, { offered: null, trouble: trouble?.at.kind === 'offer' ? null : trouble });
  },
};

/** Installs what was offered. Where that cannot be begun the offer comes back, with what was ordered of it. */
export const install: Action<[order: InstallOrder]> = {
  when: ({ library }) => library.offered !== null,
  perform(app, order) {
    const { offered } = app.store.getState().library;
    if (offered === null) return;
    const { source, offer } = offered;
    const { key, sha256 } = offer;
    change(app, { offered: null });
    app.library.askToBeKept();
    const task = () => app.library.ask((worker) => worker.install(source, sha256, order.wanted, order.negativeTexts));
    void work(app, key, 'install', task, (error, { total }) => {
      // What was begun is kept, with the order, and gone on with from the list.
      const isOffered = total === 0 && app.store.getState().library.offered === null;
      if (isOffered) change(app, { offered: { ...offered, refused: order } });
      tell(app, error, isOffered ? { kind: 'offer' } : { kind: 'model', key }, source);
    });
  },
};

/** Goes on with an installation, or mends a model: what is not there is fetched. */
export const resumeModel: Action<[key: ModelKey]> = {
  when: ({ library }, key) => library.work[key] === undefined,
  perform(app, key) {
    void work(app, key, 'install', async () => {
      await askForFolderOf(app, key, 'readwrite');
      await app.library.ask((worker) => worker.resume(key));
    });
  },
};

export const pauseModel: Action<[key: ModelKey]> = {
  when: ({ library }, key) => library.work[key]?.where === 'here' && library.work[key]?.doing !== 'verify',
  perform(app, key) {
    app.library.ask((worker) => worker.pause(key)).catch((error: unknown) => tell(app, error, { kind: 'model', key }));
  },
};

export const verifyModel: Action<[key: ModelKey]> = {
  when: ({ library }, key) => library.work[key] === undefined,
  perform(app, key) {
    void work(app, key, 'verify', async () => {
      await askForFolderOf(app, key, 'read');
      const wrong = await app.library.ask((worker) => worker.verify(key));
      if (wrong > 0) throw new FailureError(failure('MODEL_DAMAGED', { name: nameOf(app, key), bytes: wrong }));
    });
  },
};

/** How long a deletion can be undone: what is fetched again may take hours. */
const undoMs = 8000;
const deletions = new Map<ModelKey, ReturnType<typeof setTimeout>>();

/** Deletes a model; one that this tab has open makes room for the first that ships with the page. */
export const deleteModel: Action<[key: ModelKey]> = {
  when: ({ library }, key) => library.work[key] === undefined && !library.leaving.includes(key),
  perform(app, key) {
    const { bundle, bundles, library } = app.store.getState();
    const { leaving, trouble } = library;
    const isOfModel = trouble?.at.kind === 'model' && trouble.at.key === key;
    change(app, { leaving: [...leaving, key], trouble: isOfModel ? null : trouble });
    const [first] = bundles;
    void askForFolderOf(app, key, 'readwrite').catch(() => undefined);
    if (bundle === key && first !== undefined) chooseModel(app, first.id);
    deletions.set(
      key,
      setTimeout(() => void deleteForGood(app, key), undoMs),
    );
  },
};

export const undoDelete: Action<[key: ModelKey]> = {
  when: ({ library }, key) => library.leaving.includes(key),
  perform: stay,
};

async function deleteForGood(app: App, key: ModelKey): Promise<void> {
  // Until the other model is open this one's files are held.
  await openedModel(app).catch(() => undefined);
  await app.library
    .ask((worker) => worker.remove(key))
    .catch((error: unknown) => tell(app, error, { kind: 'model', key }));
  await readModels(app).catch(() => undefined);
  stay(app, key);
}

function stay(app: App, key: ModelKey): void {
  clearTimeout(deletions.get(key));
  deletions.delete(key);
  change(app, { leaving: app.store.getState().library.leaving.filter((leaving) => leaving !== key) });
}

function nameOf(app: App, key: ModelKey): string {
  return app.store.getState().library.models?.find((model) => model.key === key)?.name ?? key;
}

/**
 * Shows that something is done with a model until it has ended, and what went wrong.
 *
 * @param failed told of it, and how far the work came
 */
export async function work(
  app: App,
  key: ModelKey,
  doing: ModelWork['doing'],
  task: () => Promise<unknown>,
  failed = (error: unknown, _: ModelWork) => tell(app, error, { kind: 'model', key }),
): Promise<void> {
  change(app, { trouble: null });
  const begun: ModelWork = { doing, where: 'here', done: 0, total: 0 };
  setWork(app, key, begun);
  await task().catch((error: unknown) => failed(error, app.store.getState().library.work[key] ?? begun));
  setWork(app, key, null);
  await readModels(app).catch(() => undefined);
}

/** A model's folder of this machine, where it has one: the browser may have to ask for it before it is used. */
export async function askForFolderOf(app: App, key: ModelKey, mode: 'read' | 'readwrite'): Promise<void> {
  const { models } = app.store.getState().library;
  const folder = models?.find((model) => model.key === key)?.folder ?? null;
  if (folder !== null) await askForFolder(folder, mode);
}
