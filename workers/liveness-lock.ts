/** The liveness lock of every worker. A worker that closed or crashed sends no event, but its locks are given back. */

/**
 * Holds the lock of this worker's name for as long as it lives, and tells the page when it does: from then on the page
 * waits for the lock, which it gets when the worker has ended, however that came.
 */
export function holdLivenessLock(): void {
  void navigator.locks.request(self.name, () => {
    self.postMessage(self.name);
    return new Promise(() => undefined);
  });
}
