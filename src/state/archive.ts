/** Taking conversations out of the page and back, as far as it is shown. */
import type { Failure } from '../../model/failure.ts';
import type { Exported, Imported } from '../../words/data-sentences.ts';

export interface ArchiveWork {
  readonly doing: 'export' | 'import';
  /** Of files; nothing is known yet where `total` is zero. */
  readonly done: number;
  readonly total: number;
}

/** What it came to. */
export type ArchiveOutcome =
  | ({ readonly of: 'export' } & Exported)
  | ({ readonly of: 'import' } & Imported)
  | { readonly of: 'clear' };

export interface ArchiveState {
  readonly work: ArchiveWork | null;
  readonly outcome: ArchiveOutcome | null;
  readonly failure: Failure | null;
}

export const idleArchive: ArchiveState = { work: null, outcome: null, failure: null };
