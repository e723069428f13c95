/** The page's way to its library worker, which is started when it is first asked something. */
import { FailureError } from '../../model/failure.ts';
import { resultOf } from '../../session/result-of.ts';
import type { SpawnedWorker } from '../../session/spawned-worker.ts';
import type { LibrarySaying, LibraryWorker } from '../../workers/library/protocol.ts';
import type { Outcome } from '../../workers/protocol.ts';
import { endedBy } from './one-call.ts';

export type LibraryNews = LibrarySaying['library'];

export interface Library {
  /**
   * Asks the worker.
   *
   * @throws what it answers; PAGE_PART or UNEXPECTED where it ends before
   */
  ask<Result>(question: (worker: LibraryWorker) => Promise<Outcome<Result>>): Promise<Result>;
  /** Whether anything was ever installed: only then the worker is worth starting at once. */
  isInUse(): Promise<boolean>;
  /** The browser may otherwise throw away gigabytes when it wants room. What it answers changes nothing here. */
  askToBeKept(): void;
  subscribe(hear: (news: LibraryNews) => void): () => void;
}

type Spawned = SpawnedWorker<LibraryWorker>;

interface Running {
  readonly worker: LibraryWorker;
  /** Rejects when it ends. */
  readonly death: Promise<never>;
}

export function createLibrary(spawn: (tell: (news: LibraryNews) => void) => Spawned): Library {
  const hearers = new Set<(news: LibraryNews) => void>();
  let running: Running | null = null;
  const start = (): Running => {
    const { service, onDeath } = spawn((news) => {
      for (const hear of hearers) hear(news);
    });
    const { promise: death, reject } = Promise.withResolvers<never>();
    death.catch(() => undefined);
    const started: Running = { worker: service, death };
    onDeath((reason) => {
      // The next question finds a new one: what was installed goes on where it stopped.
      if (running === started) running = null;
      reject(new FailureError(endedBy(reason)));
    });
    return started;
  };
  return {
    async ask(question) {
      running ??= start();
      const { worker, death } = running;
      return resultOf(await Promise.race([question(worker), death]));
    },
    isInUse: async () => {
      try {
        const root = await navigator.storage.getDirectory();
        await root.getDirectoryHandle('models');
        return true;
      } catch {
        return false;
      }
    },
    askToBeKept: () => void navigator.storage.persist().catch(() => undefined),
    subscribe(hear) {
      hearers.add(hear);
      return () => void hearers.delete(hear);
    },
  };
}
