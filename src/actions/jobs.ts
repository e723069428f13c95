/** What works or waits, one after the other: the model and the graphics card do one thing at a time. */
import { FailureError, failure, failureOf } from '../../model/failure.ts';
import { chatOfTurn } from '../state/chats.ts';
import { notify } from '../state/notices.ts';
import type { AppStore } from '../state/state.ts';
import type { TurnId } from '../storage/records.ts';

/** Settles when the work is done, stopped or failed; it tells its own outcome. One that rejects is a fault, which is shown. */
export type Work = (signal: AbortSignal) => Promise<void>;

export interface Jobs {
  add(turn: TurnId, work: Work): void;
  /** Stops what works and what waits. */
  stop(): void;
  stopTurns(turns: ReadonlySet<TurnId>): void;
}

interface Job {
  readonly turn: TurnId;
  readonly work: Work;
  readonly controller: AbortController;
}

const turnsOf = (jobs: readonly Job[]) => jobs.map(({ turn }) => turn);

export function createJobs(store: AppStore): Jobs {
  const waiting: Job[] = [];
  let running = false;
  let all: readonly Job[] = [];

  function tell(jobs: readonly Job[]): void {
    all = jobs;
    const stopping = jobs.filter(({ controller }) => controller.signal.aborted);
    store.setState({
      jobs: turnsOf(jobs),
      stopping: turnsOf(stopping),
      ...(jobs.length === 0 ? { activity: null } : {}),
    });
  }

  async function drain(): Promise<void> {
    if (running) return;
    running = true;
    for (let job = waiting.shift(); job !== undefined; job = waiting.shift()) {
      const done = job;
      // Whatever goes wrong in one, those behind it are not to wait for ever.
      await done.work(done.controller.signal).catch((error: unknown) => notify(store, failureOf(error)));
      tell(all.filter((other) => other !== done));
    }
    running = false;
  }

  const abort = (jobs: readonly Job[]) => {
    for (const { controller } of jobs) controller.abort(new FailureError(failure('STOPPED', { stage: 'waiting' })));
    if (jobs.length > 0) tell(all);
  };

  // What was deleted, here or in another tab, is not worked on.
  store.subscribe((state, before) => {
    if (state.chats !== before.chats) abort(all.filter(({ turn }) => chatOfTurn(state, turn) === undefined));
  });

  return {
    add(turn, work) {
      const job = { turn, work, controller: new AbortController() };
      waiting.push(job);
      tell([...all, job]);
      void drain();
    },
    stop: () => abort(all),
    stopTurns: (turns) => abort(all.filter(({ turn }) => turns.has(turn))),
  };
}
