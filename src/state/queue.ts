/** What is asked of the model, one thing after the other. */
import type { TurnId } from '../storage/records.ts';

declare const brand: unique symbol;
export type QueuedId = string & { readonly [brand]: 'QueuedId' };

export const newQueuedId = () => crypto.randomUUID() as QueuedId;

/** The first one works, or was told to stop and has not ended yet; the others wait, and while the queue is paused the first may too. */
export interface Queued {
  readonly id: QueuedId;
  readonly turn: TurnId;
  /** The result that it paints once more with another seed; null where it answers. */
  readonly variation: string | null;
  readonly state: 'working' | 'stopping' | 'waiting';
}

interface Jobs {
  readonly jobs: readonly Queued[];
}

export function isQueued({ jobs }: Jobs, turn: TurnId): boolean {
  return jobs.some((job) => job.turn === turn);
}

export function waitingIn({ jobs }: Jobs): readonly Queued[] {
  return jobs.filter(({ state }) => state === 'waiting');
}
