/** What the page and its library worker say to each other. */

import type { AbilityPlan, FitDevice } from '../../model/bundle/fit.ts';
import type { Ability, Extra, Installable } from '../../model/bundle/installables.ts';
import type { CountedSizes } from '../../model/bundle/operations.ts';
import type { WordsCost } from '../../model/bundle/words-cost.ts';
import type { TokenCounts } from '../../model/bundle/words-length.ts';
import type { BundleLocation, GivenFile, Outcome } from '../protocol.ts';
import type { OfficialLayoutName } from './official-layouts.ts';

declare const brand: unique symbol;

/** Names an installed model, and the folder that it lies in. */
export type ModelKey = string & { readonly [brand]: 'ModelKey' };

/** The official files, from the host that publishes them or from a mirror of it. */
export interface OfficialSource {
  readonly kind: 'official';
  readonly layout: OfficialLayoutName;
  /** Null for the host itself. */
  readonly mirror: string | null;
  /** Hosts beside those of the layout that the person allowed. */
  readonly hosts: readonly string[];
  /** Opens files whose licence the person accepted there. It is neither kept nor logged. */
  readonly token: string | null;
}

/** Where a model is taken from: a bundle that is ready to run, or a checkpoint that is converted. */
export type InstallSource =
  | {
      readonly kind: 'address';
      /** Of its folder; what does not end with a slash, or ends with bundle.json, is brought into that form. */
      readonly address: string;
      /** Hosts beside its own that the person allowed, because the address leads there. */
      readonly hosts: readonly string[];
    }
  | OfficialSource
  | { readonly kind: 'directory'; readonly handle: FileSystemDirectoryHandle }
  | { readonly kind: 'files'; readonly name: string; readonly files: readonly GivenFile[] };

/** A source as it can be written down: a handle or a dropped file has to be given again. */
export type NotedSource =
  | { readonly kind: 'address'; readonly address: string; readonly hosts: readonly string[] }
  | { readonly kind: 'directory' | 'files'; readonly name: string }
  /** Files that were converted; `from` where they can be had again. */
  | { readonly kind: 'checkpoint'; readonly name: string; readonly from: NotedCheckpoint | null };

export type NotedCheckpoint =
  | { readonly kind: 'address'; readonly address: string; readonly hosts: readonly string[] }
  | Omit<OfficialSource, 'token'>;

/** Where a model's files lie: in the browser's own storage, or in a folder of this machine that the person opened. */
export type ModelPlace =
  | { readonly kind: 'browser' }
  | {
      readonly kind: 'folder';
      /** Of the folder that holds the files alone. */
      readonly name: string;
    };

export type ModelState =
  /** Every file is there and was compared with its hash. */
  | 'installed'
  /** An installation that was not ended. */
  | 'unfinished'
  /** It was whole, and files are missing or were changed since. */
  | 'damaged'
  /** Whole, in a folder that the browser has forgotten: the person has to show it again. */
  | 'away';

/** What a model says of itself before it is opened. */
export interface ModelFacts {
  readonly name: string;
  /** SHA-256 of its bundle.json in hex; of what is converted yet to come, the key. */
  readonly sha256: string;
  /** Of all files, extras included. */
  readonly bytes: number;
  /** Lines of text, as the bundle has them. */
  readonly licences: readonly string[];
  /** Bytes that each ability adds to those before it; null for what the model cannot do. */
  readonly abilities: Readonly<Record<Ability, number | null>>;
  /** How each would run on the device that was asked about; null where none was, and for what it cannot do. */
  readonly plan: Readonly<Record<Ability, AbilityPlan | null>> | null;
  /** What its operations are counted from; null where that is not known yet, and where no device was asked about. */
  readonly counted: CountedSizes | null;
}

/** What the official files would come to, from the published sizes alone: nobody was asked for it. */
export interface PublishedFacts extends Omit<ModelFacts, 'sha256'> {
  /** Bytes of the files that are read for all of it. */
  readonly passing: number;
  /** Where the licence of those files is accepted that a host may give only to some: FLUX.1-schnell's. */
  readonly gates: Readonly<Record<OfficialLayoutName, string>>;
}

export interface LibraryModel extends ModelFacts {
  readonly key: ModelKey;
  readonly state: ModelState;
  /** Bytes that are there and were compared with their hashes, or made here. */
  readonly kept: number;
  /** Bytes that are still to come, of what the person wanted: an installed model can already do some of it. */
  readonly rest: number;
  readonly source: NotedSource | null;
  /** When all of it was last compared with its hashes, in milliseconds since 1970; null where that was while it was installed. */
  readonly verifiedAt: number | null;
  readonly place: ModelPlace;
  /** Where it was to be moved to when that was broken off; null where nothing was. */
  readonly moving: ModelPlace | null;
  /** The folder that one of both names; null where there is none, or the browser has forgotten it. */
  readonly folder: FileSystemDirectoryHandle | null;
  /** What can be added to it from where it was made; none where that is known of no source. */
  readonly lacks: readonly Extra[];
  /** Whether negative prompts of a person's own words can be added to it so. */
  readonly takesWords: boolean;
  /** Null where it cannot be opened until its folder is shown again. */
  readonly location: BundleLocation | null;
}

