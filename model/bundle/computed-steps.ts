/**
 * What is computed of many tensors, step by step. Behind the end of the file that comes of it lie the results that are still taken,
 * and the weights of the step that is under way, so that a later try goes on in the middle of a tensor.
 */
import { crc32 } from '../checkpoint/crc32.ts';
import { decodeWeights } from '../checkpoint/decode.ts';
import { elementTypeBytes, requireWeightType } from '../checkpoint/element-types.ts';
import { rowCount, rowLength, type TensorSource } from '../checkpoint/tensors.ts';
import { fail } from '../failure.ts';
import { chunkBytes } from './hashes.ts';
import type { ShardProgress } from './shard-content.ts';
import { noMark } from './sink.ts';

/** All values of a tensor, row-major. */
export type ReadWeight = (name: string) => Promise<Float32Array>;

export interface PlannedStep {
  /** Tensors that it reads, in this order. */
  readonly weights: readonly string[];
  /** Earlier steps whose results it takes. */
  readonly takes: readonly number[];
  /** Where its result lies behind the file's end; in the place of one that no later step takes. */
  readonly at: number;
  /** Of its result. */
  readonly bytes: number;
}

export interface ComputedStep extends PlannedStep {
  /** @param taken results of the steps that it takes, in that order */
  readonly compute: (read: ReadWeight, taken: readonly Uint8Array[]) => Promise<Uint8Array>;
}

export interface Computation {
  readonly source: TensorSource;
  readonly steps: readonly ComputedStep[];
  /** Steps whose results the file is made of. */
  readonly wanted: readonly number[];
}

/** The most bytes behind a file's end while it is computed so: results, and the weights of one step. */
export function bytesBehind(source: TensorSource, steps: readonly PlannedStep[]): number {
  const weights = steps.map((step) => step.weights.reduce((sum, name) => sum + storedBytes(source, name).all, 0));
  return resultBytes(steps) + Math.max(0, ...weights);
}

export function resultBytes(steps: readonly PlannedStep[]): number {
  return Math.max(0, ...steps.map(({ at, bytes }) => at + bytes));
}

function storedBytes(source: TensorSource, name: string) {
  const info = source.find(name) ?? fail('TENSOR_MISSING', { file: source.name, tensor: name });
  const type = requireWeightType(source.name, name, info.type);
  const row = rowLength(info.shape) * elementTypeBytes[type];
  return { type, row, all: rowCount(info.shape) * row };
}

/** Where steps are kept. */
export interface KeptSteps {
  readonly progress: ShardProgress;
  /** Of the file that they are kept behind. */
  readonly fileBytes: number;
}

export type ResultOf = (step: number) => Promise<Uint8Array>;

/** The tensors of a shard, and the steps that they come of. */
export interface ComputedTensors {
  readonly computation: Computation;
  /** The shard's tensors by their names. */
  readonly tensors: (resultOf: ResultOf) => Promise<ReadonlyMap<string, Uint8Array>>;
}

/**
 * Computes every step that an earlier try did not.
 *
 * @param kept null where nobody goes on with them: then results are in memory, as long as they are taken
 * @returns the results of the wanted steps
 * @throws TENSOR_MISSING, TENSOR_TYPE, and what reading and computing find
 */
export async function computeSteps(computation: Computation, kept: KeptSteps | null): Promise<ResultOf> {
  const results = kept === null ? new ResultsInMemory(computation) : new ResultsOnDisk(computation, kept);
  const { steps } = computation;
  for (let at = await results.restore(); at < steps.length; at += 1) {
    const step = steps[at];
    if (step === undefined) break;
    const taken: Uint8Array[] = [];
    for (const earlier of step.takes) taken.push(await results.of(earlier));
    const result = await step.compute(inOrder(step, results.weightsOf()), taken);
    if (result.length !== step.bytes) fail('UNEXPECTED', { message: `step ${at}: ${result.length} bytes` });
    await results.keep(at, result);
  }
  return (step) => results.of(step);
}

/** Refuses another order than was said: what is kept of weights lies in that order. */
function inOrder({ weights }: ComputedStep, read: ReadWeight): ReadWeight {
  let next = 0;
  return async (name) => {
    if (weights[next] !== name) fail('UNEXPECTED', { message: `${name} is read out of turn` });
    next += 1;
    return read(name);
  };
}

/** Steps before `next` whose results it, a later one or the file takes. */
function takenFrom({ steps, wanted }: Computation, next: number): readonly number[] {
  const taken = new Set([...wanted, ...steps.slice(next).flatMap(({ takes }) => takes)]);
  return [...taken].filter((step) => step < next).sort((left, right) => left - right);
}

class ResultsInMemory {
  private readonly computation: Computation;
  private readonly results = new Map<number, Uint8Array>();

