/** What works or waits, one after the other: the model and the graphics card do one thing at a time. */
import { FailureError, failure, failureOf } from '../../model/failure.ts';
import { chatOfTurn, findResult } from '../state/chats.ts';
import { notify } from '../state/notices.ts';
import { newQueuedId, type Queued, type QueuedId, type Subject, waitingIn } from '../state/queue.ts';
import type { AppState, AppStore } from '../state/state.ts';
import { messageIn } from '../state/unsent.ts';

/** Work on something; it tells its own outcome. */
export interface Work<On extends Subject> {
  /** Settles when it is done, stopped or failed. One that rejects is a fault, which is shown. */
  run(subject: On, signal: AbortSignal): Promise<void>;
  /** In its place, where it was told to stop before it began. */
  leave(subject: On, reason: FailureError): void;
}

export interface Jobs {
  add<On extends Subject>(subject: On, work: Work<On>): void;
  /** Stops what works and what waits. */
  stop(): void;
  stopOne(id: QueuedId): void;
  /** Two that wait take each other's place; or two answers only each other's work, each at its own turn. */
  exchange(pair: readonly [QueuedId, QueuedId], what: 'places' | 'work'): void;
  /** What works goes on; what waits goes on waiting. */
  pause(): void;
  resume(): void;
}

interface Job {
  readonly id: QueuedId;
  readonly subject: Subject;
  readonly work: Work<Subject>;
}

interface Begun {
  readonly id: QueuedId;
  readonly controller: AbortController;
}

export function createJobs(store: AppStore): Jobs {
  return new JobQueue(store);
}

class JobQueue implements Jobs {
  readonly #store: AppStore;
  #jobs: readonly Job[] = [];
  #begun: Begun | null = null;
  #isDraining = false;

  constructor(store: AppStore) {
    this.#store = store;
    store.subscribe((state, before) => {
      const isSame = state.chats === before.chats && state.text === before.text && state.unsent === before.unsent;
      if (!isSame) this.#stop(this.#jobs.filter(({ subject }) => !isWanted(state, subject)));
    });
  }

  add<On extends Subject>(subject: On, work: Work<On>): void {
    this.#tell([...this.#jobs, { id: newQueuedId(), subject, work }]);
    void this.#drain();
  }

  stop(): void {
    this.#stop(this.#jobs);
  }

  stopOne(sought: QueuedId): void {
    this.#stop(this.#jobs.filter(({ id }) => id === sought));
  }

  exchange([one, other]: readonly [QueuedId, QueuedId], what: 'places' | 'work'): void {
    const first = this.#jobs.find(({ id }) => id === one);
    const second = this.#jobs.find(({ id }) => id === other);
    if (first === undefined || second === undefined) return;
    const isWork = what === 'work';
    const atFirst = isWork ? { ...first, work: second.work } : second;
    const atSecond = isWork ? { ...second, work: first.work } : first;
    this.#tell(this.#jobs.map((job) => (job === first ? atFirst : job === second ? atSecond : job)));
  }

  pause(): void {
    this.#store.setState({ paused: true });
  }

  resume(): void {
    this.#store.setState({ paused: false });
    void this.#drain();
  }

  async #drain(): Promise<void> {
    if (this.#isDraining) return;
    this.#isDraining = true;
    // What was asked for is on the screen before the work on it begins.
    await new Promise((resolve) => setTimeout(resolve));
    for (let job = this.#next(); job !== undefined; job = this.#next()) {
      const { id, subject, work } = job;
      const controller = new AbortController();
      this.#begun = { id, controller };
      this.#tell(this.#jobs);
      // Whatever goes wrong in one, those behind it are not to wait for ever.
      await work.run(subject, controller.signal).catch((error: unknown) => notify(this.#store, failureOf(error)));
      this.#begun = null;
      this.#tell(this.#jobs.filter((other) => other.id !== id));
    }
    this.#isDraining = false;
  }

  #next(): Job | undefined {
    return this.#store.getState().paused ? undefined : this.#jobs[0];
  }

  #stop(told: readonly Job[]): void {
    if (told.length === 0) return;
    const reason = new FailureError(failure('STOPPED', { stage: 'waiting' }));
    const begun = this.#begun;
    if (told.some(({ id }) => id === begun?.id)) begun?.controller.abort(reason);
    const left = told.filter(({ id }) => id !== begun?.id);
    this.#tell(this.#jobs.filter((job) => !left.includes(job)));
    for (const { work, subject } of left) work.leave(subject, reason);
  }

  #tell(jobs: readonly Job[]): void {
    this.#jobs = jobs;
    const told = jobs.map((job) => this.#told(job));
    this.#store.setState(({ paused }) => ({
      jobs: told,
      // Where nothing waits there is nothing to hold up.
      paused: paused && waitingIn({ jobs: told }).length > 0,
      ...(jobs.length === 0 ? { activity: null } : {}),
    }));
  }

  #told({ id, subject }: Job): Queued {
    const begun = this.#begun?.id === id ? this.#begun : null;
    const state = begun === null ? 'waiting' : begun.controller.signal.aborted ? 'stopping' : 'working';
    return { id, subject, state };
  }
}

/** What was deleted, here or in another tab, is not worked on; nor are words that are others by now. */
function isWanted(state: AppState, subject: Subject): boolean {
  if (subject.kind === 'verification') return true;
  if (subject.kind === 'enlargement') return findResult(state, subject.result) !== undefined;
  if (subject.kind === 'polish') return messageIn(state, subject.chat).text === subject.words;
  return chatOfTurn(state, subject.turn) !== undefined;
}
