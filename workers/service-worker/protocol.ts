/** What crosses between the page and its service worker. Types alone: the service worker is a script of its own. */

/** The files of one build of the page by their path in its folder, each with its SHA-256 in hex. */
export interface Release {
  /** The same for the same files. */
  readonly version: string;
  /** What the page needs to open, whatever a person does with it. */
  readonly app: Readonly<Record<string, string>>;
  /** What only some need: a runtime for each kind of browser, the models that the page ships with. */
  readonly onUse: Readonly<Record<string, string>>;
}

/** What became of a release's files: all of the app is there; there is no room for it; or not yet, because a file did not come. */
export type KeptState = 'whole' | 'no room' | 'not yet';

/** What another app shared with this one. */
export interface Shared {
  readonly files: readonly File[];
  readonly text: string;
}

/** Asked with a port for the answer. */
export interface Questions {
  version(): string;
  /** Fetches what is missing of the app, and lets go of the files of releases that no tab runs any more. */
  keep(): KeptState;
  /** Null where nothing is there by this name, or no more. */
  shared(name: string): Shared | null;
  /** What was shared lies in the message: it is let go. */
  received(name: string): null;
  /** Answers for tabs of earlier releases too from now on. */
  takeOver(): null;
}

export type Question = { [Name in keyof Questions]: readonly [Name, ...Parameters<Questions[Name]>] }[keyof Questions];

/** The prefix of a lock that a tab holds for as long as it is open; its release's version follows. */
export type ReleaseLock = `nexus-gen release ${string}`;
