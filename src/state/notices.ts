import type { Failure } from '../../model/failure.ts';
import type { AppStore } from './state.ts';

/** Shows a failure until it is dismissed; the same one is shown once. */
export function notify(store: AppStore, failure: Failure): void {
  const same = JSON.stringify(failure);
  store.setState(({ notices }) =>
    notices.some((notice) => JSON.stringify(notice.failure) === same)
      ? {}
      : { notices: [...notices, { id: crypto.randomUUID(), failure }] },
  );
}
