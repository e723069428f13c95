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
  private readonly sha256: Sha256Maker;
  private readonly whole: Sha256;
  private readonly chunks: string[] = [];
  private chunk: Sha256;
  private filled = 0;

  constructor(sha256: Sha256Maker) {
    this.sha256 = sha256;
    this.whole = sha256();
    this.chunk = sha256();
  }

  update(bytes: Uint8Array): void {
    this.whole.update(bytes);
    for (let at = 0; at < bytes.length; ) {
      const piece = bytes.subarray(at, at + chunkBytes - this.filled);
      this.chunk.update(piece);
      this.filled += piece.length;
      at += piece.length;
      if (this.filled === chunkBytes) this.endChunk();
    }
  }

  digest(): FileHashes {
    if (this.filled > 0) this.endChunk();
    return { sha256: this.whole.digest(), chunks: this.chunks };
  }

  private endChunk(): void {
    this.chunks.push(this.chunk.digest());
    this.chunk = this.sha256();
    this.filled = 0;
  }
}

/** Reads a whole source, a chunk at a time. */
export async function hashSource(source: ByteSource, sha256: Sha256Maker): Promise<FileHashes> {
  const hasher = new FileHasher(sha256);
  for (let offset = 0; offset < source.size; offset += chunkBytes) {
    hasher.update(await source.read(offset, Math.min(chunkBytes, source.size - offset)));
  }
  return hasher.digest();
}
