/** What is kept of a conversation. Pictures and embeddings lie beside it by content hash. */
import type { Failure } from '../../model/failure.ts';
import type { Composite, Recipe } from '../../model/recipe/recipe.ts';
import type { SelectedArea } from '../../session/selected-area.ts';
import type { Form, ImageId, Seed } from '../../workers/protocol.ts';

declare const brand: unique symbol;
export type ChatId = string & { readonly [brand]: 'ChatId' };
export type TurnId = string & { readonly [brand]: 'TurnId' };
/** SHA-256 (hex) of stored bytes that are no picture: embeddings, latents. */
export type BlobHash = string & { readonly [brand]: 'BlobHash' };

export const newChatId = () => crypto.randomUUID() as ChatId;
export const newTurnId = () => crypto.randomUUID() as TurnId;

/** A picture a person added: its original file. Sizes are upright. */
export interface PictureRecord {
  readonly id: ImageId;
  readonly name: string;
  readonly width: number;
  readonly height: number;
}

/** An area that was selected; the size is the mask's. */
export interface AreaRecord extends SelectedArea {
  readonly width: number;
  readonly height: number;
}

export interface StoredEmbeddings {
  readonly blob: BlobHash;
  readonly hidden: number;
  readonly grid: readonly [number, number, number];
}

/** What a picture was painted from: enough to paint it again with another seed, without the language model. */
export interface PaintedFrom {
  readonly target: StoredEmbeddings;
  readonly reference: { readonly image: ImageId; readonly embeddings: StoredEmbeddings } | null;
  readonly recipe: Recipe;
}

/** An edit of which the rest was once kept: both pictures of it, of which `image` is the one that is shown. */
export interface RestOfResult {
  /** As the model painted it. */
  readonly painted: ImageId;
  /** With the edited picture's own pixels outside what changed, and how these were found. */
  readonly kept: ImageId;
  readonly composite: Composite;
}

/** How far an interrupted drawing came: on the same device and by the same software it goes on from there to the same bits. */
export interface ReachedStep {
  /** Steps that are done. */
  readonly step: number;
  readonly latents: BlobHash;
  readonly device: Recipe['device'];
  readonly versions: Recipe['versions'];
}

export type ResultState = 'queued' | 'working' | 'done' | 'stopped' | 'failed';

export interface Result {
  readonly id: string;
  readonly state: ResultState;
  readonly prompt: string;
  readonly seed: Seed;
  readonly width: number;
  readonly height: number;
  /** The painted PNG; null until there is one. */
  readonly image: ImageId | null;
  /** Null until the words are there and painting begins. */
  readonly from: PaintedFrom | null;
  /** The model's name as it was then. */
  readonly model: string;
  /** Absent where the rest was never kept. */
  readonly rest?: RestOfResult | undefined;
  /** When it was done, in milliseconds since 1970; versions before this one did not note it. */
  readonly made?: number | undefined;
  /** How long a step took; absent where that could not be told. */
  readonly secondsPerStep?: number | undefined;
  /** The steps that it is to be finished with; absent where it is no draft. */
  readonly fullSteps?: number | undefined;
  /** Absent where it is done, or nothing of it was kept. */
  readonly reached?: ReachedStep | undefined;
}

interface Turn {
  readonly id: TurnId;
  /** The turn that it follows; null begins the chat. Turns of one parent are versions of each other. */
  readonly parent: TurnId | null;
}

export interface PersonTurn extends Turn {
  readonly from: 'person';
  readonly text: string;
  readonly pictures: readonly PictureRecord[];
  /** The result that "Edit this" put in front. */
  readonly reference: ImageId | null;
  /** Which picture the turn is about, where the person marked one or named it; else its place decides. */
  readonly about: ImageId | null;
  /** Chosen by hand on the answer, else the model's router or the task decides. */
  readonly form: Form | 'auto';
  /** Where alone a picture is to change; absent where nothing was selected. */
  readonly area?: AreaRecord | undefined;
}

/** Where a reply was broken off for its length, and by what: the person's setting, or the room that the model has. */
export interface ReplyCut {
  readonly tokens: number;
  readonly by: 'setting' | 'model';
}

export interface ModelTurn extends Turn {
  readonly from: 'model';
  readonly state: ResultState;
  readonly text: string;
  readonly form: Form | null;
  readonly results: readonly Result[];
  readonly failure: Failure | null;
  readonly turnsLeftOut: number;
  /** Absent where the reply came to its end. */
  readonly cut?: ReplyCut | undefined;
  /** How fast its words came; absent where that could not be told. */
  readonly tokensPerSecond?: number | undefined;
}

/** A turn that is stored and cannot be read; it stays as it is on the disk. */
export interface UnreadableTurn extends Turn {
  readonly from: 'unreadable';
  /** Its bytes were changed, or a newer version has written it. */
  readonly why: 'damaged' | 'newer';
}

export type TurnRecord = PersonTurn | ModelTurn | UnreadableTurn;

export interface ChatRecord {
  readonly id: ChatId;
  readonly title: string;
  /** Milliseconds since 1970; the list of chats is in this order. */
  readonly changed: number;
  /** All of them, in the order of their making; which are shown: `state/tree.ts`. */
  readonly turns: readonly TurnRecord[];
}

/** Which of several versions is shown: by the turn that they follow, or by the chat that they begin. */
export type Chosen = Readonly<Record<TurnId | ChatId, TurnId>>;
