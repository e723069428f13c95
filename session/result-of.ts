import { FailureError } from '../model/failure.ts';
import type { Outcome } from '../workers/protocol.ts';

/** What a worker answered. @throws the failure that it answered with */
export function resultOf<Result>(outcome: Outcome<Result>): Result {
  if (outcome.ok) return outcome.result;
  throw new FailureError(outcome.failure);
}
