/** The models of this browser as the page shows them. */

import type { Installable } from '../../model/bundle/installables.ts';
import type { Failure } from '../../model/failure.ts';
import type {
  InstallSource,
  LibraryModel,
  ModelKey,
  Offer,
  OfficialSource,
  PublishedFacts,
  TokenCounts,
} from '../../workers/library/protocol.ts';

/** A model that something is being done with: here, or in another tab. */
export interface ModelWork {
  readonly doing: 'install' | 'verify' | 'move';
  readonly where: 'here' | 'elsewhere';
  /** Bytes; nothing is known yet where `total` is zero. */
  readonly done: number;
  readonly total: number;
}

/** What a person wants of an offer. */
export interface InstallOrder {
  readonly wanted: readonly Installable[];
  readonly negativeTexts: readonly string[];
}

/** What a person is told before anything is installed. */
export interface Offered {
  readonly source: InstallSource;
  readonly offer: Offer;
  /** Tokens of the words that were written for it so far, as the text encoders count them. */
  readonly lengths: Readonly<Record<string, TokenCounts>>;
  /** What was ordered of it and could not be begun; null where nothing was. */
  readonly refused: InstallOrder | null;
}

/** The open form that asks where a model lies, as it is filled in. */
export type SourceForm =
  | { readonly kind: 'address'; readonly address: string }
  | {
      readonly kind: 'official';
      readonly layout: OfficialSource['layout'];
      readonly mirror: string;
      readonly token: string;
    };

/** Where something was tried: what goes wrong with it is told there and nowhere else. */
export type TriedAt =
  /** A folder is chosen in the browser's own dialog, or dropped. */
  | { readonly kind: SourceForm['kind'] | 'folder' }
  | { readonly kind: 'offer' }
  | { readonly kind: 'model'; readonly key: ModelKey }
  | { readonly kind: 'list' };

/** What went wrong last, and the source that was looked at or installed from, where it was one. */
export interface Trouble {
  readonly failure: Failure;
  readonly at: TriedAt;
  readonly source: InstallSource | null;
}

export interface LibraryState {
  /** Null until the library was asked. */
  readonly models: readonly LibraryModel[] | null;
  readonly work: Readonly<Record<ModelKey, ModelWork>>;
  /** Deleted as far as the person sees, and still there for the moments in which that can be undone. */
  readonly leaving: readonly ModelKey[];
  readonly form: SourceForm | null;
  /** What the official files come to; null until that was counted. */
  readonly published: PublishedFacts | null;
  /** Bytes a second that models are read with, as measured since the page was opened. */
  readonly readingRates: Readonly<Record<ModelKey, number>>;
  /** Where a source that is being looked at was given. */
  readonly looking: TriedAt | null;
  readonly offered: Offered | null;
  readonly trouble: Trouble | null;
}

export const emptyLibrary: LibraryState = {
  models: null,
  work: {},
  leaving: [],
  form: null,
  published: null,
  readingRates: {},
  looking: null,
  offered: null,
  trouble: null,
};

/** Models of the library that can be opened. */
export function installedModels({ models, leaving }: LibraryState): readonly LibraryModel[] {
  return (models ?? []).filter(({ key, state }) => state === 'installed' && !leaving.includes(key));
}
