/**
 * A graph's external data as onnxruntime takes it. It asks for one tensor's bytes after the other, from a Uint8Array by `subarray`,
 * from a Blob (in the build with promise integration) by `slice` and `stream`; what stands in for either here reads the source
 * then, so that no shard is ever in memory as a whole. The other builds take Blobs whole.
 */
import { chunkBytes } from '../../model/bundle/hashes.ts';
import type { ByteSource, ReadAtOnce } from '../../model/checkpoint/source.ts';

/** Smaller sources are handed over whole. */
const wholeBytes = 2 * chunkBytes;

/** What a stream reads of its source at a time. */
const windowBytes = 2 * chunkBytes;

export interface ExternalData {
  readonly data: Uint8Array | Blob;
  /** Why the source could not be read, where it could not: onnxruntime keeps its own number for that alone. */
  readonly problem: () => unknown;
}

/** @throws what the source throws when it is read */
export async function externalData(source: Uint8Array | ByteSource): Promise<ExternalData> {
  const problem = () => undefined;
  if (source instanceof Uint8Array) return { data: source, problem };
  if (source.size <= wholeBytes) return { data: await source.read(0, source.size), problem };
  const readAtOnce = await source.atOnce?.();
  let thrown: unknown;
  const noting = (error: unknown) => {
    thrown ??= error;
  };
  const data = readAtOnce
    ? new SourceBytes(source.size, readAtOnce, noting)
    : new SourceBlob(source, 0, source.size, noting);
  return { data, problem: () => thrown };
}

/** Stands for all bytes of a source and holds those of one stretch, which the next one takes the place of. */
class SourceBytes extends Uint8Array<ArrayBuffer> {
  readonly #read: ReadAtOnce;
  readonly #noting: (error: unknown) => void;
  #stretch = new Uint8Array();

  constructor(size: number, read: ReadAtOnce, noting: (error: unknown) => void) {
    super(new ArrayBuffer(0));
    this.#read = read;
    this.#noting = noting;
    Object.defineProperties(this, { byteLength: { value: size }, length: { value: size } });
  }

  override subarray(begin = 0, end = this.byteLength): Uint8Array<ArrayBuffer> {
    try {
      const length = end - begin;
      if (this.#stretch.length < length) this.#stretch = new Uint8Array(length);
      const stretch = this.#stretch.subarray(0, length);
      this.#read(begin, stretch);
      return stretch;
    } catch (error) {
      this.#noting(error);
      throw error;
    }
  }
}

/** Bytes [begin, end) of a source as a Blob. */
class SourceBlob extends Blob {
  readonly #source: ByteSource;
  readonly #begin: number;
  readonly #noting: (error: unknown) => void;

  constructor(source: ByteSource, begin: number, end: number, noting: (error: unknown) => void) {
    super();
    this.#source = source;
    this.#begin = begin;
    this.#noting = noting;
    Object.defineProperty(this, 'size', { value: end - begin });
  }

  override slice(begin = 0, end = this.size): Blob {
    return new SourceBlob(this.#source, this.#begin + begin, this.#begin + end, this.#noting);
  }

  override stream(): ReadableStream<Uint8Array<ArrayBuffer>> {
    let at = 0;
    return new ReadableStream({
      type: 'bytes',
      pull: async (controller) => {
        const length = Math.min(windowBytes, this.size - at);
        // The stream takes the buffer for its own, and the source may hold the one it answers with.
        controller.enqueue((await this.#read(at, length)).slice());
        at += length;
        if (at === this.size) controller.close();
      },
    });
  }

  override async arrayBuffer(): Promise<ArrayBuffer> {
    const { buffer, byteOffset } = await this.#read(0, this.size);
    const isWhole = buffer instanceof ArrayBuffer && byteOffset === 0 && buffer.byteLength === this.size;
    return isWhole ? buffer : new Uint8Array(buffer, byteOffset, this.size).slice().buffer;
  }

  async #read(offset: number, length: number): Promise<Uint8Array> {
    try {
      return await this.#source.read(this.#begin + offset, length);
    } catch (error) {
      this.#noting(error);
      throw error;
    }
  }
}
