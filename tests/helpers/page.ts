/** The page without its components: what a person does, in a person's verbs. */

import { vi } from 'vitest';
import { writePng } from '../../model/recipe/png.ts';
import type { RecipeChoice } from '../../session/recipe-choice.ts';
import type { App } from '../../src/actions/app.ts';
import { send, stop, write } from '../../src/actions/compose.ts';
import { createJobs } from '../../src/actions/jobs.ts';
import { savePicture } from '../../src/actions/keep-picture.ts';
import { openedModel } from '../../src/actions/open-model.ts';
import { set } from '../../src/actions/set.ts';
import { vary } from '../../src/actions/vary.ts';
import { watchModel } from '../../src/actions/watch-model.ts';
import type { SettingName } from '../../src/settings/fields.ts';
import { shownTurns } from '../../src/state/chats.ts';
import { createLive } from '../../src/state/live.ts';
import { createAppStore } from '../../src/state/state.ts';
import { memoryStorage } from '../../src/storage/memory.ts';
import type { ModelTurn } from '../../src/storage/records.ts';
import type { Storage } from '../../src/storage/storage.ts';
import { serveArchive } from '../../workers/storage/serve-archive.ts';
import { fakeSession, opened } from './fake-session.ts';
import { until } from './until.ts';
import { words } from './words.ts';

/** Nothing was ever installed. */
const emptyLibraryWorker: App['library'] = {
  ask: () => Promise.reject(new Error('the library is not asked')),
  isInUse: async () => false,
  askToBeKept: () => undefined,
  subscribe: () => () => undefined,
};

/** Nothing keeps the page. */
const noServiceWorker: App['serviceWorker'] = {
  ready: Promise.resolve(),
  keep: async () => null,
  shared: async () => null,
  received: async () => undefined,
  onOtherRelease: () => undefined,
  changeRelease: async () => undefined,
};

const baseURI = 'https://page.test/sub/';

export function openPage(storage: Storage = memoryStorage(), restored: Promise<unknown> = Promise.resolve()) {
  vi.stubGlobal('document', { baseURI });
  vi.stubGlobal('fetch', async () => Response.json({ bundles: [{ id: 'fake', name: 'Fake', base: 'fake/' }] }));
  const store = createAppStore(words.en);
  const session = fakeSession();
  const encodePng: App['encodePng'] = async (painting, recipe) => new Uint8Array(writePng(painting, recipe));
  const app: App = {
    library: emptyLibraryWorker,
    store,
    session,
    encodePng,
    storage,
    restored,
    live: createLive(),
    archive: (task) => task(serveArchive()),
    jobs: createJobs(store),
    serviceWorker: noServiceWorker,
  };
  watchModel(app);
  void openedModel(app).catch(() => undefined);
  const turns = () => shownTurns(store.getState());
  return {
    app,
    session,
    state: () => store.getState(),
    modelIsReady: () => session.openNow(opened),
    say(text: string) {
      write.perform(app, text);
      send.perform(app);
    },
    stop: () => stop.perform(app),
    set: (name: SettingName, draft: string | boolean) => set.perform(app, name, draft),
    vary: (result: string) => vary.perform(app, result),
    /** The files that Save starts a download of. */
    async save(result: string, recipe?: RecipeChoice): Promise<readonly Uint8Array<ArrayBuffer>[]> {
      const files: Blob[] = [];
      vi.stubGlobal('document', { baseURI, createElement: () => ({ click: () => undefined }) });
      vi.spyOn(URL, 'createObjectURL').mockImplementation((file) => `blob:${files.push(file as Blob)}`);
      savePicture.perform(app, result, recipe);
      await until(() => files.length > 0 || store.getState().notices.length > 0);
      return Promise.all(files.map(async (file) => new Uint8Array(await file.arrayBuffer())));
    },
    /** As if the disk had lost every picture's embeddings. */
    loseEmbeddings() {
      const results = turns().flatMap((turn) => (turn.from === 'model' ? turn.results : []));
      const lost = new Set<string | undefined>(results.map(({ from }) => from?.target.blob));
      const { blob } = storage;
      vi.spyOn(storage, 'blob').mockImplementation(async (hash) => (lost.has(hash) ? null : blob.call(storage, hash)));
    },
    turns,
    /** The model's last turn. */
    answer(): ModelTurn {
      const turn = turns().findLast(({ from }) => from === 'model');
      if (turn?.from !== 'model') throw new Error('the model has not answered');
      return turn;
    },
    /** What is first used is loaded meanwhile, which takes as long as the machine likes. */
    idle: () => until(() => store.getState().jobs.length === 0),
  };
}
