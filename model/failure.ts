import type { CheckpointFailureData } from './checkpoint-failure.ts';
import type { LibraryFailureData } from './library-failure.ts';
import type { PictureFailureData } from './picture-failure.ts';
import type { ReadingProblem, WritingProblem } from './recognised.ts';
import type { StorageFailureData } from './storage-failure.ts';

/**
 * Every failure of Nexus-Gen as plain data. A failure crosses worker borders as it is; the sentence a person reads is
 * chosen in `words/` by its code, and a code without a sentence does not compile.
 */
export interface FailureData extends CheckpointFailureData, LibraryFailureData, PictureFailureData, StorageFailureData {
  /** A shape, type or name that does not fit where a graph is built. */
  GRAPH_SHAPE: { readonly at: string; readonly expected: string; readonly actual: string };
  /** A link of the file system whose target does not exist. */
  LINK_DANGLING: { readonly file: string; readonly target: string };
  /** A file or folder, as a person named it, that cannot be read; `reason` is what the system, browser or server calls that. */
  FILE_UNREADABLE: { readonly file: string; readonly problem: ReadingProblem; readonly reason: string };
  /** A file that is no ONNX graph of the kind we write. */
  GRAPH_FILE: { readonly file: string; readonly problem: 'size' | 'damaged' | 'no graph' | 'domain' | 'type' };
  /** A bundle.json that is no manifest of ours. */
  BUNDLE_MANIFEST: { readonly key: string; readonly expected: string; readonly actual: string };
  /** A bundle of another version of the format than this software reads. */
  BUNDLE_VERSION: { readonly version: number; readonly supported: number };
  /** A file of a bundle that is absent, of the wrong size, or changed, or in whose place a web page came. */
  BUNDLE_FILE: { readonly file: string; readonly problem: 'missing' | 'size' | 'hash' | 'page' };
  /** A file of a folder that the person opened, and that the page may not read any more. */
  FOLDER_REFUSED: { readonly file: string };
  /**
   * A file of a model that does not arrive: the server is silent or cannot be reached, does not send the ranges that it is
   * asked for, or answers with this status.
   */
  MODEL_FETCH:
    | { readonly file: string; readonly problem: 'silent' | 'unreachable' | 'no ranges' }
    | { readonly file: string; readonly problem: 'refused'; readonly status: number };
  /** A graph or tensor that a bundle does not have. */
  BUNDLE_LACKS: { readonly part: string; readonly name: string };
  /** The folder to convert into holds a finished bundle already. */
  BUNDLE_EXISTS: { readonly folder: string };
  /** Another process writes into the folder to convert into; `lock` is the file there that names it. */
  FOLDER_BUSY: { readonly folder: string; readonly process: string; readonly machine: string; readonly lock: string };
  /** A file that could not be written, for instance because the disk is full; `reason` is the system's code. */
  WRITE_FAILED: { readonly file: string; readonly problem: WritingProblem; readonly reason: string };
  /** The disk has fewer free bytes than what is to be written needs. */
  NO_ROOM: { readonly folder: string; readonly needed: number; readonly free: number };
  /** What was to go on the clipboard, which is missing (plain http) or was refused. */
  COPY_REFUSED: { readonly problem: 'missing' | 'refused'; readonly what: 'picture' | 'words' };
  /** The browser or the system did not take a picture that was to be shared. */
  SHARE_REFUSED: Readonly<Record<string, never>>;
  /** A graph that onnxruntime would not load. */
  LOAD_FAILED: { readonly graph: string; readonly reason: string };
  /** A graph that failed while it ran. */
  RUN_FAILED: { readonly graph: string; readonly reason: string };
  /** A graph whose result holds values that are infinite or no numbers, with activations of this type. */
  NOT_FINITE: { readonly graph: string; readonly activations: 'float32' | 'float16' };
  /**
   * Memory could not be had on the device: to load a graph, `bytes` of weights; or to run it, while `bytes` were in use.
   */
  MEMORY_FULL: { readonly graph: string; readonly doing: 'load' | 'run'; readonly bytes: number };
  /** The GPU went away: its driver was reset, or the browser took it back. */
  DEVICE_LOST: {
    readonly reason: string;
    /** How often since it last computed something. */
    readonly times: number;
  };
  /** No WebGPU adapter, where one was asked for. */
  WEBGPU_MISSING: Readonly<Record<string, never>>;
  /** WebGPU was asked for and cannot be used: no device is given, or the start-up test breaks off. */
  WEBGPU_BROKEN: { readonly reason: string };
  /** onnxruntime itself does not start: its wasm file is missing or was cut short, or the browser refuses it. */
  ENGINE_LOAD: { readonly reason: string };
  /** The GPU computes the start-up test wrongly, also with its optional features left out. */
  SELF_TEST_FAILED: { readonly adapter: string; readonly verdict: string };
  /** What a model can do that does not fit the device, however it is run; in bytes. */
  MODEL_TOO_LARGE: { readonly ability: 'chat' | 'draw' | 'edit'; readonly needed: number; readonly available: number };
  /** The embeddings of a picture belong to the model that imagined them, and that is another one, or another version. */
  MODEL_OTHER: { readonly wanted: string; readonly open: string };
  /** An interrupted drawing that was begun on another device, or by another version of the software; `device` is where. */
  RESUME_ELSEWHERE: { readonly begun: 'device' | 'version'; readonly device: 'webgpu' | 'wasm' };
  /** A request to a worker that has no model open. */
  MODEL_CLOSED: { readonly worker: 'language' | 'painter' };
  /** The worker that computed ended before it answered. */
  WORKER_ENDED: { readonly worker: 'language' | 'painter'; readonly reason: string };
  /** The worker said nothing for so long that it was ended. */
  WORKER_SILENT: { readonly worker: 'language' | 'painter'; readonly seconds: number };
  /** The person had a silent worker replaced. */
  WORKER_RESTARTED: { readonly worker: 'language' | 'painter' };
  /** The person pressed Stop; what was made until then is kept. */
  STOPPED: { readonly stage: 'waiting' | 'loading' | 'reading' | 'writing' | 'drawing' };
  /** No Chrome or Chromium on this machine, which `--device webgpu` and the browser tests need. */
  NO_CHROME: Readonly<Record<string, never>>;
  /** No Python on this machine, or one without a package of training/requirements.txt; `lacks` names which. */
  NO_PYTHON: { readonly lacks: string };
  /** What judges a bench ended with an error; `reason` is the last it said. */
  BENCH_FAILED: { readonly reason: string };
  /** The Chrome that the terminal started is gone, or has not answered for too long. */
  CHROME_ENDED: { readonly reason: 'died' | 'silent' };
  /** A file to be written exists and `--force` was not given. */
  FILE_EXISTS: { readonly file: string };
  /** A file that could not be written, found before there was anything to write; `reason` is the system's code, if any. */
  OUTPUT_REFUSED: { readonly file: string; readonly problem: WritingProblem; readonly reason: string };
  /** More tokens than the key/value cache has slots for. */
  CONTEXT_FULL: { readonly tokens: number; readonly slots: number };
  /** A message with neither words nor a picture. */
  TEXT_EMPTY: Readonly<Record<string, never>>;
  /** Words that the model would make no fuller: it said nothing, or the same. */
  POLISH_NOTHING: Readonly<Record<string, never>>;
  /** A message that alone is longer than the model can hold. */
  TEXT_TOO_LONG: { readonly limit: number; readonly actual: number; readonly unit: 'characters' | 'tokens' };
  /** A seed that is no whole number from 0 to 2^64 − 1. */
  SEED_INVALID: { readonly seed: string };
  /** A setting outside its range. */
  SETTING_RANGE: {
    readonly setting: 'width' | 'height' | 'steps' | 'strength' | 'guidance' | 'cfg' | 'temperature' | 'topP';
    readonly value: number;
    readonly low: number;
    readonly high: number;
  };
  /** A bundle's tokenizer.json or tokenizer_config.json that cannot be used. */
  TOKENIZER_INVALID: { readonly problem: string };
  /** A drawing for a decoder that the bundle does not hold. */
  DECODER_MISSING: { readonly decoder: 'generation' | 'editing' };
  /** A negative prompt, or CFG at all, that the bundle does not hold; and those that it does. */
  NEGATIVE_UNAVAILABLE: { readonly prompt: string; readonly held: readonly string[] };
  /** A negative prompt of other words than the empty ones, for a decoder without the layers that these need beside its tables. */
  NEGATIVE_LAYERS: { readonly prompt: string };
  /** Steps, guidance or a start that a decoder has neither a modulation table for nor the layers to compute one. */
  SCHEDULE_UNAVAILABLE: {
    readonly decoder: 'generation' | 'editing';
    readonly steps: number;
    readonly guidance: number;
    readonly strength: number;
    readonly served: readonly { readonly steps: number; readonly guidance: number }[];
  };
  /** A line of a batch that says nothing that could be done; lines count from 1. */
  BATCH_LINE: { readonly line: number; readonly reason: string };
  /** A part of the page's own code that is loaded when it is needed, and is not there: the page was built anew meanwhile. */
  PAGE_PART: { readonly reason: string };
  /** Anything unforeseen; `message` is the original error's text, `stack` where it arose, as far as that is known. */
  UNEXPECTED: { readonly message: string; readonly stack?: string | undefined };
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
    if (failure.code === 'UNEXPECTED') observer({ ...failure.data, stack: failure.data.stack ?? this.stack });
  }
}

