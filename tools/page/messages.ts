import type { Failure } from '../../model/failure.ts';
import type { Layout } from '../../workers/gpu/device.ts';
import type { BlockName } from '../bench/block-graph.ts';
import type { AskedPiece } from '../bench/piece-answer.ts';
import type { BenchRow } from '../bench/row.ts';
import type { RuntimeSuite } from '../bench/runtime-suites.ts';
import type { Row } from '../parity/judge.ts';
import type { ServedFile } from './http-folder.ts';

/** A golden case as the page's worker gets it. */
export interface JudgeRequest {
  readonly name: string;
  /** Where the case's folder is served; ends with a slash. */
  readonly base: string;
  readonly files: readonly ServedFile[];
  /** Of convolutions, in place of what suits the adapter; the first order's holds for all. */
  readonly layout: Layout | undefined;
}

export type BenchRequest =
  | { readonly kind: 'suite'; readonly suite: RuntimeSuite; readonly cases: number }
  /** Runs a block once. */
  | { readonly kind: 'block'; readonly block: BlockName }
  | { readonly kind: 'answer'; readonly asked: AskedPiece };

export type Benched =
  | { readonly kind: 'suite'; readonly rows: readonly BenchRow[] }
  | { readonly kind: 'block'; readonly milliseconds: number; readonly adapter: string }
  | { readonly kind: 'answer'; readonly outputs: readonly Float32Array[] };

/** A worker's answer: a failure where it could not do its work at all, for instance without an adapter. */
export type Answer<Result> = { readonly result: Result } | { readonly failure: Failure };

/** What a worker says: that it got one call to the device further, or its answer. */
export type FromWorker<Result> =
  | { readonly kind: 'alive' }
  | { readonly kind: 'answer'; readonly answer: Answer<Result> };

/** What the page offers to the terminal. */
export interface TerminalPage {
  judge(order: JudgeRequest): Promise<Answer<readonly Row[]>>;
  bench(order: BenchRequest): Promise<Answer<Benched>>;
}
