import { expect, test } from 'vitest';
import { type Failure, FailureError, failure } from '../../model/failure.ts';
import { memoryStorage } from '../../src/storage/memory.ts';
import { retryingStorage } from '../../src/storage/retrying.ts';

const full = failure('NOT_KEPT', { what: 'picture', reason: 'quota' });

/** A device that can run out of room. */
function device() {
  const kept = memoryStorage();
  const state = { room: true };
  return {
    state,
    kept,
    storage: {
      ...kept,
      async putBlob(hash: string, blob: Blob) {
        if (!state.room) throw new FailureError(full);
        await kept.putBlob(hash, blob);
      },
    },
  };
}

test('what the device has no room for is told, is there all the same, and is written with the next one', async () => {
  const { state, kept, storage } = device();
  const told: Failure[] = [];
  const retrying = retryingStorage(storage, (found) => told.push(found));
  const [one, two] = [new Blob(['one']), new Blob(['two'])];
  state.room = false;
  await retrying.putBlob('one', one);
  expect(told).toEqual([full]);
  expect(await (await retrying.blob('one'))?.text()).toBe('one');
  expect(await kept.blob('one')).toBeNull();

  state.room = true;
  await retrying.putBlob('two', two);
  expect(told).toHaveLength(1);
  expect(await (await kept.blob('one'))?.text()).toBe('one');
  expect(await (await retrying.blob('two'))?.text()).toBe('two');
  expect(await retrying.blob('three')).toBeNull();
});
