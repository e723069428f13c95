import type { Failure } from '../../model/failure.ts';
import type { Row } from '../verify/judge.ts';
import type { ServedFile } from './http-folder.ts';

/** A golden case as the page's worker gets it. */
export interface JudgeOrder {
  readonly name: string;
  /** Where the case's folder is served; ends with a slash. */
  readonly base: string;
  readonly files: readonly ServedFile[];
}

/** The worker's answer: a failure where it could not judge at all, for instance without an adapter. */
export type Judged = { readonly rows: readonly Row[] } | { readonly failure: Failure };

/** What the worker says: that it got one call to the device further, or its answer. */
export type FromVerifyWorker = { readonly kind: 'alive' } | { readonly kind: 'answer'; readonly judged: Judged };

/** What the page offers to the terminal. */
export interface TerminalPage {
  judge(order: JudgeOrder): Promise<Judged>;
}
