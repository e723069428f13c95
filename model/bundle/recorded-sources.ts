/** Which bytes of a checkpoint something was made from, so that a later try can tell whether they are still the same. */
import type { ByteSource, SourceFolder } from '../checkpoint/source.ts';
import { encodeUtf8 } from '../checkpoint/utf8.ts';
import { fail } from '../failure.ts';
import { chunkBytes, type Sha256, type Sha256Maker } from './hashes.ts';

/** A stretch of a file; `file` is its path behind the number of the folder it was found in. */
export interface SourceRange {
  readonly file: string;
  readonly offset: number;
  readonly length: number;
}

/**
 * What something was made from: the stretches in the order they were read, and the hash of their bytes. A source that names its
 * version counts by that, so that a distant one need not be read again.
 */
export interface Origin {
  readonly ranges: readonly SourceRange[];
  readonly sha256: string;
}

function ignored(): void {}

/** Folders whose every read is noted. Only one thing is recorded at a time. */
export class RecordedSources {
  /** The folders to read from. */
  readonly folders: readonly SourceFolder[];
  private readonly originals: readonly SourceFolder[];
  private ranges: SourceRange[] = [];
  private hash: OriginHash | null = null;
  private passing: (bytes: number) => void = ignored;
  private isVersioned = true;

  constructor(folders: readonly SourceFolder[]) {
    this.originals = folders;
    this.folders = folders.map((folder, at) => this.recorded(folder, at));
  }

  /** Whether every file that was read so far names its version. */
  get namesVersions(): boolean {
    return this.isVersioned;
  }

  /** What was read since the last call of this or of `originOf`. */
  takeRanges(): readonly SourceRange[] {
    const { ranges } = this;
    this.ranges = [];
    return ranges;
  }

  /**
   * Runs the work and tells what it read. The bytes are hashed as they pass, not read twice.
   *
   * @param passing told of each read, in bytes
   */
  async originOf<Made>(
    work: () => Promise<Made>,
    sha256: Sha256Maker,
    passing: (bytes: number) => void,
  ): Promise<{ made: Made; origin: Origin }> {
    this.takeRanges();
    const hash = new OriginHash(sha256());
    this.hash = hash;
    this.passing = passing;
    try {
      const made = await work();
      return { made, origin: { ranges: this.takeRanges(), sha256: hash.digest() } };
    } finally {
      this.hash = null;
      this.passing = ignored;
    }
  }

  /** The hash of what lies in these stretches now. Throws what reading them finds. */
  async hashOf(ranges: readonly SourceRange[], sha256: Sha256Maker): Promise<string> {
    const hash = new OriginHash(sha256());
    const open = new Map<string, ByteSource>();
    for (const { file, offset, length } of ranges) {
      const source = open.get(file) ?? (await this.open(file));
      open.set(file, source);
      if (source.version !== undefined) hash.addVersion(file, source.version);
      else
        for (let done = 0; done < length; done += chunkBytes) {
          hash.addBytes(await source.read(offset + done, Math.min(chunkBytes, length - done)));
        }
    }
    return hash.digest();
  }

  private async open(file: string): Promise<ByteSource> {
    const slash = file.indexOf('/');
    const folder =
      this.originals[Number(file.slice(0, slash))] ?? fail('FILE_UNREADABLE', { file, problem: 'no-file', reason: '' });
    return folder.open(file.slice(slash + 1));
  }

  private recorded(folder: SourceFolder, at: number): SourceFolder {
    return {
      list: () => folder.list(),
      open: async (path) => {
        const source = await folder.open(path);
        return {
          name: source.name,
          size: source.size,
          ...(source.version !== undefined && { version: source.version }),
          read: async (offset, length, until) => {
            const bytes = await source.read(offset, length, until);
            this.note(`${at}/${path}`, offset, bytes, source.version);
            return bytes;
          },
        };
      },
    };
  }

  private note(file: string, offset: number, bytes: Uint8Array, version: string | undefined): void {
    if (version === undefined) this.isVersioned = false;
    if (version === undefined) this.hash?.addBytes(bytes);
    else this.hash?.addVersion(file, version);
    this.passing(bytes.length);
    const last = this.ranges.at(-1);
    if (last !== undefined && last.file === file && last.offset + last.length === offset) {
      this.ranges[this.ranges.length - 1] = { ...last, length: last.length + bytes.length };
    } else {
      this.ranges.push({ file, offset, length: bytes.length });
    }
  }
}

/** Over bytes in the order they come, and behind them the versions of whole files. */
class OriginHash {
  private readonly sha256: Sha256;
  private readonly versions = new Map<string, string>();

  constructor(sha256: Sha256) {
    this.sha256 = sha256;
  }

  addBytes(bytes: Uint8Array): void {
    this.sha256.update(bytes);
  }

  addVersion(file: string, version: string): void {
    this.versions.set(file, version);
  }

  digest(): string {
    if (this.versions.size > 0) this.sha256.update(encodeUtf8(JSON.stringify([...this.versions].sort())));
    return this.sha256.digest();
  }
}

/** The same stretches by file and place, those that meet as one: whatever order they were read in. */
export function inOrder(ranges: readonly SourceRange[]): readonly SourceRange[] {
  const sorted = [...ranges].sort((left, right) =>
    left.file === right.file ? left.offset - right.offset : left.file < right.file ? -1 : 1,
  );
  const met: SourceRange[] = [];
  for (const range of sorted) {
    const last = met.at(-1);
    if (last?.file === range.file && range.offset <= last.offset + last.length) {
      const end = Math.max(last.offset + last.length, range.offset + range.length);
      met[met.length - 1] = { ...last, length: end - last.offset };
    } else {
      met.push(range);
    }
  }
  return met;
}
