import type { Failure } from '../../model/failure.ts';

/** What comes of enlarging a result. */
export type EnlargementNews =
  | { readonly state: 'waiting' | 'stopped' }
  /** Parts that are done; of none where that is not known yet. */
  | { readonly state: 'working'; readonly tiles: number; readonly of: number }
  | { readonly state: 'saved'; readonly name: string }
  | { readonly state: 'failed'; readonly failure: Failure };
