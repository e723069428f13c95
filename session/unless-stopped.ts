/** Work that is waited for until it is done or the person stops. */

import { type FailureData, FailureError, failure } from '../model/failure.ts';
import { deferred } from './deferred.ts';

/**
 * Waits for work, or for Stop, which leaves the work alone.
 *
 * @param stage what is waited for, in STOPPED where the signal has no failure of its own as its reason
 * @throws what the work throws; the signal's failure, else STOPPED
 */
export async function unlessStopped<Result>(
  work: Promise<Result>,
  signal: AbortSignal,
  stage: FailureData['STOPPED']['stage'],
): Promise<Result> {
  const { promise: stopped, reject } = deferred<never>();
  const stop = () => reject(stopError(signal, stage));
  if (signal.aborted) stop();
  signal.addEventListener('abort', stop, { once: true });
  try {
    return await Promise.race([stopped, work]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

function stopError({ reason }: AbortSignal, stage: FailureData['STOPPED']['stage']): FailureError {
  return reason instanceof FailureError ? reason : new FailureError(failure('STOPPED', { stage }));
}
