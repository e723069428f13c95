import type { Failure, FailureCode, FailureData } from '../model/failure.ts';

/** One sentence or two for every failure: what happened, what was kept, what to do. A missing one does not compile. */
export type FailureSentences = { readonly [Code in FailureCode]: (data: FailureData[Code]) => string };

/** All that can be wrong with what a failure is of, each in words. */
export type Problems<Code extends FailureCode> = FailureData[Code] extends {
  readonly problem: infer Problem extends string;
}
  ? Readonly<Record<Problem, string>>
  : never;

export function sentence(sentences: FailureSentences, failure: Failure): string {
  const say = sentences[failure.code] as (data: Failure['data']) => string;
  return say(failure.data);
}
