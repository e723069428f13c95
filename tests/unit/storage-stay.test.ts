/** The browser is asked not to throw away what is stored once there is a picture to lose, and not before. */
import { afterEach, expect, test, vi } from 'vitest';
import { failure } from '../../model/failure.ts';
import { storageOfPage } from '../../src/storage/open-storage.ts';
import type { Outcome } from '../../workers/protocol.ts';
import type { OpenedStorage, StorageWorker } from '../../workers/storage/protocol.ts';

afterEach(() => vi.unstubAllGlobals());

const empty: OpenedStorage = { role: 'writer', chats: [], settings: {}, number: 0, others: [], told: [] };
const full = failure('NOT_KEPT', { what: 'picture', reason: 'full', detail: 'no room' });
const picture = new Blob(['a picture']);

/** A page whose browser answers `persist()` as told, and whose worker opens and keeps pictures as told. */
function openPage(persist: () => Promise<boolean>, answers: { opened?: Outcome<OpenedStorage> } = {}) {
  const asked = vi.fn(persist);
  vi.stubGlobal('navigator', { storage: { persist: asked } });
  let room: Outcome<null> = { ok: true, result: null };
  const service: StorageWorker = {
    open: async () => answers.opened ?? { ok: true, result: empty },
    since: async () => [],
    commit: async () => ({ ok: true, result: [] }),
    blob: async () => null,
    clean: async () => undefined,
    discard: async () => undefined,
    putBlob: async () => room,
  };
  const spawn = () => ({ service, onDeath: () => undefined, end: async () => undefined });
  const storage = storageOfPage(Promise.resolve(), spawn);
  return {
    asked,
    storage,
    diskIsFull: (isFull: boolean) => {
      room = isFull ? { ok: false, failure: full } : { ok: true, result: null };
    },
  };
}

test('words alone ask for nothing, nor does a picture that found no room; the first that is kept does, once', async () => {
  const { asked, storage, diskIsFull } = openPage(async () => true);
  await storage.open();
  await storage.commit([{ kind: 'title', chat: 'c', title: 'words' }]);
  diskIsFull(true);
  await expect(storage.putBlob('one', picture)).rejects.toMatchObject({ failure: full });
  expect(asked).not.toHaveBeenCalled();
  diskIsFull(false);
  await storage.putBlob('one', picture);
  expect(asked).toHaveBeenCalledOnce();
  await storage.putBlob('two', picture);
  expect(asked).toHaveBeenCalledOnce();
});

test('a picture is kept whatever the browser answers', async () => {
  const { asked, storage } = openPage(async () => {
    throw new DOMException('not here', 'NotAllowedError');
  });
  await storage.putBlob('one', picture);
  expect(asked).toHaveBeenCalledOnce();
});

test('a page that keeps pictures only until it is closed asks for nothing', async () => {
  const { asked, storage } = openPage(async () => true, { opened: { ok: false, failure: full } });
  await storage.putBlob('one', picture);
  expect(await (await storage.blob('one'))?.text()).toBe('a picture');
  expect(asked).not.toHaveBeenCalled();
});
