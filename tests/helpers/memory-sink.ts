import { createHash } from 'node:crypto';
import { digestBy, type FileHashing, type Sha256Maker } from '../../model/bundle/hashes.ts';
import { checkManifest, type Manifest } from '../../model/bundle/manifest.ts';
import type { BundleSink } from '../../model/bundle/sink.ts';
import { fail } from '../../model/failure.ts';
import { bytesFolder } from './sources.ts';

export const sha256: Sha256Maker = () => {
  const hash = createHash('sha256');
  return { update: (bytes) => void hash.update(bytes), digest: () => hash.digest('hex') };
};

export const hashing: FileHashing = { sha256, digest: digestBy(sha256) };

/** A folder in memory that can fail at any operation, as a full disk or a killed process would. */
export class MemorySink implements BundleSink {
  readonly name = 'bundle';
  readonly files = new Map<string, Uint8Array>();
  /** The file of each operation. */
  readonly touched: string[] = [];
  /** The operation, counted from 1, that fails; half of a write is done then. */
  failAt = Number.POSITIVE_INFINITY;

  get folder() {
    return bytesFolder(this.files);
  }

  async create(path: string) {
    this.step(path);
    this.files.set(path, new Uint8Array(0));
    return {
      write: async (bytes: Uint8Array) => {
        const before = this.files.get(path) ?? new Uint8Array(0);
        const fails = this.operations + 1 === this.failAt;
        const written = fails ? bytes.subarray(0, bytes.length / 2) : bytes;
        this.files.set(path, new Uint8Array(Buffer.concat([before, written])));
        this.step(path);
      },
      close: async () => this.step(path),
      // The half-written file stays, as where the process is killed.
      abandon: async () => undefined,
    };
  }

  async publish(path: string, bytes: Uint8Array) {
    this.step(path);
    this.files.set(path, bytes);
  }

  async remove(path: string) {
    this.step(path);
    this.files.delete(path);
  }

  get operations(): number {
    return this.touched.length;
  }

  /** Names and hashes of all files: equal exactly when two folders are. */
  hashes(): string[] {
    return [...this.files].map(([path, bytes]) => `${path} ${createHash('sha256').update(bytes).digest('hex')}`).sort();
  }

  private step(path: string): void {
    this.touched.push(path);
    if (this.operations === this.failAt) fail('WRITE_FAILED', { file: path, problem: 'full', reason: 'ENOSPC' });
  }
}

/** What a folder's bundle.json says is there; null before there is one. */
export function installedIn(sink: MemorySink): Manifest | null {
  const bytes = sink.files.get('bundle.json');
  return bytes === undefined ? null : checkManifest(bytes, sha256);
}
