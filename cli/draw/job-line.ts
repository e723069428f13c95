/** What is printed of a job as a line of JSON. */
import type { Failure } from '../../model/failure.ts';
import { sentenceLine } from '../say.ts';
import type { Answered } from './perform.ts';

export interface JobLine {
  readonly ok: boolean;
  readonly text: string | null;
  readonly out: string | null;
  readonly seed: string | null;
  readonly failure: (Failure & { readonly sentence: string }) | null;
}

export function answeredLine({ text, out, seed }: Pick<Answered, 'text' | 'out' | 'seed'>): JobLine {
  return { ok: true, text, out, seed: String(seed), failure: null };
}

/** @param seed null where the job did not come to one */
export function failedLine(reason: Failure, seed: bigint | null): JobLine {
  const failure = { ...reason, sentence: sentenceLine(reason) };
  return { ok: false, text: null, out: null, seed: seed === null ? null : String(seed), failure };
}
