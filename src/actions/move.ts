/** Moving a model between the browser's storage and a folder of this machine. */
import type { ModelKey, MoveTarget } from '../../workers/library/protocol.ts';
import { chosenFolder } from '../library/folders.ts';
import type { LibraryState } from '../state/library.ts';
import type { Action, App } from './app.ts';
import { askForFolderOf, readModels, tell, work } from './library.ts';
import { chooseModel, openAgain, openedModel } from './open-model.ts';

const modelOf = ({ models }: LibraryState, key: ModelKey) => models?.find((model) => model.key === key);

const isIdle = ({ work }: LibraryState, key: ModelKey) => work[key] === undefined;

/** Has the person choose a folder, and moves the model there. */
export const moveToFolder: Action<[key: ModelKey]> = {
  when: ({ library }, key) => isIdle(library, key),
  perform(app, key) {
    chosenFolder('readwrite').then(
      (handle) => {
        if (handle !== null) void move(app, key, { kind: 'folder', handle });
      },
      (error: unknown) => tell(app, error, { kind: 'model', key }),
    );
  },
};

export const moveBack: Action<[key: ModelKey]> = {
  when: ({ library }, key) => isIdle(library, key),
  perform: (app, key) => void move(app, key, { kind: 'browser' }),
};

/** Goes on with a move that was broken off; a folder that the browser has forgotten is chosen again. */
export const resumeMove: Action<[key: ModelKey]> = {
  when: ({ library }, key) => isIdle(library, key) && (modelOf(library, key)?.moving ?? null) !== null,
  perform(app, key) {
    const { moving, folder } = modelOf(app.store.getState().library, key) ?? {};
    if (moving?.kind === 'browser') moveBack.perform(app, key);
    else if (folder) void move(app, key, { kind: 'folder', handle: folder });
    else moveToFolder.perform(app, key);
  },
};

/** Ends a move, or one that was broken off, and removes what was copied. */
export const cancelMove: Action<[key: ModelKey]> = {
  when({ library }, key) {
    const now = library.work[key];
    return now === undefined
      ? (modelOf(library, key)?.moving ?? null) !== null
      : now.doing === 'move' && now.where === 'here';
  },
  perform(app, key) {
    const cancel = async () => {
      await askForFolderOf(app, key, 'readwrite');
      await app.library.ask((worker) => worker.cancelMove(key));
      await readModels(app);
    };
    cancel().catch((error: unknown) => tell(app, error, { kind: 'model', key }));
  },
};

/** Has the person choose again the folder that a model was moved to. */
export const findFolder: Action<[key: ModelKey]> = {
  when: ({ library }, key) => modelOf(library, key)?.state === 'away',
  perform(app, key) {
    const find = async () => {
      const handle = await chosenFolder('readwrite');
      if (handle === null) return;
      await app.library.ask((worker) => worker.showFolder(key, handle));
      await readModels(app);
    };
    find().catch((error: unknown) => tell(app, error, { kind: 'model', key }));
  },
};

/** Opens a model of the library, or again the one that could not be opened; the browser may have to ask for its folder. */
export const openInstalled: Action<[key: ModelKey]> = {
  when: ({ library }, key) => modelOf(library, key)?.state === 'installed',
  perform(app, key) {
    askForFolderOf(app, key, 'read').then(
      () => {
        if (app.store.getState().bundle !== key) chooseModel(app, key);
        else if (openAgain.when(app.store.getState())) openAgain.perform(app);
      },
      (error: unknown) => tell(app, error, { kind: 'model', key }),
    );
  },
};

/** A model that this tab has open makes room for the first that ships with the page, and is opened again afterwards. */
async function move(app: App, key: ModelKey, to: MoveTarget): Promise<void> {
  const { bundle, bundles } = app.store.getState();
  const [first] = bundles;
  const stands = bundle === key && first !== undefined ? first.id : null;
  await work(app, key, 'move', async () => {
    await askForFolderOf(app, key, 'readwrite');
    if (stands !== null) chooseModel(app, stands);
    // Until the other model is open this one's files are held.
    await openedModel(app).catch(() => undefined);
    await app.library.ask((worker) => worker.move(key, to));
  });
  if (stands !== null && app.store.getState().bundle === stands) chooseModel(app, key);
}
