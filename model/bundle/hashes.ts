/** SHA-256 of a bundle's files: of each whole, and of every 8 MiB of it, so that a reader can tell early what is wrong. */
import type { ByteSource } from '../checkpoint/source.ts';

/** A SHA-256 in progress. */
export interface Sha256 {
  update(bytes: Uint8Array): void;
  /** Lower-case hexadecimal. */
  digest(): string;
}

/** The model has no cryptography of its own: its surroundings give it. */
export type Sha256Maker = () => Sha256;

/** SHA-256 of bytes that are all at hand, in lower-case hexadecimal. They are copied before it returns. */
export type Digest = (bytes: Uint8Array) => Promise<string>;

/** By pieces, where there is nothing faster. */
export function digestBy(sha256: Sha256Maker): Digest {
  return async (bytes) => {
    const hash = sha256();
    hash.update(bytes);
    return hash.digest();
  };
}

/** How a file is hashed. */
export interface FileHashing {
  readonly sha256: Sha256Maker;
  /** For chunks: surroundings whose own SHA-256 takes all bytes at once are many times faster in it, and in another thread. */
  readonly digest: Digest;
}

/** Bytes of a chunk; a file's last chunk may be shorter. */
export const chunkBytes = 8 * 2 ** 20;

export interface FileHashes {
  readonly sha256: string;
  readonly chunks: readonly string[];
}

/** Chunks of a file of this many bytes. */
export function chunkCount(bytes: number): number {
  return Math.ceil(bytes / chunkBytes);
}

/** Takes a file's bytes in order, in pieces of any size. */
export class FileHasher {
  private readonly hash: Digest;
  private readonly whole: Sha256;
  private readonly chunks: Promise<string>[] = [];
  private readonly chunk = new Uint8Array(chunkBytes);
  private filled = 0;

  constructor({ sha256, digest }: FileHashing) {
    this.hash = digest;
    this.whole = sha256();
  }

  update(bytes: Uint8Array): void {
    this.whole.update(bytes);
    for (let at = 0; at < bytes.length; ) {
      const piece = bytes.subarray(at, at + chunkBytes - this.filled);
      this.chunk.set(piece, this.filled);
      this.filled += piece.length;
      at += piece.length;
      if (this.filled === chunkBytes) this.endChunk();
    }
  }

  async digest(): Promise<FileHashes> {
    if (this.filled > 0) this.endChunk();
    return { sha256: this.whole.digest(), chunks: await Promise.all(this.chunks) };
  }

  private endChunk(): void {
    const hash = this.hash(this.chunk.subarray(0, this.filled));
    // Whoever asks for all of them hears of it; a file that is given up is not asked for.
    hash.catch(() => undefined);
    this.chunks.push(hash);
    this.filled = 0;
  }
}

/** Reads a whole source, a chunk at a time. */
export async function hashSource(source: ByteSource, hashing: FileHashing): Promise<FileHashes> {
  const hasher = new FileHasher(hashing);
  for (let offset = 0; offset < source.size; offset += chunkBytes) {
    hasher.update(await source.read(offset, Math.min(chunkBytes, source.size - offset)));
  }
  return hasher.digest();
}
