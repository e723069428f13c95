/** The page's state: one vanilla store of slices. Of each key persisted-in.ts says where it is kept. */
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Throughput } from '../../model/bundle/operations.ts';
import type { Failure } from '../../model/failure.ts';
import type { Crop } from '../../model/image/crop.ts';
import type { RecipeChoice } from '../../session/recipe-choice.ts';
import type { Words } from '../../words/words.ts';
import type {
  BundleLocation,
  BundleSummary,
  DeviceReport,
  ImageId,
  Opened,
  OpenOptions,
} from '../../workers/protocol.ts';
import type { KeptState } from '../../workers/service-worker/protocol.ts';
import type { Drafts } from '../settings/fields.ts';
import type { OwnPreset } from '../settings/own-presets.ts';
import {
  type AreaRecord,
  type ChatId,
  type ChatRecord,
  type Chosen,
  newChatId,
  type PictureRecord,
  type TurnId,
} from '../storage/records.ts';
import { type ArchiveState, idleArchive } from './archive.ts';
import type { LeftMarks } from './area-marks.ts';
import type { EnlargementNews } from './enlargement.ts';
import { emptyLibrary, type LibraryState } from './library.ts';
import type { EndNotice, LetterKeys, Motion, Theme } from './look-values.ts';
import type { OwnSettings } from './own-settings.ts';
import type { Queued } from './queue.ts';
import type { RecipeOwner, Verification } from './recipe-owner.ts';
import type { RequestRow } from './requests.ts';
import type { Changing, Step, TakenBack } from './steps.ts';
import type { ViewedPicture } from './viewed.ts';

export interface BundleEntry {
  readonly id: string;
  readonly name: string;
  readonly location: BundleLocation;
}

/** A picture in the composer; `record` is null while it is being read. */
export interface Attachment {
  readonly key: string;
  readonly name: string;
  readonly record: PictureRecord | null;
  /** The picture as it was brought, and what of it comes along in its place; absent where it comes along as it is. */
  readonly cropped?: { readonly original: PictureRecord; readonly crop: Crop } | undefined;
}

/** A model that is on its way: bytes of that part so far. How many will be read is known when it is there. */
export interface Opening {
  readonly phase: 'opening';
  readonly part: 'engine' | 'model' | null;
  readonly bytes: number;
}

export const opening: Opening = { phase: 'opening', part: null, bytes: 0 };

export type ModelPhase =
  | Opening
  | { readonly phase: 'ready'; readonly opened: Opened }
  | { readonly phase: 'failed'; readonly failure: Failure };

/** What works right now; fast details (tokens, previews) are in `live.ts`. */
export type Activity =
  | { readonly stage: 'waiting' | 'reading' | 'writing' | 'imagining' | 'drawing' | 'developing' | 'enlarging' }
  | { readonly stage: 'step'; readonly step: number; readonly steps: number; readonly remainingMs: number };

/** Drafts have few steps. */
export interface VariationChoice {
  readonly count: number;
  readonly kind: 'full' | 'draft';
}

/** What was last announced once nothing works any more. */
export type Outcome = 'done' | 'stopped' | 'failed' | null;

/** How the picture a message is about is found: as its words say, by its place, or marked among those that come along. */
export type AboutChoice =
  | { readonly by: 'words' }
  | { readonly by: 'place' }
  | { readonly by: 'mark'; readonly key: string };

/** By what names a device (state/throughputs.ts). */
export type Throughputs = Readonly<Record<string, Throughput>>;

/** Where the model is to compute: the best device there is, or the one that the person chose. */
export type DeviceChoice = OpenOptions['device'];

/** Why the model does not compute as it was to. */
export type DeviceNotice = NonNullable<DeviceReport['notice']>;

/** A part of the model that has not answered for longer than can be expected. */
export interface ModelSilence {
  readonly side: 'language' | 'painter';
  readonly seconds: number;
}

