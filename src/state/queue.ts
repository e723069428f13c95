/** What is asked of the model, one thing after the other. */
import type { ImageId } from '../../workers/protocol.ts';
import type { ChatId, TurnId } from '../storage/records.ts';

declare const brand: unique symbol;
export type QueuedId = string & { readonly [brand]: 'QueuedId' };

export const newQueuedId = () => crypto.randomUUID() as QueuedId;

/** What a place in the queue is for. */
export type Subject =
  | AnswerSubject
  | VariationSubject
  | ResumptionSubject
  | PolishSubject
  | VerificationSubject
  | EnlargementSubject;

export interface AnswerSubject {
  readonly kind: 'answer';
  readonly turn: TurnId;
}

/** A result of the turn that is painted once more from its embeddings. */
export interface VariationSubject {
  readonly kind: 'variation';
  readonly turn: TurnId;
  readonly result: string;
}

/** A result of the turn that was interrupted and goes on. */
export interface ResumptionSubject {
  readonly kind: 'resumption';
  readonly turn: TurnId;
  readonly result: string;
}

/** Words of a message that is being written; where they change meanwhile, they are not polished any more. */
export interface PolishSubject {
  readonly kind: 'polish';
  readonly chat: ChatId;
  readonly words: string;
}

/** A picture's file that is drawn again as its recipe says. */
export interface VerificationSubject {
  readonly kind: 'verification';
  readonly image: ImageId;
  /** As a person knows the file. */
  readonly name: string;
}

/** A result that is saved larger. */
export interface EnlargementSubject {
  readonly kind: 'enlargement';
  readonly result: string;
}

/** The first one works, or was told to stop and has not ended yet; the others wait, and while the queue is paused the first may too. */
export interface Queued {
  readonly id: QueuedId;
  readonly subject: Subject;
  readonly state: 'working' | 'stopping' | 'waiting';
}

interface Jobs {
  readonly jobs: readonly Queued[];
}

/** The turn that something in the queue fills; null where it fills none. */
export function turnOf(subject: Subject): TurnId | null {
  return 'turn' in subject ? subject.turn : null;
}

export function isQueued({ jobs }: Jobs, turn: TurnId): boolean {
  return jobs.some(({ subject }) => turnOf(subject) === turn);
}

export function waitingIn({ jobs }: Jobs): readonly Queued[] {
  return jobs.filter(({ state }) => state === 'waiting');
}
