/** A worker as supervision needs it: what it answers, how its end is heard of, and how it is ended. */

export interface SpawnedWorker<Service> {
  readonly service: Service;
  /** Reports the end of a worker that nobody asked to end. */
  onDeath(report: (reason: string) => void): void;
  /** Ends it, which returns all of its memory; resolves when that has come back. */
  end(): Promise<void>;
}
