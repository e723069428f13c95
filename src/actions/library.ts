/** What a person does with the models of this browser. */

import type { FitDevice } from '../../model/bundle/fit.ts';
import type { Installable } from '../../model/bundle/installables.ts';
import { FailureError, failure, failureOf } from '../../model/failure.ts';
import type { InstallSource, ModelKey } from '../../workers/library/protocol.ts';
import type { Opened } from '../../workers/protocol.ts';
import type { LibraryNews } from '../engine/library.ts';
import { askForFolder, openFolder } from '../library/folders.ts';
import type { LibraryState, ModelWork } from '../state/library.ts';
import type { Action, App } from './app.ts';
import { chooseModel, openedModel } from './open-model.ts';

function change({ store }: App, changed: Partial<LibraryState>): void {
  store.setState(({ library }) => ({ library: { ...library, ...changed } }));
}

/** The device of the model that is open: what plans are made for. */
function deviceOf(opened: Opened | null): FitDevice | null {
  if (opened === null) return null;
  const { device: report, memory } = opened;
  return { device: report.device, memoryBytes: memory.deviceBytes, activations: report.activations };
}

function openedNow({ store }: App): Opened | null {
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
      void readModels(app).catch((error: unknown) => tell(app, error, null));
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

export function tell(app: App, error: unknown, source: InstallSource | null): void {
  change(app, { trouble: { failure: failureOf(error), source } });
}

/** Shows what there is, and how it would run beside the model that is open. */
export const openModels: Action<[opened: Opened | null]> = {
  when: () => true,
  perform(app, opened) {
    void readModels(app, opened).catch((error: unknown) => tell(app, error, null));
  },
};

/** Looks at a source and shows what would be installed. */
export const lookAt: Action<[source: InstallSource]> = {
  when: ({ library }) => !library.looking,
  perform(app, source) {
    change(app, { looking: true, trouble: null, offered: null });
    app.library
      .ask((worker) => worker.look(source, deviceOf(openedNow(app))))
      .then(
        (offer) => change(app, { looking: false, offered: { source, offer } }),
        (error: unknown) => {
          change(app, { looking: false });
          tell(app, error, source);
        },
      );
  },
};

/** Looks again where the host that an address led to is allowed. */
export const allowHost: Action<[host: string]> = {
  when: ({ library }) => hasHosts(library.trouble?.source),
  perform(app, host) {
    const source = app.store.getState().library.trouble?.source;
    if (hasHosts(source)) lookAt.perform(app, { ...source, hosts: [...source.hosts, host] });
  },
};

function hasHosts(source: InstallSource | null | undefined): source is Extract<InstallSource, { hosts: unknown }> {
  return source?.kind === 'address' || source?.kind === 'official';
}

/** Has the person choose a folder of this machine, and looks at it. */
export const lookInFolder: Action = {
  when: ({ library }) => !library.looking,
  perform(app) {
    openFolder().then(
      (source) => source !== null && lookAt.perform(app, source),
      (error: unknown) => tell(app, error, null),
    );
  },
};

/** Looks at a model that was dropped, once its files are listed. */
export const lookAtDropped: Action<[source: Promise<InstallSource>]> = {
  when: ({ library }) => !library.looking,
  perform(app, source) {
    source.then(
      (found) => lookAt.perform(app, found),
      (error: unknown) => tell(app, error, null),
    );
  },
};

/** Looks at where a model was made, for what it lacks; a folder or dropped files have to be given again. */
export const addToModel: Action<[key: ModelKey]> = {
  when: ({ library }, key) => !library.looking && library.work[key] === undefined,
  perform(app, key) {
    const source = app.store.getState().library.models?.find((model) => model.key === key)?.source;
    const from = source?.kind === 'checkpoint' ? source.from : null;
    if (from === null) lookInFolder.perform(app);
    else lookAt.perform(app, from.kind === 'official' ? { ...from, token: null } : from);
  },
};

export const dismissTrouble: Action = {
  when: ({ library }) => library.trouble !== null,
  perform: (app) => change(app, { trouble: null }),
};

export const leaveOffer: Action = {
  when: ({ library }) => library.offered !== null,
  perform: (app) => change(app, { offered: null }),
};

/** Installs what was offered. */
export const install: Action<[wanted: readonly Installable[], negativeTexts: readonly string[]]> = {
  when: ({ library }) => library.offered !== null,
  perform(app, wanted, negativeTexts) {
    const { offered } = app.store.getState().library;
    if (offered === null) return;
    const { source, offer } = offered;
    change(app, { offered: null, trouble: null });
    app.library.askToBeKept();
    const { key, sha256 } = offer;
    void work(app, key, 'install', source, () =>
      app.library.ask((worker) => worker.install(source, sha256, wanted, negativeTexts)),
    );
  },
};

/** Goes on with an installation, or mends a model: what is not there is fetched. */
export const resumeModel: Action<[key: ModelKey]> = {
  when: ({ library }, key) => library.work[key] === undefined,
  perform(app, key) {
    void work(app, key, 'install', null, async () => {
      await askForFolderOf(app, key, 'readwrite');
      await app.library.ask((worker) => worker.resume(key));
    });
  },
};

export const pauseModel: Action<[key: ModelKey]> = {
  when: ({ library }, key) => library.work[key]?.where === 'here' && library.work[key]?.doing !== 'verify',
  perform(app, key) {
    app.library.ask((worker) => worker.pause(key)).catch((error: unknown) => tell(app, error, null));
  },
};

export const verifyModel: Action<[key: ModelKey]> = {
  when: ({ library }, key) => library.work[key] === undefined,
  perform(app, key) {
    void work(app, key, 'verify', null, async () => {
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
    change(app, { leaving: [...library.leaving, key] });
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
  await app.library.ask((worker) => worker.remove(key)).catch((error: unknown) => tell(app, error, null));
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

/** Shows that something is done with a model until it has ended, and what went wrong. */
export async function work(
  app: App,
  key: ModelKey,
  doing: ModelWork['doing'],
  source: InstallSource | null,
  task: () => Promise<unknown>,
): Promise<void> {
  change(app, { trouble: null });
  setWork(app, key, { doing, where: 'here', done: 0, total: 0 });
  await task().catch((error: unknown) => tell(app, error, source));
  setWork(app, key, null);
  await readModels(app).catch(() => undefined);
}

/** A model's folder of this machine, where it has one: the browser may have to ask for it before it is used. */
export async function askForFolderOf(app: App, key: ModelKey, mode: 'read' | 'readwrite'): Promise<void> {
  const { models } = app.store.getState().library;
  const folder = models?.find((model) => model.key === key)?.folder ?? null;
  if (folder !== null) await askForFolder(folder, mode);
}