/** What lies beside the conversation, or over it where there is little room: one at a time. */
export type Panel = 'chats' | 'settings' | 'models' | 'gallery' | 'privacy';

/** Everything that can be done, by its name; or the keys that do it. */
export type Overlay = 'commands' | 'shortcuts';

/** What is said once of what was done. */
export type Told = Changing['deed'] | 'undone' | 'redone' | 'given back' | 'left stopped';

/** What a failure is about: a result, below which it is shown; a file that was given to a chat, with which it is shown; or the page itself. */
export type NoticeSubject =
  | { readonly kind: 'result'; readonly id: string }
  | { readonly kind: 'file'; readonly chat: ChatId }
  | { readonly kind: 'page' };

export interface Notice {
  readonly id: string;
  readonly failure: Failure;
  readonly about: NoticeSubject;
}

/** A message that is being written. */
export interface UnsentMessage {
  readonly text: string;
  readonly attachments: readonly Attachment[];
  /** The result that the next turn edits, put there by "Edit this". */
  readonly reference: ImageId | null;
  readonly about: AboutChoice;
  /** The words before they were polished, while the person looks that over. */
  readonly polishedFrom: string | null;
  /** Where alone the picture is to change; all of it where nothing is selected. */
  readonly area: AreaRecord | null;
}

export const emptyMessage: UnsentMessage = {
  text: '',
  attachments: [],
  reference: null,
  about: { by: 'words' },
  polishedFrom: null,
  area: null,
};

/** The message is that of the current chat. */
export interface AppState extends UnsentMessage {
  /** In the language that the page is read in. */
  readonly words: Words;
  readonly theme: Theme;
  readonly motion: Motion;
  readonly endNotice: EndNotice;
  readonly letterKeys: LetterKeys;
  readonly chats: readonly ChatRecord[];
  readonly current: ChatId;
  /** Chats that stand before all others in the list. */
  readonly pinned: readonly ChatId[];
  /** Results that a person marked, by their ids. */
  readonly favourites: readonly string[];
  /** What can be undone, the latest last, and what can be done again. */
  readonly done: readonly Step[];
  readonly undone: readonly TakenBack[];
  /** What was just done or undone. */
  readonly told: Told | null;
  /** Which version of a turn this tab shows, where there are several. */
  readonly chosen: Chosen;
  /** New turns that are to stand beside others of their parent, where any other new one goes on behind them. */
  readonly beside: ReadonlySet<TurnId>;
  /** Messages that were begun in other chats. */
  readonly unsent: Readonly<Record<ChatId, UnsentMessage>>;
  /** Send was pressed while a picture was still being read: the message follows it. */
  readonly sendWhenRead: boolean;
  readonly drafts: Drafts;
  /** What chats have of their own, over the general `drafts` and `good`. */
  readonly own: OwnSettings;
  /** Settings that the person keeps under names of their own. */
  readonly ownPresets: readonly OwnPreset[];
  /** What of its recipe goes into a picture's file. */
  readonly recipes: RecipeChoice;
  /** The pattern of the names of saved pictures (session/file-name.ts); empty is the usual one. */
  readonly saveNames: string;
  /** How many pictures a press of Variations paints, and with how many steps. */
  readonly variations: VariationChoice;
  /** The last good draft of each field. */
  readonly good: Drafts;
  readonly bundles: readonly BundleEntry[];
  readonly bundle: string | null;
  readonly device: DeviceChoice;
  readonly model: ModelPhase;
  /** The bundle that is open, or was last: what its settings are. */
  readonly lastBundle: BundleSummary | null;
  /** What was said of the device and is not to be said again. */
  readonly deviceNoticesRead: readonly DeviceNotice[];
  /** What was measured of devices, by the device. */
  readonly throughputs: Throughputs;
  readonly silence: ModelSilence | null;
  readonly jobs: readonly Queued[];
  /** What waits is not begun. */
  readonly paused: boolean;
  readonly activity: Activity | null;
  readonly outcome: Outcome;
  readonly notices: readonly Notice[];
  readonly library: LibraryState;
  readonly archive: ArchiveState;
  readonly panel: Panel | null;
  /** The dialog of the whole page that is open. */
  readonly overlay: Overlay | null;
  /** The picture on which an area is being selected. */
  readonly selecting: ImageId | null;
  /** What was marked there the last time, where it was left without Done. */
  readonly leftMarks: LeftMarks | null;
  /** The picture beside the message that is being cropped, by its key. */
  readonly cropping: string | null;
  /** Whose recipe is open. */
  readonly recipe: RecipeOwner | null;
  /** The result whose enlargement is being chosen. */
  readonly enlarging: string | null;
  /** What comes of enlarging results, by the result. */
  readonly enlargements: Readonly<Record<string, EnlargementNews>>;
  /** What came of drawing a picture's file again, by the picture. */
  readonly verifications: Readonly<Record<ImageId, Verification>>;
  /** The picture that is open in the viewer. */
  readonly viewed: ViewedPicture | null;
  /** Those that it stands among, in their order. */
  readonly viewedAmong: readonly ViewedPicture[];
  /** The result that was last put on the clipboard. */
  readonly copied: string | null;
  /** The name of the file that was last saved, for as long as it is told. */
  readonly saved: string | null;
  /** What was asked of the network since the page was opened. */
  readonly requests: readonly RequestRow[];
  readonly storage: StorageState;
  /** Another release of the page is at hand; asked for, it comes when nothing works any more. */
  readonly update: 'none' | 'offered' | 'asked';
  /** Whether the page opens without a network; null while that is not known, or where the browser keeps nothing. */
  readonly kept: KeptState | null;
  /** Why something on the page is not saved; null when everything is. */
  readonly unsaved: Failure | null;
}

