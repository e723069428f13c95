/** The models of this browser, as a person meets them on the page. */
import { afterEach, expect, test, vi } from 'vitest';
import { FailureError, failure } from '../../model/failure.ts';
import {
  deleteModel,
  dismissTrouble,
  install,
  leaveOffer,
  pauseModel,
  readModels,
  resumeModel,
  undoDelete,
  verifyModel,
  watchLibrary,
} from '../../src/actions/library.ts';
import { fillForm, lookAt, lookInFolder } from '../../src/actions/look.ts';
import { moveBack, moveToFolder, openInstalled } from '../../src/actions/move.ts';
import { chooseModel, listedEntries } from '../../src/actions/open-model.ts';
import type { LibraryNews } from '../../src/engine/library.ts';
import { memoryStorage } from '../../src/storage/memory.ts';
import type { LibraryModel, LibraryWorker, ModelKey, Offer } from '../../workers/library/protocol.ts';
import { openPage } from '../helpers/page.ts';
import { until } from '../helpers/until.ts';

const key = 'a'.repeat(64) as ModelKey;
const facts = {
  name: 'Own',
  sha256: key,
  bytes: 10,
  licences: [],
  abilities: { chat: 10, draw: null, edit: null },
  plan: null,
  counted: null,
};
const own: LibraryModel = {
  ...facts,
  key,
  state: 'installed',
  kept: 10,
  rest: 0,
  source: null,
  verifiedAt: null,
  place: { kind: 'browser' },
  moving: null,
  folder: null,
  lacks: [],
  takesWords: false,
  location: { kind: 'opfs', path: ['models', key], sha256: key },
};
const offer: Offer = {
  ...facts,
  of: 'bundle',
  key,
  extras: { 'other-schedules': null, negative: null },
  words: null,
  known: null,
  missing: 10,
  beside: 0,
  passing: 10,
  rate: 5,
  stored: 0,
};
const source = { kind: 'address', address: 'https://models.test/', hosts: [] } as const;

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/** A page beside a library that answers so. */
function pageWith(models: readonly LibraryModel[], worker: Partial<LibraryWorker> = {}, restored?: Promise<unknown>) {
  const page = openPage(memoryStorage(), restored);
  const removed: string[] = [];
  const kept = { asked: 0 };
  const hearers = new Set<(news: LibraryNews) => void>();
  const answers: Partial<LibraryWorker> = {
    list: async () => ({ ok: true, result: models.filter((model) => !removed.includes(model.key)) }),
    look: async () => ({ ok: true, result: offer }),
    remove: async (which) => {
      removed.push(which);
      return { ok: true, result: null };
    },
    ...worker,
  };
  Object.assign(page.app.library, {
    isInUse: async () => models.length > 0,
    askToBeKept() {
      kept.asked += 1;
    },
    subscribe(hear: (news: LibraryNews) => void) {
      hearers.add(hear);
      return () => undefined;
    },
    async ask(question: (asked: LibraryWorker) => Promise<{ ok: boolean; result: unknown; failure: never }>) {
      const outcome = await question(answers as LibraryWorker);
      if (outcome.ok) return outcome.result;
      throw new FailureError(outcome.failure);
    },
  });
  watchLibrary(page.app);
  /** The library has come so far with an installation. */
  const progress = (done: number) => {
    const event = { type: 'progress', key, doing: 'install', done, total: 10 } as const;
    for (const hear of hearers) hear({ event, from: 'here' });
  };
  return { ...page, removed, kept, progress };
}

test('a model of this browser that was chosen before is opened from there, with its host gone', async () => {
  const restoring = Promise.withResolvers<void>();
  const page = pageWith([own], {}, restoring.promise);
  page.app.store.setState({ bundle: key });
  restoring.resolve();
  await until(() => page.session.openings.length === 1);
  expect(page.session.openings[0]?.location).toEqual(own.location);
});

test('where it was deleted meanwhile, or is damaged, the first that the page has is opened', async () => {
  for (const models of [[], [{ ...own, state: 'damaged' } as const]]) {
    const restoring = Promise.withResolvers<void>();
    const page = pageWith(models, {}, restoring.promise);
    page.app.store.setState({ bundle: key });
    restoring.resolve();
    await until(() => page.session.openings.length === 1);
    expect(page.session.openings[0]?.location).toMatchObject({ kind: 'http' });
  }
});

