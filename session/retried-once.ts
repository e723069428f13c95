/** Work that is begun again, once, where what was lost beneath it may be had anew. */
import { type Failure, failureOf } from '../model/failure.ts';

/**
 * The graphics card went away and can be opened anew, or the person had the worker replaced. Values that are no numbers are computed
 * again in 32 bits, where they came of 16.
 */
function helpsToRetry(found: Failure): boolean {
  if (found.code === 'NOT_FINITE') return found.data.activations === 'float16';
  return found.code === 'DEVICE_LOST' || found.code === 'WORKER_RESTARTED';
}

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
    if (signal.aborted || !helpsToRetry(failureOf(error))) throw error;
    begunAgain();
    return task();
  }
}
