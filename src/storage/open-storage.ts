import { openDeviceStorage } from './device.ts';
import { memoryStorage } from './memory.ts';
import type { Storage } from './storage.ts';

/** The device's storage, or memory where the browser refuses it; `lasting` says which, and the page says so. */
export async function openStorage(): Promise<Storage> {
  try {
    return await openDeviceStorage();
  } catch {
    return memoryStorage();
  }
}