/**
 * What becomes of what is said: not known yet; written by this tab, or by another that it follows; shown alone, because a newer
 * version writes; or kept by the page until it is closed, because the browser stores nothing or threw away what it had.
 */
export type StorageState = 'opening' | 'writer' | 'follower' | 'outdated' | 'session';

export type AppStore = StoreApi<AppState>;

/** Over the page or beside the chat. */
const nothingOpen = {
  panel: null,
  overlay: null,
  selecting: null,
  cropping: null,
  recipe: null,
  enlarging: null,
  viewed: null,
} as const;

export function createAppStore(words: Words, theme: Theme = 'auto'): AppStore {
  const chat = emptyChat();
  return createStore<AppState>(() => ({
    words,
    theme,
    motion: 'full',
    endNotice: 'silent',
    letterKeys: 'letters',
    chats: [chat],
    current: chat.id,
    chosen: {},
    pinned: [],
    favourites: [],
    done: [],
    undone: [],
    told: null,
    beside: new Set(),
    ...emptyMessage,
    unsent: {},
    sendWhenRead: false,
    drafts: {},
    own: {},
    ownPresets: [],
    recipes: 'picture',
    saveNames: '',
    good: {},
    variations: { count: 1, kind: 'full' },
    bundles: [],
    bundle: null,
    device: 'auto',
    model: opening,
    lastBundle: null,
    deviceNoticesRead: [],
    throughputs: {},
    silence: null,
    jobs: [],
    paused: false,
    activity: null,
    outcome: null,
    notices: [],
    library: emptyLibrary,
    archive: idleArchive,
    ...nothingOpen,
    leftMarks: null,
    enlargements: {},
    verifications: {},
    viewedAmong: [],
    copied: null,
    saved: null,
    requests: [],
    storage: 'opening',
    update: 'none',
    kept: null,
    unsaved: null,
  }));
}

export function emptyChat(): ChatRecord {
  return { id: newChatId(), title: '', changed: Date.now(), turns: [] };
}