/** What an extra adds, in bytes that are kept, and that pass for it. */
export interface ExtraOffer {
  readonly bytes: number;
  readonly passing: number;
}

/** What a person can add of negative prompts of their own words. */
export interface WordsOffer {
  /** Those that the model holds. */
  readonly held: readonly string[];
  /** Those that an installation which was cut off was to add. */
  readonly begun: readonly string[];
  readonly cost: WordsCost;
}

/** What would be installed, before anything is. */
export interface Offer extends ModelFacts {
  /** Files that are ready to run, or a checkpoint that is converted on the way. */
  readonly of: 'bundle' | 'checkpoint';
  readonly key: ModelKey;
  /** What can be added to the abilities and is not there; null for what is, or what the source lacks. */
  readonly extras: Readonly<Record<Extra, ExtraOffer | null>>;
  /** Null where no words can be added: to what is ready to run, to another training, and to what does not draw. */
  readonly words: WordsOffer | null;
  /** What of it is in the library; null where nothing is. */
  readonly known: ModelState | null;
  /** Still to be kept. */
  readonly missing: number;
  /** Bytes that are kept beside that until it is converted, at most. */
  readonly beside: number;
  /** Bytes of the source that are read for that: of a checkpoint more than are kept. */
  readonly passing: number;
  /** Bytes a second that the source gives, and that are converted, as measured; null where nothing arrived. */
  readonly rate: number | null;
  /** What this site stores on the disk, as far as the browser tells. */
  readonly stored: number | null;
}

export type LibraryEvent =
  | {
      readonly type: 'progress';
      readonly key: ModelKey;
      readonly doing: 'install' | 'verify' | 'move';
      readonly done: number;
      readonly total: number;
    }
  /** The list is another than before. */
  | { readonly type: 'changed' };

/** How an event comes beside Comlink's answers. `elsewhere`: of the library of another tab. */
export interface LibrarySaying {
  readonly library: { readonly event: LibraryEvent; readonly from: 'here' | 'elsewhere' };
}

export type { Ability, Extra, Installable, TokenCounts };

export type InstallEnd = 'installed' | 'paused';

/** Where a person has a model moved to. */
export type MoveTarget =
  | { readonly kind: 'browser' }
  /** Into a folder in this one, which is named by the model; or into this one, where it is that folder. */
  | { readonly kind: 'folder'; readonly handle: FileSystemDirectoryHandle };

export type MoveEnd = 'moved' | 'paused';

/** The one worker that writes models, and the one that may ask other hosts. */
export interface LibraryWorker {
  /** @param device null where no model was opened yet: then there are no plans */
  list(device: FitDevice | null): Promise<Outcome<readonly LibraryModel[]>>;
  published(device: FitDevice | null): Promise<Outcome<PublishedFacts>>;
  look(source: InstallSource, device: FitDevice | null): Promise<Outcome<Offer>>;
  /** Tokens of words that are to be negative prompts; null where the source lacks what reads them, or is no checkpoint. */
  wordsLengths(source: InstallSource, texts: readonly string[]): Promise<Outcome<readonly TokenCounts[] | null>>;
  /**
   * Installs what is not there yet, or fetches again what was damaged; goes on where it stopped.
   *
   * @param sha256 as the offer has it: of the bundle.json that the person was told of, another is refused
   * @param wanted abilities, of which each can be used as soon as it is there, and extras
   * @param negativeTexts words that it will hold as negative prompts, where `negative` is wanted; SOURCE_MISSING before anything is
   * begun, where they cannot be made
   */
  install(
    source: InstallSource,
    sha256: string,
    wanted: readonly Installable[],
    negativeTexts: readonly string[],
  ): Promise<Outcome<InstallEnd>>;
  /** Goes on from where it was begun; SOURCE_NEEDED where that has to be given again. */
  resume(key: ModelKey): Promise<Outcome<InstallEnd>>;
  /** Ends an installation or a move; what was fetched or copied is kept. */
  pause(key: ModelKey): Promise<Outcome<null>>;
  /** Bytes a second that its files are read with where they lie, measured for two seconds at most; null where nothing is read. */
  readingRate(key: ModelKey): Promise<Outcome<number | null>>;
  /** Compares every byte with its hash. Answers with the number of bytes that are wrong or missing. */
  verify(key: ModelKey): Promise<Outcome<number>>;
  /** FOLDER_LEFT where it is deleted, and its files in a folder of this machine could not be. */
  remove(key: ModelKey): Promise<Outcome<null>>;
  /** Copies every file, compares the copy with its hashes, and only then removes the old one; goes on where it stopped. */
  move(key: ModelKey, to: MoveTarget): Promise<Outcome<MoveEnd>>;
  /** Ends a move, or one that was broken off, and removes what was copied. */
  cancelMove(key: ModelKey): Promise<Outcome<null>>;
  /** The person shows again the folder that a model was moved to; FOLDER_OTHER where that is another. */
  showFolder(key: ModelKey, handle: FileSystemDirectoryHandle): Promise<Outcome<null>>;
}