test('a deletion can be undone; left alone it happens, and a model that is open makes room first', async () => {
  const page = pageWith([own]);
  await until(() => page.session.openings.length === 1);
  page.modelIsReady();
  await readModels(page.app);
  const listed = () => listedEntries(page.state()).map(({ id }) => id);
  expect(listed()).toEqual(['fake', key]);
  vi.useFakeTimers();
  deleteModel.perform(page.app, key);
  expect(listed()).toEqual(['fake']);
  undoDelete.perform(page.app, key);
  await vi.advanceTimersByTimeAsync(20_000);
  expect(page.removed).toEqual([]);
  expect(listed()).toEqual(['fake', key]);

  // A second deletion has a time of its own to be undone.
  deleteModel.perform(page.app, key);
  await vi.advanceTimersByTimeAsync(6000);
  undoDelete.perform(page.app, key);
  page.app.store.setState({ bundle: key });
  deleteModel.perform(page.app, key);
  expect(page.state().bundle).toBe('fake');
  await vi.advanceTimersByTimeAsync(6000);
  expect(page.removed).toEqual([]);
  await vi.advanceTimersByTimeAsync(20_000);
  expect(page.removed).toEqual([key]);
  expect(listed()).toEqual(['fake']);
  expect(page.state().library.leaving).toEqual([]);
});

test('what goes wrong while a model is installed is told, and it can be gone on with', async () => {
  const full = failure('INSTALL_FULL', { name: 'Own', needed: 5 });
  const asked: unknown[] = [];
  const page = pageWith([{ ...own, state: 'unfinished' }], {
    async install(...order) {
      asked.push(order);
      page.progress(5);
      return { ok: false, failure: full };
    },
  });
  lookAt.perform(page.app, source, { kind: 'address' });
  await until(() => page.state().library.offered !== null);
  expect(page.kept.asked).toBe(0);
  install.perform(page.app, { wanted: ['chat'], negativeTexts: ['dull'] });
  // That the browser may not throw away what was fetched in hours.
  expect(page.kept.asked).toBe(1);
  expect(page.state().library).toMatchObject({ offered: null, work: { [key]: { doing: 'install', where: 'here' } } });
  await until(() => page.state().library.trouble !== null);
  await until(() => page.state().library.work[key] === undefined);
  expect(asked).toEqual([[source, key, ['chat'], ['dull']]]);
  expect(page.state().library).toMatchObject({ offered: null, trouble: { failure: full, at: { kind: 'model', key } } });
  expect(page.state().library.models).toMatchObject([{ state: 'unfinished' }]);
});

test('what cannot be begun is told with the offer, which comes back with what was ordered of it', async () => {
  const missing = failure('SOURCE_MISSING', { files: ['text_encoder'] });
  const page = pageWith([own], { install: async () => ({ ok: false, failure: missing }) });
  lookAt.perform(page.app, source, { kind: 'address' });
  await until(() => page.state().library.offered !== null);
  const order = { wanted: ['chat', 'draw', 'negative'], negativeTexts: ['dull', 'foggy'] } as const;
  install.perform(page.app, order);
  await until(() => page.state().library.trouble !== null);
  expect(page.state().library).toMatchObject({
    offered: { source, offer, refused: order },
    trouble: { failure: missing, at: { kind: 'offer' } },
  });
  leaveOffer.perform(page.app);
  expect(page.state().library).toMatchObject({ offered: null, trouble: null });
});

test('a form whose look is refused stays as it was filled in, and its failure goes with it', async () => {
  const invalid = failure('ADDRESS_INVALID', { problem: 'no address' });
  const page = pageWith([], { look: async () => ({ ok: false, failure: invalid }) });
  const library = () => page.state().library;
  const filled = { kind: 'address', address: 'hello' } as const;
  fillForm.perform(page.app, filled);
  const refuse = async () => {
    lookAt.perform(page.app, { ...source, address: 'hello' }, { kind: 'address' });
    await until(() => library().trouble !== null);
  };
  await refuse();
  expect(library()).toMatchObject({ form: filled, looking: null, trouble: { at: { kind: 'address' } } });
  // Mending the words leaves standing what is wrong with them.
  fillForm.perform(page.app, { kind: 'address', address: 'https://hello' });
  expect(library().trouble?.failure).toEqual(invalid);
  fillForm.perform(page.app, { kind: 'official', layout: 'huggingface', mirror: '', token: '' });
  expect(library().trouble).toBeNull();
  fillForm.perform(page.app, filled);
  await refuse();
  fillForm.perform(page.app, null);
  expect(library()).toMatchObject({ form: null, trouble: null });
});

test('what is found takes the place of the form; nothing comes of a look that was given up, or made again', async () => {
  const answers: PromiseWithResolvers<{ ok: true; result: Offer }>[] = [];
  const page = pageWith([], {
    look() {
      const answer = Promise.withResolvers<{ ok: true; result: Offer }>();
      answers.push(answer);
      return answer.promise;
    },
  });
  const library = () => page.state().library;
  const found = async (index: number, name: string) => {
    answers[index]?.resolve({ ok: true, result: { ...offer, name } });
    await new Promise((resolve) => setTimeout(resolve));
  };
  const look = () => lookAt.perform(page.app, source, { kind: 'address' });
  fillForm.perform(page.app, { kind: 'address', address: source.address });
  look();
  fillForm.perform(page.app, null);
  await found(0, 'given up');
  expect(library()).toMatchObject({ looking: null, offered: null, trouble: null });
  fillForm.perform(page.app, { kind: 'address', address: source.address });
  look();
  look();
  await found(1, 'earlier');
  expect(library().offered).toBeNull();
  await found(2, 'later');
  expect(library()).toMatchObject({ form: null, looking: null, offered: { offer: { name: 'later' } } });
});

