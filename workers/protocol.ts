/**
 * Everything that crosses between the page and its workers: one file, so that what can be said is seen at a glance.
 * Values are plain data (structured clone); pixels, embeddings and bitmaps travel as transferables. A call never
 * rejects: it answers with an `Outcome`, because Comlink drops the fields of errors.
 */

import type { AbilityPlan, Residency } from '../model/bundle/fit.ts';
import type { Ability } from '../model/bundle/installables.ts';
import type { CountedSizes, Throughput } from '../model/bundle/operations.ts';
import type { ScheduleConfig } from '../model/config/painter.ts';
import type { ServedSchedule } from '../model/config/settings.ts';
import type { GuidedRange } from '../model/diffusion/guidance.ts';
import type { DrawnSize } from '../model/diffusion/size.ts';
import type { Failure } from '../model/failure.ts';
import type { Mask } from '../model/image/mask.ts';
import type { RgbImage } from '../model/image/pixels.ts';
import type { KeepingRule } from '../model/image/unedited.ts';
import type { Form } from '../model/text/forms.ts';
import type { Language } from '../model/text/language.ts';
import type { ConversationTurn, Decoder, TurnPlan } from '../model/text/turn-plan.ts';

export type { RgbImage } from '../model/image/pixels.ts';
export type { Form, Task } from '../model/text/forms.ts';
export type { Language } from '../model/text/language.ts';
export type { Decoder } from '../model/text/turn-plan.ts';

declare const brand: unique symbol;
type Branded<Base, Name extends string> = Base & { readonly [brand]: Name };

/** One request of a person, from Send to its end; events and cancellation name it. */
export type JobId = Branded<string, 'JobId'>;
/** SHA-256 (hex) of the original file's bytes: the same picture is the same id everywhere. */
export type ImageId = Branded<string, 'ImageId'>;
/** A seed as decimal digits, 0 … 2^64 − 1; a JavaScript number cannot hold it. */
export type Seed = Branded<string, 'Seed'>;

export type Outcome<Result> =
  | { readonly ok: true; readonly result: Result }
  | { readonly ok: false; readonly failure: Failure };

/** Where a bundle's files are read from. */
export type BundleLocation = BundlePlace & {
  /** SHA-256 of its bundle.json in hex, where a list of models names it: another is refused. */
  readonly sha256?: string | undefined;
};

export type BundlePlace =
  | {
      readonly kind: 'http';
      /** The address of its folder, ending with a slash. */
      readonly base: string;
    }
  /** Of this machine: the terminal reads its files. */
  | { readonly kind: 'folder'; readonly path: string }
  /** Of the browser's private file system: the names of folders from its root on. */
  | { readonly kind: 'opfs'; readonly path: readonly string[] }
  /** A folder that the person opened, and that stays where it is; `key` names the library's model that was moved there. */
  | { readonly kind: 'directory'; readonly handle: FileSystemDirectoryHandle; readonly key?: string }
  /** Files that the person dropped. */
  | { readonly kind: 'files'; readonly files: readonly GivenFile[] };

export interface GivenFile {
  /** From the bundle's folder on. */
  readonly path: string;
  readonly file: Blob;
}

/** Image embeddings of the shared space (paper, section 2.1): [grid height · width / 4, hidden], row by row. */
export interface ImageEmbeddings {
  readonly data: Float32Array;
  readonly hidden: number;
  /** [time, height, width] in 14-pixel patches. */
  readonly grid: readonly [number, number, number];
}

export type Turn = ConversationTurn<ImageId>;

export interface Sampling {
  /** 0 chooses greedily. */
  readonly temperature: number;
  readonly topP: number;
  readonly maxTokens: number;
  /** Of the words, where it is not the picture's. */
  readonly seed?: Seed;
}

/** What a person asks, as the language worker needs it. */
export interface TurnRequest {
  readonly job: JobId;
  /** What the turn is understood as: decided once, before it is put to the worker. */
  readonly plan: TurnPlan<ImageId>;
  /** Embeddings of the picture where they are known: no words are written, and the reply is their drawing. */
  readonly imagined: ImageEmbeddings | null;
  readonly decoder: Decoder | 'auto';
  readonly prefill: 'pass' | 'loop';
  readonly sampling: Sampling;
  readonly seed: Seed;
}

/** Pixels or embeddings the worker said it lacks, sent along with the request. */
export type ImageContent =
  | { readonly id: ImageId; readonly kind: 'seen'; readonly pixels: RgbImage }
  | { readonly id: ImageId; readonly kind: 'drawn'; readonly embeddings: ImageEmbeddings; readonly pixels: RgbImage };

