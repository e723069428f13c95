import { type Failure, FailureError, failure } from '../../model/failure.ts';
import { resultOf } from '../../session/result-of.ts';
import { type SpawnedWorker, scriptNotLoaded } from '../../session/spawned-worker.ts';
import type { Outcome } from '../../workers/protocol.ts';

/** When a call is given up, and as what. */
export interface TimeLimit {
  readonly seconds: number;
  readonly failure: Failure;
}

/**
 * A call to a worker that lives as long as the call: its memory is given back with it.
 *
 * @throws what the worker answers, the limit's failure, PAGE_PART where the worker's script does not come, and UNEXPECTED
 * where the worker itself fails
 */
export async function oneCall<Service, Result>(
  { service, onDeath, end }: SpawnedWorker<Service>,
  call: (service: Service) => Promise<Outcome<Result>>,
  limit: TimeLimit | null = null,
): Promise<Result> {
  const death = Promise.withResolvers<never>();
  const giveUp = (reason: Failure) => death.reject(new FailureError(reason));
  // Its end is heard of also where it was ended here, and is nothing unforeseen then.
  let isDone = false;
  onDeath((reason) => isDone || giveUp(endedBy(reason)));
  const timer = limit === null ? undefined : setTimeout(() => giveUp(limit.failure), limit.seconds * 1000);
  try {
    return resultOf(await Promise.race([call(service), death.promise]));
  } finally {
    isDone = true;
    clearTimeout(timer);
    await end();
  }
}

/** What a worker's end is to a person. */
export function endedBy(reason: string): Failure {
  return reason === scriptNotLoaded ? failure('PAGE_PART', { reason }) : failure('UNEXPECTED', { message: reason });
}
