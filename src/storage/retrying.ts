import { type Failure, failureOf } from '../../model/failure.ts';
import type { Storage } from './storage.ts';

/** Keeps in memory what the device had no room for, tells of it, and tries again with each later write. */
export function retryingStorage(device: Storage, tell: (failure: Failure) => void): Storage {
  const unsaved = new Map<string, Blob>();

  async function save(): Promise<void> {
    for (const [hash, blob] of unsaved) {
      await device.putBlob(hash, blob);
      unsaved.delete(hash);
    }
  }

  return {
    ...device,
    blob: async (hash) => unsaved.get(hash) ?? device.blob(hash),
    async putBlob(hash, blob) {
      unsaved.set(hash, blob);
      await save().catch((error: unknown) => tell(failureOf(error)));
    },
  };
}
