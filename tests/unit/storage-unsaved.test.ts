import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type Failure, FailureError, failure } from '../../model/failure.ts';
import { persistState } from '../../src/state/persist.ts';
import { memoryStorage } from '../../src/storage/memory.ts';
import type { Storage } from '../../src/storage/storage.ts';
import { retryingBlobs, retryMs, trackUnsaved } from '../../src/storage/unsaved.ts';
import { FakeBrowser } from '../helpers/fake-tabs.ts';
import { logStorage } from '../helpers/log-storage.ts';
import { openPage } from '../helpers/page.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const full = failure('NOT_KEPT', { what: 'picture', reason: 'full', detail: 'no room' });

/** A device on which some pictures find no room. */
function device() {
  const kept = memoryStorage();
  const tooLarge = new Set<string>();
  const storage: Storage = {
    ...kept,
    async putBlob(hash, blob) {
      if (tooLarge.has(hash)) throw new FailureError(full);
      await kept.putBlob(hash, blob);
    },
  };
  const said: (Failure | null)[] = [];
  const lost = new Set<string>();
  const lossy = {
    lose: (hash: string) => lost.add(hash),
    storage: {
      ...storage,
      blob: async (hash: string) => (lost.has(hash) ? null : storage.blob(hash)),
      async putBlob(hash: string, blob: Blob) {
        await storage.putBlob(hash, blob);
        lost.delete(hash);
      },
    } satisfies Storage,
  };
  return {
    lossy,
    kept,
    tooLarge,
    said,
    storage: retryingBlobs(
      storage,
      trackUnsaved((found) => said.push(found)),
    ),
  };
}

test('a picture that finds no room is said, is there all the same, and keeps no other from the disk', async () => {
  const { kept, tooLarge, said, storage } = device();
  tooLarge.add('one');
  await storage.putBlob('one', new Blob(['one']));
  expect(said.at(-1)).toEqual(full);
  expect(await (await storage.blob('one'))?.text()).toBe('one');

  await storage.putBlob('two', new Blob(['two']));
  expect(await (await kept.blob('two'))?.text()).toBe('two');
  expect(said.at(-1)).toEqual(full);
});

test.each([
  ['with the next change', async ({ storage }: ReturnType<typeof device>) => void (await storage.commit([]))],
  ['by itself', () => vi.advanceTimersByTimeAsync(retryMs)],
])('a picture that found no room is saved %s, and no longer said', async (_, next) => {
  const opened = device();
  const { kept, tooLarge, said, storage } = opened;
  tooLarge.add('one');
  await storage.putBlob('one', new Blob(['one']));
  await vi.advanceTimersByTimeAsync(retryMs);
  expect(said.at(-1)).toEqual(full);
  tooLarge.clear();
  await next(opened);
  await vi.advanceTimersByTimeAsync(0);
  expect(await (await kept.blob('one'))?.text()).toBe('one');
  expect(said.at(-1)).toBeNull();
});

test('a picture that a full disk took and lost again is there once there is room', async () => {
  const { tooLarge, said, lossy } = device();
  const storage = retryingBlobs(
    lossy.storage,
    trackUnsaved((found) => said.push(found)),
  );
  tooLarge.add('large');
  await storage.putBlob('large', new Blob(['large']));
  await storage.putBlob('small', new Blob(['small']));
  lossy.lose('small');
  expect(await (await storage.blob('small'))?.text()).toBe('small');
  tooLarge.clear();
  await vi.advanceTimersByTimeAsync(retryMs);
  expect(said.at(-1)).toBeNull();
  expect(await (await lossy.storage.blob('small'))?.text()).toBe('small');
});

test('a chat that finds no room is said until it is saved, and tried again by itself', async () => {
  const browser = new FakeBrowser();
  const { storage } = logStorage(browser);
  const page = openPage(storage);
  let unsaved: Failure | null = null;
  const ready = persistState(
    page.app.store,
    storage,
    trackUnsaved((found) => (unsaved = found)),
  );
  await vi.advanceTimersByTimeAsync(100);
  await ready;
  browser.folder.room = 20;
  page.say('draw a red car');
  await vi.advanceTimersByTimeAsync(100);
  expect(unsaved).toMatchObject({ code: 'NOT_KEPT', data: { what: 'chat', reason: 'full' } });

  browser.folder.room = 1e9;
  await vi.advanceTimersByTimeAsync(retryMs + 100);
  expect(unsaved).toBeNull();
  const next = logStorage(browser).storage;
  const opening = next.open();
  await vi.advanceTimersByTimeAsync(100);
  expect(JSON.stringify((await opening).chats)).toContain('draw a red car');
});
