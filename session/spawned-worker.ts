/** A worker as supervision needs it: what it answers, how its end is heard of, and how it is ended. */
import type { JobId, MemoryUse, Opened, OpenOptions, Outcome } from '../workers/protocol.ts';

/** The reason of a worker whose script did not come: the connection is gone, or the page was updated meanwhile. */
export const scriptNotLoaded = 'error while loading';

export interface SpawnedWorker<Service> {
  readonly service: Service;
  /** Reports the end of a worker that nobody asked to end. */
  onDeath(report: (reason: string) => void): void;
  /** Ends it, which returns all of its memory; resolves when that has come back. */
  end(): Promise<void>;
}

/** What supervision itself asks of a worker. */
export interface HostedService {
  open(options: OpenOptions, events: MessagePort): Promise<Outcome<Opened>>;
  cancel(job: JobId): Promise<void>;
  memory(): Promise<MemoryUse>;
  close(): Promise<Outcome<null>>;
}
