/** What work tells while it goes on, as an async iteration: in order, none lost, the work's failure thrown at its place. */

import { deferred } from './deferred.ts';

/** Work that tells events; its signal ends it where the person stops or nobody listens any more. */
export type TellingWork<Event> = (tell: (event: Event) => void, signal: AbortSignal) => Promise<void>;

/**
 * Runs work while its events are taken. Events told after its end are dropped. Leaving the iteration early stops the work.
 *
 * @throws what the work throws, behind the events before it
 */
export async function* eventsOf<Event>(work: TellingWork<Event>, signal: AbortSignal): AsyncGenerator<Event, void> {
  const controller = new AbortController();
  const stop = () => controller.abort(signal.reason);
  if (signal.aborted) stop();
  signal.addEventListener('abort', stop, { once: true });
  const waiting: Event[] = [];
  let wake = deferred<void>();
  let ended = false;
  const done = work((event) => {
    if (ended) return;
    waiting.push(event);
    wake.resolve();
  }, controller.signal).finally(() => {
    ended = true;
    wake.resolve();
  });
  // A failure is thrown below, once the events before it were taken.
  done.catch(() => undefined);
  try {
    while (!ended || waiting.length > 0) {
      yield* waiting.splice(0);
      if (ended) continue;
      await wake.promise;
      wake = deferred<void>();
    }
    await done;
  } finally {
    signal.removeEventListener('abort', stop);
    if (!ended) controller.abort(signal.reason);
  }
}