/** What is told of an error that nobody foresaw. */
export type Unforeseen = FailureData['UNEXPECTED'];

let observer: (error: Unforeseen) => void = () => undefined;

/** Whoever keeps the log is told of every unforeseen error, whatever becomes of its failure. */
export function observeUnforeseen(observe: (error: Unforeseen) => void): void {
  observer = observe;
}

/** Makes a failure; the data's type follows from the code. */
export function failure<Code extends FailureCode>(code: Code, data: FailureData[Code]): Failure {
  return { code, data } as Failure;
}

/** Throws a failure. */
export function fail<Code extends FailureCode>(code: Code, data: FailureData[Code]): never {
  throw new FailureError(failure(code, data));
}

/** How Chrome, Safari and Firefox say that a module could not be imported. */
const missingPart = /dynamically imported module|Importing a module script failed/;

/** Of errors that were not ours: one that passes through several hands is told of once. */
const unforeseen = new WeakMap<Error, Failure>();

/** The failure inside any thrown value; what was not ours becomes UNEXPECTED with its message. */
export function failureOf(thrown: unknown): Failure {
  if (thrown instanceof FailureError) return thrown.failure;
  if (!(thrown instanceof Error)) return new FailureError(failure('UNEXPECTED', { message: String(thrown) })).failure;
  const { message, stack } = thrown;
  if (missingPart.test(message)) return failure('PAGE_PART', { reason: message });
  const known = unforeseen.get(thrown) ?? new FailureError(failure('UNEXPECTED', { message, stack })).failure;
  unforeseen.set(thrown, known);
  return known;
}
