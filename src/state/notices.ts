import type { Failure } from '../../model/failure.ts';
import type { AppStore } from './state.ts';

/**
 * Shows a failure until it is dismissed; the same one is shown once.
 *
 * @param savable a result that Save is offered for
 */
export function notify(store: AppStore, failure: Failure, savable: string | null = null): void {
  const same = JSON.stringify([failure, savable]);
  store.setState(({ notices }) =>
    notices.some((notice) => JSON.stringify([notice.failure, notice.savable]) === same)
      ? {}
      : { notices: [...notices, { id: crypto.randomUUID(), failure, savable }] },
  );
}
