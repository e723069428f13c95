/** Where a bundle is written: a folder of this machine, or one of the browser's private file system. Each throws its own failures. */
import type { SourceFolder } from '../checkpoint/source.ts';

export interface BundleWriter {
  /** Appends all of `bytes`; throws where any of them cannot be written. */
  write(bytes: Uint8Array): Promise<void>;
  /** Resolves when everything written is safely stored, under the file's name from now on. Nothing is open afterwards, also where it throws. */
  close(): Promise<void>;
  /** Gives up what was written. What had the file's name before, if anything, may be gone. */
  abandon(): Promise<void>;
}

/** How far a shard has come. */
export interface ShardMark {
  /** Blocks of rows that are stored, or steps that are computed (computed-steps.ts). */
  readonly steps: number;
  /** Of the file's beginning, that they fill. */
  readonly bytes: number;
  /** Whether every value so far of a weight that they end in the middle of is zero. */
  readonly onlyZeros: boolean;
  /** Bytes of weights that lie behind the file's end, for the step behind those that are computed. */
  readonly ahead: number;
  /** Of those bytes, and of the scales and zero points of that weight; of a computation, of what it goes on with. */
  readonly crc32: number;
}

export const noMark: ShardMark = { steps: 0, bytes: 0, onlyZeros: true, ahead: 0, crc32: 0 };

/** A shard that is gone on with where an earlier try ended. */
export interface ResumableFile {
  /** What was noted last; `noMark` where nothing was, or of another plan. */
  readonly mark: ShardMark;
  read(offset: number, length: number): Promise<Uint8Array>;
  writeAt(offset: number, bytes: Uint8Array): Promise<void>;
  /** Resolves when all that was written, and then the mark, is safely stored. */
  note(mark: ShardMark): Promise<void>;
  /** Resolves when the file has its name; what lies behind so many bytes is gone. */
  close(bytes: number): Promise<void>;
  /** Lets go of it; it can be gone on with later. */
  leave(): Promise<void>;
}

const gatheredBytes = 2 ** 20;

/** Gathers small pieces (biases, scales, the zeros between tensors) into writes that are worth their cost. */
export class GatheredWriter {
  /** Bytes given so far. */
  bytes = 0;
  private readonly writer: BundleWriter;
  private readonly buffer = new Uint8Array(gatheredBytes);
  private used = 0;

  constructor(writer: BundleWriter) {
    this.writer = writer;
  }

  async write(bytes: Uint8Array): Promise<void> {
    this.bytes += bytes.length;
    if (this.used + bytes.length > gatheredBytes) await this.flush();
    if (bytes.length >= gatheredBytes) return this.writer.write(bytes);
    this.buffer.set(bytes, this.used);
    this.used += bytes.length;
  }

  async flush(): Promise<void> {
    if (this.used === 0) return;
    await this.writer.write(this.buffer.slice(0, this.used));
    this.used = 0;
  }
}

export interface BundleSink {
  /** The folder's name, shown to a person in failures. */
  readonly name: string;
  /** What is there already, for going on after an interruption. */
  readonly folder: SourceFolder;
  /** Begins a file anew; one of that name is replaced. */
  create(path: string): Promise<BundleWriter>;
  /**
   * Goes on with a file in its middle, where the place can do that.
   *
   * @param plan names what the file is made from: what another plan began is begun anew
   */
  resume?(path: string, plan: string): Promise<ResumableFile>;
  /** Writes a small file that is there whole or not at all. */
  publish(path: string, bytes: Uint8Array): Promise<void>;
  /** Removes a file if it is there. */
  remove(path: string): Promise<void>;
}
