/**
 * Every failure of Nexus-Gen as plain data. A failure crosses worker borders as it is; the sentence a person reads is
 * chosen in `words/` by its code, and a code without a sentence does not compile.
 */
export interface FailureData {
  /** A shape, type or name that does not fit where a graph is built. */
  GRAPH_SHAPE: { readonly at: string; readonly expected: string; readonly actual: string };
  /** A file that ends early, or whose numbers point outside it. */
  FILE_TRUNCATED: { readonly file: string; readonly needed: number; readonly size: number };
  /** A source of bytes that cannot be read (missing, refused, changed while it was read). */
  FILE_UNREADABLE: { readonly file: string; readonly reason: string };
  /** The worker that computed ended before it answered. */
  WORKER_ENDED: { readonly worker: 'language' | 'painter'; readonly reason: string };
  /** The person pressed Stop; what was made until then is kept. */
  STOPPED: { readonly stage: string };
  /** Anything unforeseen; `message` is the original error's text. */
  UNEXPECTED: { readonly message: string };
}

export type FailureCode = keyof FailureData;

/** One failure: its code decides the type of its data. */
export type Failure = { [Code in FailureCode]: { readonly code: Code; readonly data: FailureData[Code] } }[FailureCode];

/** The one error class of the project: carries a failure through `throw` and rejected promises. */
export class FailureError extends Error {
  readonly failure: Failure;

  constructor(failure: Failure) {
    super(`${failure.code} ${JSON.stringify(failure.data)}`);
    this.name = 'FailureError';
    this.failure = failure;
  }
}

/** Makes a failure; the data's type follows from the code. */
export function failure<Code extends FailureCode>(code: Code, data: FailureData[Code]): Failure {
  return { code, data } as Failure;
}

/** Throws a failure. */
export function fail<Code extends FailureCode>(code: Code, data: FailureData[Code]): never {
  throw new FailureError(failure(code, data));
}

/** The failure inside any thrown value; what was not ours becomes UNEXPECTED with its message. */
export function failureOf(thrown: unknown): Failure {
  if (thrown instanceof FailureError) return thrown.failure;
  return failure('UNEXPECTED', { message: thrown instanceof Error ? thrown.message : String(thrown) });
}
