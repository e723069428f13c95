/**
 * How far a conversion is: measured by the bytes of the checkpoint that it takes, since what is computed of them (T5's states of a
 * negative prompt, FLUX's modulation) takes gigabytes and writes next to nothing.
 */
import { elementTypeBytes } from '../checkpoint/element-types.ts';
import { rowCount, rowLength, type TensorInfo } from '../checkpoint/tensors.ts';
import type { ConversionPlan } from './conversion-plan.ts';
import type { NegativeSource } from './negative-source.ts';
import type { PlannedShard } from './planned-parts.ts';

export interface ConversionProgress {
  /** The part of the work that is done, from 0 to 1. */
  readonly share: number;
  /** As much of it as an earlier try had done. */
  readonly kept: number;
  /** Bytes of the bundle that are written, of all. */
  readonly written: number;
  readonly bytes: number;
  /** The most bytes that the disk still has to take at once: more than are to be written, where a file needs others beside it. */
  readonly needed: number;
}

/** A file of the bundle: its bytes, and those of the checkpoint that it is made of. */
export interface WorkedFile {
  readonly bytes: number;
  readonly takes: number;
  /** Bytes that lie on the disk beside its own until it is whole, at most. */
  readonly beside: number;
}

/** Bytes of the checkpoint that a shard is made of: weights, and the tokenizers of words. */
export function takenBytes({ weights, clip }: Pick<ConversionPlan, 'weights' | 'clip'>, shard: PlannedShard): number {
  if (shard.kind === 'constants') return bytesOf(clip?.weights.list() ?? []);
  if (shard.kind === 'negative') return takenOfSource(shard.source);
  const source = weights.get(shard.from);
  if (shard.kind === 'modulation tables') return bytesOf(shard.reads.flatMap((name) => source?.find(name) ?? []));
  return shard.layout.weights.reduce((taken, { source: name, rows, rowLength: length }) => {
    const type = source?.find(name)?.type ?? 'uint8';
    return taken + rows * length * elementTypeBytes[type];
  }, 0);
}

function takenOfSource(source: NegativeSource): number {
  switch (source.kind) {
    case 'file':
      return bytesOf(source.weights.list());
    case 't5':
      return bytesOf(source.t5.weights.list());
    case 'encoders': {
      const { t5, clip, tokenizers } = source;
      const read = [tokenizers.t5, tokenizers.clip.vocab, tokenizers.clip.merges];
      return bytesOf([...t5.weights.list(), ...clip.weights.list()]) + read.reduce((sum, { size }) => sum + size, 0);
    }
  }
}

function bytesOf(tensors: readonly TensorInfo[]): number {
  return tensors.reduce((sum, { shape, type }) => sum + rowCount(shape) * rowLength(shape) * elementTypeBytes[type], 0);
}

/** Follows a conversion file by file. */
export class ConversionWork {
  readonly #all: Amount;
  readonly #tell: (progress: ConversionProgress) => void;
  /** Those behind the one that is being made. */
  readonly #rest: WorkedFile[];
  #done: Amount = none;
  #file: WorkedFile = none;
  #read = 0;
  #written = 0;
  #kept = 0;

  constructor(files: readonly WorkedFile[], tell: (progress: ConversionProgress) => void) {
    this.#all = files.reduce(sum, none);
    this.#rest = [...files];
    this.#tell = tell;
  }

  /** Files are made in their order. */
  begin(file: WorkedFile): void {
    this.#file = file;
    this.#rest.shift();
  }

  /** More bytes of the checkpoint. Never more than the file takes: CLIP, which is little, is read again for each table. */
  read(bytes: number): void {
    this.#read = Math.min(this.#file.takes, this.#read + bytes);
    this.#told();
  }

  /** @param bytes of the file so far */
  wrote(bytes: number): void {
    this.#written = bytes;
    this.#told();
  }

  /** @param by the try that made the file: this one, or an earlier one */
  end(by: 'now' | 'before'): void {
    if (by === 'before') this.#kept += this.#file.takes;
    this.#done = sum(this.#done, this.#file);
    this.#file = none;
    this.#read = 0;
    this.#written = 0;
    this.#told();
  }

  #told(): void {
    const { bytes, takes } = this.#all;
    const share = (of: number) => (takes === 0 ? 1 : of / takes);
    this.#tell({
      share: share(this.#done.takes + this.#read),
      kept: share(this.#kept),
      written: this.#done.bytes + this.#written,
      bytes,
      needed: roomFor([{ ...this.#file, bytes: this.#file.bytes - this.#written }, ...this.#rest]),
    });
  }
}

type Amount = Pick<WorkedFile, 'bytes' | 'takes'>;

const none = { bytes: 0, takes: 0, beside: 0 } as const;

function sum(one: Amount, other: Amount): Amount {
  return { bytes: one.bytes + other.bytes, takes: one.takes + other.takes };
}

/** The most bytes that files take at once while they are made one after the other. */
function roomFor(files: readonly Pick<WorkedFile, 'bytes' | 'beside'>[]): number {
  let made = 0;
  let most = 0;
  for (const { bytes, beside } of files) {
    made += bytes;
    most = Math.max(most, made + beside);
  }
  return most;
}
