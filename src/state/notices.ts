import type { Failure } from '../../model/failure.ts';
import type { AppState, AppStore, Notice, NoticeSubject } from './state.ts';

/** Shows a failure until it is dismissed or past; the same one is shown once. */
export function notify(store: AppStore, failure: Failure, about: NoticeSubject = { kind: 'page' }): void {
  const same = JSON.stringify([failure, about]);
  store.setState(({ notices }) =>
    notices.some((notice) => JSON.stringify([notice.failure, notice.about]) === same)
      ? {}
      : { notices: [...notices, { id: crypto.randomUUID(), failure, about }] },
  );
}

export function dismiss(store: AppStore, id: string): void {
  store.setState(({ notices }) => ({ notices: notices.filter((notice) => notice.id !== id) }));
}

/** What was wrong with earlier files of the current chat is past once others are given. */
export function dismissOfFiles(store: AppStore): void {
  store.setState(({ notices, current }) => ({
    notices: notices.filter(({ about }) => about.kind !== 'file' || about.chat !== current),
  }));
}

/** Failures that belong to no result, those of files in their own chat alone. */
export function noticesShown({ notices, current }: Pick<AppState, 'notices' | 'current'>): readonly Notice[] {
  return notices.filter(({ about }) => (about.kind === 'file' ? about.chat === current : about.kind === 'page'));
}