  constructor(computation: Computation) {
    this.computation = computation;
  }

  async restore(): Promise<number> {
    return 0;
  }

  weightsOf(): ReadWeight {
    return (name) => this.computation.source.read(name);
  }

  async of(step: number): Promise<Uint8Array> {
    return this.results.get(step) ?? fail('UNEXPECTED', { message: `step ${step} has no result` });
  }

  async keep(step: number, result: Uint8Array): Promise<void> {
    this.results.set(step, result);
    const taken = new Set(takenFrom(this.computation, step + 1));
    for (const earlier of this.results.keys()) if (!taken.has(earlier)) this.results.delete(earlier);
  }
}

/** Weights are read and kept so many bytes at a time. */
const blockBytes = 2 * 2 ** 20;
/** Smaller ones are noted together. */
const notedAtOnce = 2 ** 20;

class ResultsOnDisk {
  private readonly computation: Computation;
  private readonly progress: ShardProgress;
  private readonly begin: number;
  /** Where the weights of the step that is under way lie. */
  private readonly weightsBegin: number;
  private readonly checksums = new Map<number, number>();
  private steps = 0;
  private ahead = 0;
  private checksum = 0;
  private unnoted = 0;

  constructor(computation: Computation, { progress, fileBytes }: KeptSteps) {
    this.computation = computation;
    this.progress = progress;
    this.begin = fileBytes;
    this.weightsBegin = fileBytes + resultBytes(computation.steps);
  }

  /** Takes up what an earlier try kept, unless it was changed since. Answers with the number of its steps. */
  async restore(): Promise<number> {
    const { mark, passed } = this.progress;
    for (const step of takenFrom(this.computation, mark.steps)) this.checksums.set(step, crc32(await this.of(step)));
    for (let at = 0; at < mark.ahead; at += chunkBytes) {
      const length = Math.min(chunkBytes, mark.ahead - at);
      this.checksum = crc32(await this.progress.read(this.weightsBegin + at, length), this.checksum);
    }
    this.steps = mark.steps;
    this.ahead = mark.ahead;
    if (this.mark().crc32 !== mark.crc32) {
      this.steps = 0;
      this.ahead = 0;
      this.checksum = 0;
      this.checksums.clear();
    }
    const { source } = this.computation;
    const done = this.computation.steps.slice(0, this.steps).flatMap(({ weights }) => weights);
    passed(done.reduce((sum, name) => sum + storedBytes(source, name).all, this.ahead));
    return this.steps;
  }

  weightsOf(): ReadWeight {
    const { source } = this.computation;
    let position = 0;
    return async (name) => {
      const { type, row, all } = storedBytes(source, name);
      const values = new Uint8Array(all);
      let filled = Math.min(all, Math.max(0, this.ahead - position));
      if (filled > 0) values.set(await this.progress.read(this.weightsBegin + position, filled));
      const rowsAtOnce = Math.max(1, Math.floor(blockBytes / Math.max(1, row)));
      while (filled < all) {
        const rows = Math.min(rowsAtOnce, (all - filled) / row);
        const { bytes } = await source.readStored(name, filled / row, rows);
        values.set(bytes, filled);
        await this.keepWeights(position + filled, bytes);
        filled += bytes.length;
      }
      position += all;
      return decodeWeights(type, values);
    };
  }

  async of(step: number): Promise<Uint8Array> {
    const { at, bytes } = this.computation.steps[step] ?? { at: 0, bytes: 0 };
    return this.progress.read(this.begin + at, bytes);
  }

  async keep(step: number, result: Uint8Array): Promise<void> {
    await this.progress.keep(this.begin + (this.computation.steps[step]?.at ?? 0), result);
    this.checksums.set(step, crc32(result));
    this.steps = step + 1;
    this.ahead = 0;
    this.checksum = 0;
    await this.note();
  }

  private async keepWeights(at: number, bytes: Uint8Array): Promise<void> {
    await this.progress.keep(this.weightsBegin + at, bytes);
    this.ahead = at + bytes.length;
    this.checksum = crc32(bytes, this.checksum);
    this.unnoted += bytes.length;
    if (this.unnoted >= notedAtOnce) await this.note();
  }

  private async note(): Promise<void> {
    await this.progress.note(this.mark());
    this.unnoted = 0;
  }

  private mark() {
    const { steps, ahead } = this;
    const checksums = takenFrom(this.computation, steps).map((step) => this.checksums.get(step) ?? 0);
    const all = Uint32Array.of(...checksums, this.checksum);
    return { ...noMark, steps, ahead, crc32: steps + ahead === 0 ? 0 : crc32(new Uint8Array(all.buffer)) };
  }
}