test('a folder that the browser refuses to open is told of; one that is not chosen is not', async () => {
  const page = pageWith([]);
  const refuseWith = (name: string) =>
    vi.stubGlobal('showDirectoryPicker', () => Promise.reject(new DOMException('no', name)));
  refuseWith('AbortError');
  lookInFolder.perform(page.app);
  await new Promise((resolve) => setTimeout(resolve));
  expect(page.state().library.trouble).toBeNull();
  refuseWith('SecurityError');
  lookInFolder.perform(page.app);
  await until(() => page.state().library.trouble !== null);
  expect(page.state().library).toMatchObject({ looking: null, offered: null, trouble: { at: { kind: 'folder' } } });
  dismissTrouble.perform(page.app);
  expect(page.state().library.trouble).toBeNull();
});

test('a library that ends while it is asked to pause is told of', async () => {
  const ended = failure('PAGE_PART', { reason: 'gone' });
  const page = pageWith([{ ...own, state: 'unfinished' }], {
    resume: () => new Promise(() => undefined),
    pause: () => Promise.reject(new FailureError(ended)),
  });
  resumeModel.perform(page.app, key);
  expect(pauseModel.when(page.state(), key)).toBe(true);
  pauseModel.perform(page.app, key);
  await until(() => page.state().library.trouble !== null);
  expect(page.state().library.trouble).toEqual({ failure: ended, at: { kind: 'model', key }, source: null });
});

test('a model that is open makes room while it is moved, and is opened again where it then lies', async () => {
  const handle = { name: 'chosen' } as FileSystemDirectoryHandle;
  const models = [own];
  const moving = Promise.withResolvers<{ ok: true; result: 'moved' }>();
  const asked: unknown[] = [];
  const page = pageWith(models, {
    move: async (_, to) => {
      asked.push(to, page.state().bundle);
      return moving.promise;
    },
  });
  await until(() => page.session.openings.length === 1);
  page.modelIsReady();
  await readModels(page.app);
  chooseModel(page.app, key);
  await until(() => page.session.openings.length === 2);

  // A folder that is not chosen moves nothing.
  vi.stubGlobal('showDirectoryPicker', () => Promise.reject(new DOMException('', 'AbortError')));
  moveToFolder.perform(page.app, key);
  await new Promise((resolve) => setTimeout(resolve));
  expect(page.state()).toMatchObject({ bundle: key, library: { work: {}, trouble: null } });

  page.session.openLater();
  vi.stubGlobal('showDirectoryPicker', async () => handle);
  moveToFolder.perform(page.app, key);
  await until(() => page.session.openings.length === 3);
  expect(page.state().library.work[key]).toMatchObject({ doing: 'move', where: 'here' });
  // Its files are held until the other model is open.
  expect(asked).toEqual([]);
  page.modelIsReady();
  await until(() => asked.length > 0);
  expect(asked).toEqual([{ kind: 'folder', handle }, 'fake']);
  const place = { kind: 'folder', name: 'own' } as const;
  models.splice(0, 1, { ...own, place, folder: handle, location: { kind: 'directory', handle, key, sha256: key } });
  moving.resolve({ ok: true, result: 'moved' });
  await until(() => page.session.openings.length === 4);
  expect(page.session.openings[3]?.location).toMatchObject({ kind: 'directory', handle });
  expect(page.state().bundle).toBe(key);
});

test('a folder of an earlier visit is asked for before its model is opened, verified or moved back', async () => {
  const asked: string[] = [];
  const folder = {
    name: 'own',
    queryPermission: async () => 'prompt',
    requestPermission: async ({ mode }: { mode: string }) => void asked.push(mode),
  } as unknown as FileSystemDirectoryHandle;
  const place = { kind: 'folder', name: 'own' } as const;
  const moved: LibraryModel = {
    ...own,
    place,
    folder,
    location: { kind: 'directory', handle: folder, key, sha256: key },
  };
  const answer = (what: string) => async () => {
    asked.push(what);
    return { ok: true, result: 0 } as never;
  };
  const page = pageWith([moved], { verify: answer('verify'), move: answer('move') });
  await until(() => page.session.openings.length === 1);
  page.modelIsReady();
  await readModels(page.app);
  verifyModel.perform(page.app, key);
  await until(() => asked.includes('verify') && page.state().library.work[key] === undefined);
  moveBack.perform(page.app, key);
  await until(() => asked.includes('move') && page.state().library.work[key] === undefined);
  openInstalled.perform(page.app, key);
  await until(() => page.session.openings.length === 2);
  expect(asked).toEqual(['read', 'verify', 'readwrite', 'move', 'read']);
});
