/** Work that is begun again, once, where what was lost beneath it may be had anew. */
import { type FailureCode, failureOf } from '../model/failure.ts';

/** The graphics card went away and can be opened anew, or the person had the worker replaced. */
const retriedCodes: readonly FailureCode[] = ['DEVICE_LOST', 'WORKER_RESTARTED'];

/**
 * @param begunAgain called before the second attempt
 * @throws what the second attempt throws, or the first where beginning again would not help
 */
export async function retriedOnce<Result>(
  task: () => Promise<Result>,
  signal: AbortSignal,
  begunAgain: () => void,
): Promise<Result> {
  try {
    return await task();
  } catch (error) {
    if (signal.aborted || !retriedCodes.includes(failureOf(error).code)) throw error;
    begunAgain();
    return task();
  }
}
