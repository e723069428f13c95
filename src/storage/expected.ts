/**
 * The number of the newest record that is known to be kept, beside the log and outside its file system: where the browser throws
 * the log away, or a part of it, the next start can tell.
 */
const key = 'nexus-gen stored records';

export function expectedNumber(): number {
  try {
    const stored = Number(localStorage.getItem(key));
    return Number.isSafeInteger(stored) && stored > 0 ? stored : 0;
  } catch {
    return 0;
  }
}

export function expectNumber(number: number): void {
  try {
    localStorage.setItem(key, String(number));
  } catch {
    // Without it a loss is noticed only where the log itself tells of it.
  }
}