/** What the language side hands to the painter. */
export interface Drawing {
  readonly target: ImageEmbeddings;
  readonly reference: { readonly image: ImageId; readonly embeddings: ImageEmbeddings } | null;
  readonly decoder: Decoder;
}

export interface Reply {
  /** The words, with `<image>` where a picture stands. */
  readonly text: string;
  readonly form: Form;
  readonly language: Language;
  readonly drawing: Drawing | null;
  readonly end: 'finished' | 'length' | 'stopped';
  /** Oldest turns after the system line that did not fit the context any more. */
  readonly turnsLeftOut: number;
  readonly tokens: { readonly prompt: number; readonly reused: number; readonly written: number };
}

export interface PaintRequest {
  readonly job: JobId;
  readonly drawing: Drawing;
  readonly width: number;
  readonly height: number;
  readonly steps: number;
  readonly seed: Seed;
  readonly guidance: number;
  readonly cfg: number;
  readonly negative: string;
  /** Every step is guided where it is left out. */
  readonly cfgRange?: GuidedRange | undefined;
  /** Steps much like the last one are not run (model/diffusion/step-cache.ts), 0 … 1; all are where it is left out. */
  readonly stepCache?: number | undefined;
  /** A picture to start from and how much of it may change, 0 … 1. */
  readonly start: { readonly pixels: RgbImage; readonly strength: number } | null;
  /** The picture that changes where it is marked alone. */
  readonly area?: { readonly pixels: RgbImage; readonly mask: Mask } | undefined;
  /** The picture whose unedited part is put back into the painting, and how that is found. */
  readonly rest?: { readonly pixels: RgbImage; readonly rule: KeepingRule } | undefined;
  /** Where the same painting was before, to go on from; else it begins with noise. */
  readonly resume?: SamplerState | undefined;
}

/** Where a painting is on its way from noise to a picture: the same request goes on from here on the same device to the same bits. */
export interface SamplerState {
  /** Steps that are done, from 1. */
  readonly step: number;
  /** Behind that step: [channels, height, width], row by row; with a step cache what was run last follows (model/diffusion/sampler-state.ts). */
  readonly latents: Float32Array;
}

export interface Painting {
  readonly width: number;
  readonly height: number;
  /** RGBA, opaque. */
  readonly data: Uint8ClampedArray<ArrayBuffer>;
  readonly end: 'finished' | 'stopped';
  /** How far it came; absent where that is not known. */
  readonly reached?: SamplerState | undefined;
}

/** What a bundle says of itself, for the page's controls. */
export interface BundleSummary {
  readonly id: string;
  readonly name: string;
  /** SHA-256 of bundle.json in hex. */
  readonly sha256: string;
  /** SHA-256 over the files that words, or a decoder's pictures, depend on; null for a decoder it does not have. */
  readonly identity: Readonly<Record<'language', string> & Record<Decoder, string | null>>;
  readonly schedule: ScheduleConfig;
  readonly forms: 'plain' | 'trained';
  readonly context: 'conversation' | 'turn';
  /** How many of the turns before it a turn reads; null where all that fit. */
  readonly contextTurns: number | null;
  /** Every size that it draws; null where any. */
  readonly sizes: readonly DrawnSize[] | null;
  /** Whether another seed draws another picture of the same words. */
  readonly seedsDiffer: boolean;
  readonly decoders: readonly Decoder[];
  /** The steps and guidance that a decoder serves, without a picture to start from; null where any, and with one. */
  readonly schedules: Readonly<Record<Decoder, readonly ServedSchedule[] | null>>;
  /** What it was made for, whether or not it draws others too: those that are offered by name are among them. */
  readonly offeredSchedules: readonly ServedSchedule[];
  /** The negative prompts that it holds, the empty one first; none where CFG has to stay 1. */
  readonly negatives: readonly string[];
  /** What its operations are counted from. */
  readonly counted: CountedSizes;
  readonly defaults: {
    readonly width: number;
    readonly height: number;
    readonly steps: number;
    readonly guidance: number;
    /** CFG scale of a drawing, and of an edit. */
    readonly cfg: number;
    readonly editingCfg: number;
    readonly strength: number;
    readonly temperature: number;
    readonly topP: number;
    readonly maxTokens: number;
  };
  readonly bytes: number;
}

