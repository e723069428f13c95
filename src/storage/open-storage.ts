import type { Failure } from '../../model/failure.ts';
import { openDeviceStorage } from './device.ts';
import { memoryStorage } from './memory.ts';
import { retryingStorage } from './retrying.ts';
import type { Storage } from './storage.ts';

/**
 * The device's storage, or memory where the browser refuses it; `lasting` says which, and the page says so. `tell` hears of
 * pictures that the device had no room for.
 */
export async function openStorage(tell: (failure: Failure) => void): Promise<Storage> {
  try {
    return retryingStorage(await openDeviceStorage(), tell);
  } catch {
    return memoryStorage();
  }
}
