import type { Failure } from '../../model/failure.ts';
import type { AppStore } from './state.ts';

/**
 * Shows a failure until it is dismissed; the same one is shown once.
 *
 * @param result the result that it is about and is shown below; null where it is about none
 */
export function notify(store: AppStore, failure: Failure, result: string | null = null): void {
  const same = JSON.stringify([failure, result]);
  store.setState(({ notices }) =>
    notices.some((notice) => JSON.stringify([notice.failure, notice.result]) === same)
      ? {}
      : { notices: [...notices, { id: crypto.randomUUID(), failure, result }] },
  );
}

export function dismiss(store: AppStore, id: string): void {
  store.setState(({ notices }) => ({ notices: notices.filter((notice) => notice.id !== id) }));
}