export interface DeviceReport {
  readonly device: 'webgpu' | 'wasm';
  readonly adapter: string;
  readonly activations: 'float32' | 'float16';
  /** Of the processor; 1 where the graphics card computes. */
  readonly threads: number;
  readonly subgroups: 'used' | 'absent' | 'dropped';
  /** Why the device is not the best one asked for; shown plainly. */
  readonly notice:
    | 'NO_WEBGPU'
    /** It was there, and was lost for good. */
    | 'WEBGPU_GONE'
    | 'SOFTWARE_ADAPTER'
    | 'WEBGPU_BROKEN'
    | 'WEBGPU_WRONG'
    | 'SUBGROUPS_DROPPED'
    /** It computed values that are no numbers in 16 bits, so that 32 are used. */
    | 'FLOAT16_DROPPED'
    | null;
}

/** How a bundle is run on a device, from the numbers of both (model/bundle/fit.ts). */
export interface MemoryPlan {
  readonly residency: Residency;
  /** What the device is taken to have. */
  readonly deviceBytes: number;
  readonly languageBytes: number;
  /** Null where the bundle cannot draw. */
  readonly painterBytes: number | null;
  /** Null for what the bundle cannot do. */
  readonly abilities: Readonly<Record<Ability, AbilityPlan | null>>;
  /** Stages (model/bundle/stages.ts) that are loaded for each run and released behind it. */
  readonly streamed: readonly string[];
  /** Tokens that the key/value cache has room for. */
  readonly slots: number;
}

export interface Opened {
  readonly bundle: BundleSummary;
  readonly device: DeviceReport;
  readonly memory: MemoryPlan;
}

/** The one stream of a worker's life, over the port given to `open`. */
export type WorkerEvent =
  | { readonly type: 'loading'; readonly part: string; readonly done: number; readonly total: number }
  | { readonly type: 'reading'; readonly job: JobId; readonly done: number; readonly total: number }
  | { readonly type: 'text'; readonly job: JobId; readonly delta: string; readonly tokens: number }
  | { readonly type: 'imagining'; readonly job: JobId }
  | {
      readonly type: 'step';
      readonly job: JobId;
      readonly step: number;
      readonly steps: number;
      readonly remainingMs: number;
    }
  | {
      readonly type: 'preview';
      readonly job: JobId;
      readonly width: number;
      readonly height: number;
      readonly data: Uint8ClampedArray<ArrayBuffer>;
    }
  /** Told now and then, so that what interrupts the painting does not take it all. */
  | { readonly type: 'reached'; readonly job: JobId; readonly state: SamplerState }
  | { readonly type: 'developing'; readonly job: JobId; readonly tile: number; readonly tiles: number }
  | { readonly type: 'lost'; readonly failure: Failure }
  /** A run of a graph begins, or the device is waited for: the worker may tell nothing until it has ended. */
  | {
      readonly type: 'running';
      readonly name: string;
      /** How long its like took before; null for one that has no like. */
      readonly expectedMs: number | null;
    }
  | { readonly type: 'ran' };

export interface OpenOptions {
  readonly location: BundleLocation;
  readonly device: 'auto' | 'webgpu' | 'wasm';
  /** Where 16 bits between operators were too few; else what suits the device. */
  readonly activations?: 'float32' | undefined;
}

/** Bytes on the device by owner. */
export type Ledger = Readonly<Record<string, number>>;

/** What a worker holds on the device, to be compared with its share of the memory plan. */
export interface MemoryUse {
  /** Empty after `close`. */
  readonly owners: Ledger;
  /** The most bytes there were at once since `open`. */
  readonly peak: number;
}

/** Of both sides. */
export interface ModelMemory {
  readonly language: MemoryUse;
  readonly painter: MemoryUse;
}

interface AnyWorker {
  open(options: OpenOptions, events: MessagePort): Promise<Outcome<Opened>>;
  /** Stops the job within one token or one block; what it has made is in its outcome. */
  cancel(job: JobId): Promise<void>;
  memory(): Promise<MemoryUse>;
  close(): Promise<Outcome<null>>;
}

export interface LanguageWorker extends AnyWorker {
  /** Of the pictures a request names, those whose pixels or embeddings the worker does not hold. */
  lacking(request: TurnRequest): Promise<Outcome<readonly ImageId[]>>;
  speak(request: TurnRequest, contents: readonly ImageContent[]): Promise<Outcome<Reply>>;
  /** Measures the device for about two seconds, as a job among the others. */
  throughput(job: JobId): Promise<Outcome<Throughput>>;
}

export interface PainterWorker extends AnyWorker {
  paint(request: PaintRequest): Promise<Outcome<Painting>>;
}
