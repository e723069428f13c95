/** The models of this browser as the page shows them. */
import type { Failure } from '../../model/failure.ts';
import type { InstallSource, LibraryModel, ModelKey, Offer } from '../../workers/library/protocol.ts';

/** A model that something is being done with: here, or in another tab. */
export interface ModelWork {
  readonly doing: 'install' | 'verify' | 'move';
  readonly where: 'here' | 'elsewhere';
  /** Bytes; nothing is known yet where `total` is zero. */
  readonly done: number;
  readonly total: number;
}

/** What a person is told before anything is installed. */
export interface Offered {
  readonly source: InstallSource;
  readonly offer: Offer;
}

export interface LibraryState {
  /** Null until the library was asked. */
  readonly models: readonly LibraryModel[] | null;
  readonly work: Readonly<Record<ModelKey, ModelWork>>;
  /** Deleted as far as the person sees, and still there for the moments in which that can be undone. */
  readonly leaving: readonly ModelKey[];
  /** A source is being looked at. */
  readonly looking: boolean;
  readonly offered: Offered | null;
  /** What went wrong last, and the source that was looked at, where it was one. */
  readonly trouble: { readonly failure: Failure; readonly source: InstallSource | null } | null;
}

export const emptyLibrary: LibraryState = {
  models: null,
  work: {},
  leaving: [],
  looking: false,
  offered: null,
  trouble: null,
};

/** Models of the library that can be opened. */
export function installedModels({ models, leaving }: LibraryState): readonly LibraryModel[] {
  return (models ?? []).filter(({ key, state }) => state === 'installed' && !leaving.includes(key));
}
