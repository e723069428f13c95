import type { Recipe } from '../../model/recipe/recipe.ts';
import type { ModelSession } from '../../session/model-session.ts';
import type { Painting } from '../../workers/protocol.ts';
import type { withArchive } from '../engine/archive.ts';
import type { Library } from '../engine/library.ts';
import type { PageServiceWorker } from '../engine/service-worker.ts';
import type { Live } from '../state/live.ts';
import type { AppState, AppStore } from '../state/state.ts';
import type { Storage } from '../storage/storage.ts';
import type { Jobs } from './jobs.ts';

/** What actions work on. */
export interface App {
  readonly store: AppStore;
  readonly live: Live;
  readonly session: ModelSession;
  /** A PNG file with the recipe inside; without one, with the mark of a generated picture alone. */
  readonly encodePng: (painting: Painting, recipe: Recipe | null) => Promise<Uint8Array<ArrayBuffer>>;
  readonly storage: Storage;
  /** Settles when what was stored has been read, or is not waited for any more: only then it is known which model was chosen. */
  readonly restored: Promise<unknown>;
  readonly jobs: Jobs;
  readonly library: Library;
  /** A worker that reads or writes one archive, and ends with the task. */
  readonly archive: typeof withArchive;
  readonly serviceWorker: PageServiceWorker;
}

/** One thing a person can do: when it can be done, and doing it. */
export interface Action<Arguments extends readonly unknown[] = []> {
  when(state: AppState, ...values: Arguments): boolean;
  perform(app: App, ...values: Arguments): void;
}
