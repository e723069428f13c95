import type { ByteSource, SourceFolder } from '../../model/checkpoint/source.ts';
import { type Failure, fail, failureOf } from '../../model/failure.ts';

/** Bytes in memory as a source that keeps the contract of `ByteSource` and counts what it hands out. */
export function bytesSource(name: string, bytes: Uint8Array): ByteSource & { readonly largestRead: () => number } {
  let largest = 0;
  return {
    name,
    size: bytes.length,
    largestRead: () => largest,
    async read(offset, length) {
      if (!(offset >= 0 && length >= 0 && offset + length <= bytes.length)) {
        fail('FILE_TRUNCATED', { file: name, needed: offset + length, size: bytes.length });
      }
      largest = Math.max(largest, length);
      return bytes.slice(offset, offset + length);
    },
  };
}

export function bytesFolder(files: ReadonlyMap<string, Uint8Array>): SourceFolder {
  return {
    list: async () => [...files.keys()].sort(),
    async open(path) {
      const bytes = files.get(path) ?? fail('FILE_UNREADABLE', { file: path, problem: 'no-file', reason: '' });
      return bytesSource(path, bytes);
    },
  };
}

/** The typed failure that a promise ends in; a promise that succeeds fails the test. */
export async function failureFrom(work: () => unknown): Promise<Failure> {
  let result: unknown;
  try {
    result = await work();
  } catch (thrown) {
    return failureOf(thrown);
  }
  throw new Error(`expected a failure, got ${String(result)}`);
}
